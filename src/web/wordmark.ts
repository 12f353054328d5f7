import { svg, html } from 'lit';

// The mark is favicon.svg drawn inline; the letters are strokes of our own.
export const mark = svg`
	<clipPath id="tile"><rect width="32" height="32" rx="8" /></clipPath>
	<g clip-path="url(#tile)" stroke="none">
		<path fill="#0b4f55" d="M0 0h32v32H0z" />
		<path fill="#5fd4ca" d="M0 9.5h11c9 0 4 13.5 13 13.5h8v9H0z" />
		<path
			d="M-2 16.5h9.5c7.5 0 3.5 12.5 12 12.5"
			fill="none"
			stroke="#0b4f55"
			stroke-opacity=".45"
			stroke-width="2.4"
		/>
	</g>
`;

export const wordmark = html`<svg
	class="wordmark"
	viewBox="0 0 118 32"
	width="103"
	height="28"
	fill="none"
	stroke="currentColor"
	stroke-width="3.3"
	stroke-linecap="round"
	stroke-linejoin="round"
	role="img"
	aria-label="weir"
>
	${mark}
	<g transform="translate(40 3)">
		<path d="M3 11v7a5.5 5.5 0 0 0 11 0v-7m0 7a5.5 5.5 0 0 0 11 0v-7" />
		<path d="M33 17.5h11.5A5.9 6.5 0 1 0 42.5 22" />
		<path d="M53 11v12.5" />
		<circle cx="53" cy="4.5" r="2.3" fill="var(--accent)" stroke="none" />
		<path d="M62 23.5V11m0 6.5c0-4 2.5-6.5 6.5-6.5" />
	</g>
</svg>`;
