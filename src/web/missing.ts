import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { describePage } from './page';
import { base, buttons } from './styles';

const words = {
	page: [
		'The stream does not run here',
		'No page lives at this address. It may have moved, or the link may have lost a letter.',
	],
	channel: [
		'There is no channel @',
		'It may have been renamed or removed, or the link may have lost a letter.',
	],
	recording: [
		'This recording is not here',
		'It may have been removed to make room, or the link may have lost a letter.',
	],
	clip: [
		'This clip is not here',
		'It may have been removed, or the link may have lost a letter.',
	],
} as const;

// There is nothing here: no such page, channel, recording or clip.
@customElement('weir-missing')
export class WeirMissing extends LitElement {
	@property() what: keyof typeof words = 'page';
	// The channel's name, where it is that.
	@property() channel = '';

	static override styles = [
		base,
		buttons,
		css`
			section {
				display: grid;
				justify-items: center;
				gap: 14px;
				max-width: 460px;
				margin: 0 auto;
				padding: clamp(48px, 14vh, 140px) var(--gutter) 64px;
				text-align: center;
			}
			svg {
				width: 132px;
				color: var(--accent);
			}
			h1 {
				font-size: clamp(24px, 5vw, 32px);
				line-height: 1.2;
				letter-spacing: -0.02em;
			}
			p {
				color: var(--muted);
			}
			.button {
				margin-top: 12px;
			}
		`,
	];

	override updated(): void {
		const noun = this.what[0]!.toUpperCase() + this.what.slice(1);
		describePage(
			`${noun} not found · weir`,
			'There is nothing at this address.',
		);
	}

	override render(): TemplateResult {
		const [title, why] = words[this.what];
		return html`<section>
			<svg
				viewBox="0 0 96 48"
				fill="none"
				stroke="currentColor"
				stroke-width="3.5"
				stroke-linecap="round"
				aria-hidden="true"
			>
				<path d="M4 12h26c18 0 10 24 28 24" />
				<path d="M4 24h16c12 0 9 12 16 16" opacity=".45" />
				<path d="M70 36h5M85 36h5" opacity=".45" />
			</svg>
			<h1>${title}${this.channel}</h1>
			<p>${why}</p>
			<a class="button" href="/">See all channels</a>
		</section>`;
	}
}
