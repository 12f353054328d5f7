import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ApiError, getRecording, type Recording } from './api';
import { channelStyle } from './channel-style';
import { agoWords, clockDigits, exactWords, lengthWords } from './clock';
import './clip-maker';
import { prepareEngine, type Source } from './engine';
import { away, bones, face } from './facts';
import * as icons from './icons';
import './missing';
import { describePage } from './page';
import './picture';
import './player';
import type { WeirPlayer } from './player';
import { Poll } from './poll';
import { tellSystem } from './session';
import './share';
import './shelf';
import { Storyboard } from './storyboard';
import { aspect, trackWords } from './tracks';

// What is still being recorded grows; the rest stays as it is.
const live_refresh_ms = 5000;
const retry_ms = 3000;

// A recording's page: all of a broadcast, from its start.
@customElement('weir-recording')
export class WeirRecording extends LitElement {
	// The broadcast's id.
	@property() name = '';
	// Where to begin, in seconds.
	@property({ attribute: false }) start: number | undefined;
	@state() private recording: Recording | null = null;
	@state() private missing = false;
	@state() private away = false;
	@state() private source: Source | null = null;
	@state() private clips = 0;
	@state() private storyboard: Storyboard | null = null;
	@query('weir-player') private player!: WeirPlayer | null;

	readonly #poll = new Poll(this, () => this.#refresh(), {
		visible: () => this.#pace(),
		hidden: () => this.#pace() * 4,
	});

	static override styles = channelStyle;

	#pace(): number {
		if (this.missing) {
			return 0;
		}
		return this.recording === null
			? retry_ms
			: this.recording.live
				? live_refresh_ms
				: 0;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		prepareEngine();
	}

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('name') && changed.get('name') !== undefined) {
			this.recording = null;
			this.missing = false;
			this.away = false;
			this.source = null;
			this.storyboard = null;
			this.#poll.kick();
		}
	}

	async #refresh(): Promise<void> {
		const id = this.name;
		try {
			const recording = await getRecording(id);
			if (id === this.name) {
				this.#learn(recording);
			}
		} catch (e) {
			if (id === this.name) {
				this.missing = e instanceof ApiError && e.status === 404;
				this.away = !this.missing;
			}
			if (!this.missing) {
				throw e;
			}
		}
	}

	#learn(r: Recording): void {
		this.recording = r;
		this.away = false;
		const title = r.title || `@${r.channel}`;
		if (this.source === null) {
			const asked = this.start ?? 0;
			this.source = {
				url: r.playlist,
				broadcast: r.broadcast,
				start: asked < r.duration ? asked : 0,
				recorded: true,
			};
			tellSystem(title, `@${r.channel}`);
		}
		if (r.storyboard && this.storyboard === null) {
			void this.#pictures(r);
		}
		describePage(
			`${title} · weir`,
			`${title}: a broadcast of ${lengthWords(r.duration * 1000)}.`,
		);
	}

	async #pictures(r: Recording): Promise<void> {
		try {
			const storyboard = await Storyboard.fetch(r.storyboard!);
			if (r.broadcast === this.name) {
				this.storyboard = storyboard;
			}
		} catch {
			// Segments show what there is, then.
		}
	}

	// For links that begin where the viewer is.
	readonly #moment = (): { path: string; at: number } | undefined => {
		const w = this.player?.playback.window;
		const at = w === undefined ? 0 : Math.floor(w.at - w.start);
		return at < 1 ? undefined : { path: `/vod/${this.name}?t=${at}`, at };
	};

	override render(): TemplateResult {
		if (this.missing) {
			return html`<weir-missing what="recording"></weir-missing>`;
		}
		const r = this.recording;
		return html`<article class="page">
			<weir-player
				part="stage"
				style="--shape:${aspect(r?.tracks ?? [])}"
				clippable
				.source=${this.source}
				.live=${r?.live ?? false}
				.label=${r === null ? '' : r.title || r.channel}
				.storyboard=${this.storyboard}
			>
				<weir-picture
					slot="behind"
					class="plain"
					plain
					.name=${r?.channel ?? ''}
					.thumbnail=${r?.thumbnail ?? null}
				></weir-picture>
				${this.away && r === null ? away(() => this.#poll.kick()) : nothing}
			</weir-player>
			<weir-clip-maker
				.player=${this.player}
				.broadcast=${r?.broadcast ?? null}
				@made=${() => this.clips++}
			></weir-clip-maker>
			${r === null ? bones() : this.#facts(r)}
			<weir-shelf
				kind="clips"
				.channel=${r?.channel ?? ''}
				.edition=${this.clips}
			></weir-shelf>
			<weir-shelf
				kind="recordings"
				.channel=${r?.channel ?? ''}
				.except=${this.name}
			></weir-shelf>
		</article>`;
	}

	override firstUpdated(): void {
		// The clip maker is told of the player that there is now.
		this.requestUpdate();
	}

	#facts(r: Recording): TemplateResult {
		const title = r.title || r.channel;
		return html`<div class="facts">
			<a href="/@${r.channel}" class="to" aria-label="@${r.channel}"
				>${face(r.channel, title)}</a
			>
			<div class="words">
				<h1>${title}</h1>
				<p class="sub">
					${
						r.live
							? html`<a class="live" href="/@${r.channel}">LIVE</a>`
							: html`<span class="elapsed"
									>${clockDigits(r.duration * 1000)}</span
								>`
					}
					<time datetime=${r.since} title=${exactWords(r.since)}
						>${agoWords(r.since)}</time
					>
					<a class="handle" href="/@${r.channel}">@${r.channel}</a>
				</p>
				<p class="tracks">
					${trackWords(r.tracks).map((w) => html`<span>${w}</span>`)}
				</p>
			</div>
			<div class="actions">
				${
					r.download && !r.live
						? html`<a class="button quiet fetch" href=${r.download} download>
								${icons.download}<span>Download</span>
							</a>`
						: nothing
				}
				<weir-share
					.path=${`/vod/${r.broadcast}`}
					.hls=${r.playlist}
					.dash=${r.manifest}
					.moment=${this.#moment}
				></weir-share>
			</div>
		</div>`;
	}
}
