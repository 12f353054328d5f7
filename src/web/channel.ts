import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ApiError, getChannel, type Channel } from './api';
import { channelStyle } from './channel-style';
import { agoWords, clockDigits, exactWords, lengthWords, since } from './clock';
import './clip-maker';
import { prepareEngine, type Source } from './engine';
import { away, bones, face } from './facts';
import './missing';
import './others';
import { describePage } from './page';
import './picture';
import './player';
import type { WeirPlayer } from './player';
import { Poll } from './poll';
import { tellSystem } from './session';
import './share';
import './shelf';
import { aspect, trackWords } from './tracks';

// A playlist whose first frame is that near to the start begins with it.
const whole_ms = 10_000;

type Phase =
	'loading' | 'away' | 'missing' | 'offline' | 'starting' | 'playing' | 'ended';

// Whether there is a first segment to play: it is what a preview is made of.
function playable(c: Channel): boolean {
	return (
		c.preview !== null ||
		(c.tracks.length > 0 && c.tracks.every((t) => t.kind !== 'video'))
	);
}

// A channel's page: the player while it is live, and the wait for it.
@customElement('weir-channel')
export class WeirChannel extends LitElement {
	@property() name = '';
	@state() private channel: Channel | null = null;
	@state() private missing = false;
	@state() private away = false;
	@state() private source: Source | null = null;
	@state() private clips = 0;
	@query('weir-player') private player!: WeirPlayer | null;
	// The broadcast that was watched to its end on this page.
	#finished: string | null = null;
	#clock: number | undefined;

	readonly #poll = new Poll(this, () => this.#refresh(), {
		visible: () => this.#pace(),
		hidden: () => Math.max(8000, 3 * this.#pace()),
	});

	static override styles = channelStyle;

	// Milliseconds to the next question: short where an answer is awaited.
	#pace(): number {
		switch (this.#phase()) {
			case 'missing':
				return 10_000;
			case 'playing':
				return this.channel?.interrupted ? 2000 : 5000;
			case 'starting':
				return 1000;
			default:
				return 2500;
		}
	}

	override connectedCallback(): void {
		super.connectedCallback();
		prepareEngine();
		this.#clock = setInterval(() => this.requestUpdate(), 1000);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		clearInterval(this.#clock);
	}

	override firstUpdated(): void {
		// The clip maker is told of the player that there is now.
		this.requestUpdate();
	}

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('name') && changed.get('name') !== undefined) {
			this.channel = null;
			this.missing = false;
			this.away = false;
			this.source = null;
			this.#finished = null;
			this.#poll.kick();
		}
	}

	override updated(): void {
		const c = this.channel;
		const title = c === null ? `@${this.name}` : c.title || c.name;
		if (this.#phase() === 'missing') {
			return;
		}
		describePage(
			`${c?.live === true ? '● ' : ''}${title} · weir`,
			c?.live === true ? `${title} is live.` : `Watch ${title} live.`,
		);
	}

	async #refresh(): Promise<void> {
		const name = this.name;
		if (name === '') {
			return;
		}
		try {
			const channel = await getChannel(name);
			if (name === this.name) {
				this.#learn(channel);
			}
		} catch (e) {
			if (name === this.name) {
				this.missing = e instanceof ApiError && e.status === 404;
				this.away = !this.missing;
			}
			if (!this.missing) {
				throw e;
			}
		}
	}

	#learn(c: Channel): void {
		this.channel = c;
		this.missing = false;
		this.away = false;
		if (
			c.live &&
			c.playlist !== null &&
			c.broadcast !== null &&
			c.broadcast !== this.#finished &&
			c.broadcast !== this.source?.broadcast &&
			playable(c)
		) {
			this.source = {
				url: c.playlist,
				broadcast: c.broadcast,
			};
			tellSystem(c.title || c.name, `@${c.name}`);
		}
	}

	#finish(e: CustomEvent<string>): void {
		this.#finished = e.detail;
		this.source = null;
		this.#poll.kick();
	}

	#phase(): Phase {
		if (this.missing) {
			return 'missing';
		}
		if (this.channel === null) {
			return this.away ? 'away' : 'loading';
		}
		if (this.source !== null) {
			return 'playing';
		}
		if (this.#finished !== null && this.#finished === this.channel.broadcast) {
			return 'ended';
		}
		return this.channel.live ? 'starting' : 'offline';
	}

	override render(): TemplateResult {
		const phase = this.#phase();
		if (phase === 'missing') {
			return html`<weir-missing
				what="channel"
				.channel=${this.name}
			></weir-missing>`;
		}
		const c = this.channel;
		return html`<article class="page">
			<weir-player
				part="stage"
				style="--shape:${aspect(c?.tracks ?? [])}"
				.source=${this.source}
				.live=${c?.live ?? false}
				.interrupted=${c?.interrupted ?? false}
				.label=${c === null ? '' : c.title || c.name}
				clippable
				@finish=${this.#finish}
				@stall=${() => this.#poll.kick()}
			>
				<weir-picture
					slot="behind"
					class=${phase === 'playing' ? 'plain' : 'dim'}
					plain
					.name=${this.name}
					.preview=${
						phase === 'offline' || phase === 'ended'
							? (c?.preview ?? null)
							: null
					}
					.thumbnail=${c?.thumbnail ?? null}
				></weir-picture>
				${this.#message(phase)} ${this.#gap(phase)}
			</weir-player>
			<weir-clip-maker
				.player=${this.player}
				.broadcast=${this.source?.broadcast ?? null}
				@made=${() => this.clips++}
			></weir-clip-maker>
			${
				c === null
					? this.#bones(phase)
					: this.#facts(
							c,
							c.live && (phase === 'playing' || phase === 'starting'),
						)
			}
			<p class="hush" role="status">${this.#spoken(phase)}</p>
			<weir-shelf
				kind="recordings"
				past
				.channel=${c?.name ?? ''}
				.edition=${c?.live}
			></weir-shelf>
			<weir-shelf
				kind="clips"
				.channel=${c?.name ?? ''}
				.edition=${this.clips}
			></weir-shelf>
			<weir-others .except=${this.name}></weir-others>
		</article>`;
	}

	#spoken(phase: Phase): string {
		const title = this.channel?.title || this.name;
		switch (phase) {
			case 'playing':
				return this.channel?.interrupted
					? `${title} was interrupted and will be back`
					: `${title} is live`;
			case 'ended':
				return 'The stream has ended';
			case 'offline':
				return `${title} is not live`;
			default:
				return '';
		}
	}

	#message(phase: Phase): TemplateResult | typeof nothing {
		const c = this.channel;
		if (phase === 'away') {
			return away(() => this.#poll.kick());
		}
		if (
			c === null ||
			(phase !== 'offline' && phase !== 'ended' && phase !== 'starting')
		) {
			return nothing;
		}
		const title = c.title || c.name;
		if (phase === 'starting') {
			return html`<div class="message">
				<h2>${title} is going live</h2>
				<p>The first pictures are on their way.</p>
			</div>`;
		}
		const wait = this.away
			? 'The server is away; trying again…'
			: 'This page starts by itself.';
		return phase === 'ended'
			? html`<div class="message">
					<h2>The stream has ended</h2>
					<p>
						${
							c.since !== null && c.ended !== null
								? `${title} was live for ${lengthWords(
										Date.parse(c.ended) - Date.parse(c.since),
									)}.`
								: `${title} said goodbye.`
						}
					</p>
					<p class="wait">${wait.replace('starts', 'starts again')}</p>
				</div>`
			: html`<div class="message">
					<h2>${title} is not live</h2>
					<p>${this.#last(c)}</p>
					<p class="wait">${wait}</p>
				</div>`;
	}

	// Over the last picture, once that stands still.
	#gap(phase: Phase): TemplateResult | typeof nothing {
		const c = this.channel;
		if (c === null || phase !== 'playing' || !c.interrupted) {
			return nothing;
		}
		return html`<div slot="gap" class="message">
			<h2>${c.title || c.name} will be right back</h2>
			<p>The connection to the streamer was lost.</p>
			<p class="wait">The stream goes on by itself.</p>
		</div>`;
	}

	#last(c: Channel): TemplateResult {
		const last = c.ended ?? c.since;
		return last === null
			? html`There has been no broadcast yet.`
			: html`Last live
					<time datetime=${last} title=${exactWords(last)}
						>${agoWords(last)}</time
					>.`;
	}

	#facts(c: Channel, live: boolean): TemplateResult {
		const title = c.title || c.name;
		return html`<div class="facts">
			${face(c.name, title)}
			<div class="words">
				<h1>${title}</h1>
				<p class="sub">
					${
						live
							? html`<span class="live">LIVE</span>
									<span
										class="elapsed"
										title="Since ${exactWords(c.since ?? '')}"
										>${clockDigits(since(c.since))}</span
									>`
							: nothing
					}
					<span class="handle">@${c.name}</span>
				</p>
				${
					live && c.tracks.length > 0
						? html`<p class="tracks">
								${trackWords(c.tracks).map((w) => html`<span>${w}</span>`)}
							</p>`
						: nothing
				}
			</div>
			<div class="actions">
				<weir-share
					.path=${`/@${c.name}`}
					.hls=${c.playlist}
					.dash=${c.playlist?.replace('index.m3u8', 'manifest.mpd') ?? null}
					.moment=${this.#moment}
				></weir-share>
			</div>
		</div>`;
	}

	// A link that begins where the viewer is leads to the recording, whose
	// time stays what it is.  A gap takes none of it, so the clock tells only
	// where the playlist does not reach back to the start.
	readonly #moment = (): { path: string; at: number } | undefined => {
		const { engine, window: w } = this.player?.playback ?? {};
		const { broadcast = null, since = null } = this.channel ?? {};
		const first = w === undefined ? undefined : engine?.dateAt(w.start);
		const date = w === undefined ? undefined : engine?.dateAt(w.at);
		if (!w || !first || !date || broadcast === null || since === null) {
			return undefined;
		}
		const began = Date.parse(since);
		const whole = first - began < whole_ms;
		const at = Math.floor(whole ? w.at - w.start : (date - began) / 1000);
		return at < 1 ? undefined : { path: `/vod/${broadcast}?t=${at}`, at };
	};

	#bones(phase: Phase): TemplateResult {
		return phase === 'away'
			? html`<div class="facts">
					<div class="words"><h1>@${this.name}</h1></div>
				</div>`
			: bones();
	}
}
