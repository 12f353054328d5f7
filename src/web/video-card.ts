import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Clip, Preview, Recording } from './api';
import { agoWords, clockDigits, exactWords } from './clock';
import './picture';
import { firstPicture } from './preview';
import { badge, base } from './styles';

// A recording or a clip: all of it is a link to its page.
@customElement('weir-video-card')
export class WeirVideoCard extends LitElement {
	@property({ attribute: false }) video!: Recording | Clip;
	// Whether to say whose it is.
	@property({ type: Boolean }) named = false;
	@state() private preview: Preview | null = null;

	static override styles = [
		base,
		badge,
		css`
			:host {
				min-width: 0;
			}
			a {
				display: block;
				border-radius: 12px;
				color: inherit;
				text-decoration: none;
			}
			.frame {
				position: relative;
				overflow: hidden;
				border-radius: 12px;
				background: var(--raised);
				aspect-ratio: 16 / 9;
				isolation: isolate;
			}
			.frame::after {
				content: '';
				position: absolute;
				inset: 0;
				border-radius: inherit;
				box-shadow: inset 0 0 0 1px rgb(127 150 158 / 22%);
				pointer-events: none;
			}
			weir-picture {
				width: 100%;
				height: 100%;
			}
			.length {
				position: absolute;
				right: 9px;
				bottom: 9px;
				padding: 2px 7px;
				border-radius: 6px;
				background: rgb(4 10 12 / 76%);
				color: #fff;
				font-size: 12px;
				font-weight: 600;
				font-variant-numeric: tabular-nums;
				line-height: 1.5;
			}
			.live {
				position: absolute;
				left: 9px;
				top: 9px;
			}
			h3 {
				display: -webkit-box;
				overflow: hidden;
				margin-top: 10px;
				font-size: 15px;
				font-weight: 620;
				line-height: 1.35;
				letter-spacing: -0.01em;
				-webkit-box-orient: vertical;
				-webkit-line-clamp: 2;
			}
			a:hover h3 {
				color: var(--accent);
			}
			p {
				color: var(--muted);
				font-size: 14px;
			}
		`,
	];

	override willUpdate(changed: Map<string, unknown>): void {
		if (!changed.has('video')) {
			return;
		}
		const video = this.video;
		this.preview = video.preview ?? null;
		if (this.preview === null && 'clip' in video) {
			firstPicture(video.playlist).then(
				(preview) => (this.preview = preview),
				() => undefined,
			);
		}
	}

	override render(): TemplateResult {
		const v = this.video;
		const clip = 'clip' in v;
		const date = clip ? v.created : v.since;
		const live = !clip && v.live;
		const title = v.title || (clip ? 'Clip' : `@${v.channel}`);
		return html`<a href=${clip ? `/clip/${v.clip}` : `/vod/${v.broadcast}`}>
			<div class="frame">
				<weir-picture
					.name=${v.channel}
					.label=${title}
					.preview=${this.preview}
					.thumbnail=${clip ? null : (v.thumbnail ?? null)}
				></weir-picture>
				${
					live
						? html`<span class="live">LIVE</span>`
						: html`<span class="length"
								>${clockDigits(v.duration * 1000)}</span
							>`
				}
			</div>
			<h3 title=${title}>${title}</h3>
			<p>
				${this.named ? html`@${v.channel} · ` : nothing}<time
					datetime=${date}
					title=${exactWords(date)}
					>${agoWords(date)}</time
				>
			</p>
		</a>`;
	}
}
