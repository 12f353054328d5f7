import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ApiError, listChannels, type Channel } from './api';
import './card';
import type { CardShape } from './card';
import * as icons from './icons';
import { describePage } from './page';
import { Poll } from './poll';
import './recent';
import { base, buttons, skeleton } from './styles';
import './welcome';

const refresh_ms = 5000;

// Coming back to the page shows what was known at once.
let known: Channel[] | null = null;

@customElement('weir-home')
export class WeirHome extends LitElement {
	@state() private channels: Channel[] | null = known;
	@state() private problem = '';
	@state() private tick = 0;

	readonly #poll = new Poll(this, () => this.#refresh(), {
		visible: () => refresh_ms,
		hidden: () => 0,
	});

	static override styles = [
		base,
		buttons,
		skeleton,
		css`
			.page {
				max-width: calc(var(--page) + 2 * var(--gutter));
				margin: 0 auto;
				padding: 12px calc(var(--gutter) + env(safe-area-inset-right)) 72px
					calc(var(--gutter) + env(safe-area-inset-left));
			}
			.section {
				display: flex;
				align-items: baseline;
				gap: 10px;
				margin: 20px 0 16px;
				font-size: 20px;
				font-weight: 700;
				letter-spacing: -0.02em;
			}
			.count {
				color: var(--muted);
				font-size: 15px;
				font-weight: 500;
				letter-spacing: 0;
			}
			section ~ section .section {
				margin-top: 52px;
			}
			ul {
				display: grid;
				gap: 28px 24px;
				list-style: none;
			}
			.live {
				grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
			}
			.few {
				grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr));
			}
			.one {
				grid-template-columns: minmax(0, 1fr);
			}
			.rest {
				grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
				gap: 14px;
			}
			li {
				min-width: 0;
			}
			.calm {
				margin: 28px 0 4px;
				font-size: clamp(26px, 5vw, 36px);
				font-weight: 700;
				line-height: 1.15;
				letter-spacing: -0.03em;
			}
			.calm + p {
				color: var(--muted);
				font-size: 17px;
			}
			.problem {
				display: grid;
				justify-items: center;
				gap: 12px;
				max-width: 460px;
				margin: 0 auto;
				padding: 16vh 0 64px;
				text-align: center;
			}
			.problem svg {
				width: 40px;
				height: 40px;
				color: var(--muted);
			}
			.problem h1 {
				font-size: clamp(22px, 5vw, 28px);
				line-height: 1.2;
				letter-spacing: -0.02em;
			}
			.problem p {
				color: var(--muted);
			}
			.problem .button {
				margin-top: 12px;
			}
			.stale {
				position: fixed;
				left: 50%;
				bottom: calc(20px + env(safe-area-inset-bottom));
				z-index: 5;
				display: flex;
				align-items: center;
				gap: 10px;
				max-width: calc(100vw - 32px);
				padding: 12px 18px;
				border-radius: 999px;
				background: var(--text);
				color: var(--bg);
				font-size: 14px;
				font-weight: 550;
				transform: translateX(-50%);
				box-shadow: var(--shadow);
			}
			.stale svg {
				flex: none;
				width: 18px;
				height: 18px;
			}
			.bone.title {
				width: 110px;
				height: 26px;
				margin: 20px 0 16px;
			}
			.bone.frame {
				border-radius: var(--radius);
				aspect-ratio: 16 / 9;
			}
			.bone.line {
				width: 60%;
				height: 18px;
				margin-top: 16px;
			}
			.bone.short {
				width: 40%;
				height: 14px;
				margin-top: 10px;
			}
		`,
	];

	async #refresh(): Promise<void> {
		try {
			known = await listChannels();
			this.channels = known;
			this.problem = '';
		} catch (e) {
			this.problem =
				e instanceof ApiError
					? e.message
					: 'It may be restarting, or your connection is gone.';
			throw e;
		} finally {
			this.tick++;
		}
	}

	// Where the picture of channel NAME is, if it has a card here.
	async frameOf(name: string): Promise<HTMLElement | null> {
		await this.updateComplete;
		for (const card of this.renderRoot.querySelectorAll('weir-card')) {
			if (card.channel.name === name) {
				await card.updateComplete;
				return card.renderRoot.querySelector<HTMLElement>('.frame');
			}
		}
		return null;
	}

	override updated(): void {
		const live = this.channels?.filter((c) => c.live).length ?? 0;
		describePage(
			live > 0 ? `(${live}) Live now · weir` : 'weir',
			live > 0
				? `${live} ${live === 1 ? 'channel is' : 'channels are'} live.`
				: 'Live video, as it happens.',
		);
	}

	override render(): TemplateResult {
		return html`<div class="page">${this.#body()}</div>`;
	}

	#body(): TemplateResult {
		if (this.channels === null) {
			return this.problem === '' ? this.#bones() : this.#trouble();
		}
		const stale =
			this.problem === '' || this.#poll.failures < 1
				? nothing
				: html`<div class="stale" role="status">
						${icons.alert} The server is away. Trying again…
					</div>`;
		if (this.channels.length === 0) {
			return html`<weir-welcome></weir-welcome>${stale}`;
		}
		const live = this.channels.filter((c) => c.live);
		const rest = this.channels.filter((c) => !c.live);
		return html`
			<h1 class="hush">Channels</h1>
			${
				live.length > 0
					? html`<section aria-labelledby="live">
							<h2 class="section" id="live">
								Live now
								${
									live.length > 1
										? html`<span class="count">${live.length}</span>`
										: nothing
								}
							</h2>
							${this.#list(
								live,
								live.length === 1 ? 'feature' : 'live',
								live.length === 1 ? 'one' : live.length < 4 ? 'few' : 'live',
							)}
						</section>`
					: html`<section>
							<p class="calm">Still water</p>
							<p>Nobody is live right now. Whoever goes live appears here.</p>
						</section>`
			}
			<weir-recent .channels=${this.channels}></weir-recent>
			${
				rest.length > 0
					? html`<section aria-labelledby="rest">
							<h2 class="section" id="rest">Off air</h2>
							${this.#list(rest, 'rest', 'rest')}
						</section>`
					: nothing
			}
			${stale}
		`;
	}

	#list(channels: Channel[], shape: CardShape, style: string): TemplateResult {
		return html`<ul class=${style} role="list">
			${repeat(
				channels,
				(c) => c.name,
				(c) =>
					html`<li>
						<weir-card
							exportparts="stage"
							.channel=${c}
							.shape=${shape}
							.tick=${this.tick}
						></weir-card>
					</li>`,
			)}
		</ul>`;
	}

	#bones(): TemplateResult {
		return html`<div role="status">
			<span class="hush">Loading channels</span>
			<div class="bone title"></div>
			<ul class="few" aria-hidden="true">
				${[1, 2, 3].map(
					() =>
						html`<li>
							<div class="bone frame"></div>
							<div class="bone line"></div>
							<div class="bone short"></div>
						</li>`,
				)}
			</ul>
		</div>`;
	}

	#trouble(): TemplateResult {
		return html`<div class="problem" role="alert">
			${icons.alert}
			<h1>The server cannot be reached</h1>
			<p>${this.problem} This page keeps trying.</p>
			<button class="button" @click=${() => this.#poll.kick()}>
				Try again now
			</button>
		</div>`;
	}
}
