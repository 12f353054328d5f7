import { svg, html, type TemplateResult } from 'lit';

// 24 x 24, drawn for this project; filled shapes take the text's colour.
const icon = (body: TemplateResult): TemplateResult =>
	html`<svg
		viewBox="0 0 24 24"
		width="24"
		height="24"
		fill="none"
		stroke="currentColor"
		stroke-width="2"
		stroke-linecap="round"
		stroke-linejoin="round"
		aria-hidden="true"
	>
		${body}
	</svg>`;

const speaker = svg`<path d="M4 9.5v5h3.2L12 18.5v-13L7.2 9.5z" fill="currentColor"/>`;

export const play = icon(
	svg`<path d="M8 5.2v13.6L19 12z" fill="currentColor"/>`,
);
export const pause = icon(
	svg`<path d="M8 5.5v13M16 5.5v13" stroke-width="4.2"/>`,
);
export const loud = icon(
	svg`${speaker}<path d="M15.5 9a4.2 4.2 0 0 1 0 6M18.2 6.4a8 8 0 0 1 0 11.2"/>`,
);
export const quiet = icon(svg`${speaker}<path d="M15.5 9a4.2 4.2 0 0 1 0 6"/>`);
export const muted = icon(svg`${speaker}<path d="m16 9.5 5 5m0-5-5 5"/>`);
export const expand = icon(
	svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>`,
);
export const shrink = icon(
	svg`<path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5"/>`,
);
export const pip = icon(
	svg`<rect x="3" y="5" width="18" height="14" rx="2"/><rect x="12" y="11.5" width="6.5" height="5" rx="1" fill="currentColor" stroke="none"/>`,
);
export const sun = icon(
	svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1"/>`,
);
export const moon = icon(
	svg`<path d="M20 14.4A8.2 8.2 0 0 1 9.6 4a8.2 8.2 0 1 0 10.4 10.4z"/>`,
);
export const copy = icon(
	svg`<rect x="9" y="9" width="11" height="11" rx="2.5"/><path d="M15 9V6.5A2.5 2.5 0 0 0 12.5 4h-6A2.5 2.5 0 0 0 4 6.5v6A2.5 2.5 0 0 0 6.5 15H9"/>`,
);
export const check = icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);
export const share = icon(
	svg`<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.3-1.3"/>`,
);
export const alert = icon(
	svg`<path d="M12 8v5M12 16.5v.01"/><circle cx="12" cy="12" r="9"/>`,
);
export const gear = icon(
	svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.4"/><circle cx="9" cy="17" r="2.4"/>`,
);
export const captions = icon(
	svg`<rect x="3" y="5" width="18" height="14" rx="3"/><path d="M10.5 10.2a2.2 2.2 0 1 0 0 3.6M17 10.2a2.2 2.2 0 1 0 0 3.6"/>`,
);
export const scissors = icon(
	svg`<circle cx="6.5" cy="6.8" r="2.6"/><circle cx="6.5" cy="17.2" r="2.6"/><path d="M8.7 8.3 20 17M8.7 15.7 20 7"/>`,
);
export const close = icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);
export const back = icon(svg`<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`);
export const on = icon(svg`<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`);
export const again = icon(
	svg`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5v4h4"/>`,
);
export const download = icon(
	svg`<path d="M12 4v11m-4.5-4.2L12 15.3l4.5-4.5M5 19.5h14"/>`,
);
