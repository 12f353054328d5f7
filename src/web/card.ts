import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Channel } from './api';
import { agoWords, exactWords, lengthWords, since } from './clock';
import { gradient, initial } from './hue';
import './picture';
import { badge, base } from './styles';

export type CardShape = 'feature' | 'live' | 'rest';

// One channel on the home page: all of it is a link to its page.
@customElement('weir-card')
export class WeirCard extends LitElement {
	@property({ attribute: false }) channel!: Channel;
	// feature: the only live one, large; live: one of several; rest: off air.
	@property({ reflect: true }) shape: CardShape = 'live';
	// Changes when the words for "how long" should be made anew.
	@property({ type: Number }) tick = 0;

	static override styles = [
		base,
		badge,
		css`
			:host {
				min-width: 0;
			}
			a {
				display: block;
				height: 100%;
				border-radius: var(--radius);
				color: inherit;
				text-decoration: none;
			}
			.frame {
				position: relative;
				overflow: hidden;
				border-radius: var(--radius);
				background: var(--raised);
				aspect-ratio: 16 / 9;
				/* Rounded corners clip the picture while it grows. */
				isolation: isolate;
			}
			weir-picture {
				width: 100%;
				height: 100%;
			}
			.frame::after {
				content: '';
				position: absolute;
				inset: 0;
				border-radius: inherit;
				box-shadow: inset 0 0 0 1px rgb(127 150 158 / 22%);
				pointer-events: none;
			}
			.live {
				position: absolute;
				left: 12px;
				top: 12px;
				box-shadow: 0 2px 10px rgb(0 0 0 / 30%);
			}
			.words {
				display: grid;
				grid-template-columns: auto minmax(0, 1fr);
				gap: 0 12px;
				align-items: center;
				padding: 14px 2px 4px;
			}
			.face {
				display: grid;
				place-items: center;
				width: 40px;
				height: 40px;
				border-radius: 50%;
				color: #fff;
				font-weight: 700;
			}
			h3 {
				overflow: hidden;
				font-size: 16px;
				font-weight: 650;
				line-height: 1.3;
				letter-spacing: -0.01em;
				text-overflow: ellipsis;
				white-space: nowrap;
			}
			.sub {
				overflow: hidden;
				color: var(--muted);
				font-size: 14px;
				line-height: 1.45;
				text-overflow: ellipsis;
				white-space: nowrap;
			}
			.size {
				position: absolute;
				right: 12px;
				bottom: 12px;
				padding: 3px 8px;
				border-radius: 7px;
				background: rgb(4 10 12 / 72%);
				color: #fff;
				font-size: 12px;
				font-weight: 600;
				line-height: 1.5;
			}
			a:hover h3 {
				color: var(--accent);
			}
			@media (prefers-reduced-motion: no-preference) {
				weir-picture {
					transition: transform 400ms cubic-bezier(0.2, 0.7, 0.2, 1);
				}
				a:hover weir-picture {
					transform: scale(1.025);
				}
			}

			:host([shape='rest']) a {
				display: grid;
				grid-template-columns: 116px minmax(0, 1fr);
				align-items: center;
				gap: 14px;
				padding: 10px;
				border: 1px solid var(--line);
				background: var(--surface);
				transition: border-color 120ms;
			}
			:host([shape='rest']) a:hover {
				border-color: var(--muted);
			}
			:host([shape='rest']) .frame {
				border-radius: 10px;
			}
			:host([shape='rest']) weir-picture {
				filter: saturate(0.55);
			}
			:host([shape='rest']) .words {
				display: block;
				padding: 0;
			}

			@media (min-width: 900px) {
				:host([shape='feature']) a {
					display: grid;
					grid-template-columns: minmax(0, 1.75fr) minmax(260px, 1fr);
					align-items: center;
					gap: clamp(24px, 4vw, 56px);
				}
				:host([shape='feature']) .words {
					display: block;
					padding: 0;
				}
				:host([shape='feature']) .face {
					width: 56px;
					height: 56px;
					margin-bottom: 20px;
					font-size: 22px;
				}
				:host([shape='feature']) h3 {
					display: -webkit-box;
					margin-bottom: 8px;
					font-size: clamp(28px, 3.2vw, 42px);
					font-weight: 700;
					line-height: 1.1;
					letter-spacing: -0.03em;
					white-space: normal;
					-webkit-box-orient: vertical;
					-webkit-line-clamp: 3;
				}
				:host([shape='feature']) .sub {
					font-size: 16px;
				}
				:host([shape='feature']) .watch {
					display: inline-flex;
				}
			}
			.watch {
				display: none;
				align-items: center;
				min-height: 44px;
				margin-top: 28px;
				padding: 0 22px;
				border-radius: 999px;
				background: var(--accent);
				color: var(--on-accent);
				font-weight: 600;
				transition: background-color 120ms;
			}
			a:hover .watch {
				background: var(--accent-strong);
			}
		`,
	];

	override render(): TemplateResult {
		const c = this.channel;
		const title = c.title || c.name;
		const video = c.tracks.find((t) => t.kind === 'video');
		return html`<a href="/@${c.name}">
			<div class="frame">
				<weir-picture
					.name=${c.name}
					.label=${title}
					.preview=${c.preview}
					.thumbnail=${c.thumbnail ?? null}
					.fresh=${c.live}
				></weir-picture>
				${c.live ? html`<span class="live">LIVE</span>` : nothing}
				${
					c.live && video?.height !== undefined
						? html`<span class="size" aria-hidden="true"
								>${Math.min(video.height, video.width ?? video.height)}p</span
							>`
						: nothing
				}
			</div>
			<div class="words">
				${
					c.live
						? html`<div
								class="face"
								style="background:${gradient(c.name)}"
								aria-hidden="true"
							>
								${initial(title)}
							</div>`
						: nothing
				}
				<div>
					<h3 title=${title}>${title}</h3>
					<p class="sub">${this.#sub()}</p>
					${
						this.shape === 'feature'
							? html`<span class="watch" aria-hidden="true">Watch now</span>`
							: nothing
					}
				</div>
			</div>
		</a>`;
	}

	#sub(): TemplateResult {
		const c = this.channel;
		if (c.live) {
			return html`@${c.name} · live for ${lengthWords(since(c.since))}`;
		}
		const last = c.ended ?? c.since;
		return last === null
			? html`@${c.name} · not live yet`
			: html`<time datetime=${last} title=${exactWords(last)}
					>was live ${agoWords(last)}</time
				>`;
	}
}

declare global {
	interface HTMLElementTagNameMap {
		'weir-card': WeirCard;
	}
}
