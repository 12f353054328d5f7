import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { actionOf, type Action } from './actions';
import { controlBar } from './controls';
import { openEngine, type Engine } from './engine';
import * as icons from './icons';
import { reloadOnce } from './page';
import { playerStyle } from './player-style';
import { Screen } from './screen';
import { recallSound, rememberSound } from './sound';
import { Watchdog } from './watchdog';

export interface Source {
	url: string;
	// A new broadcast under the same URL is a new source.
	broadcast: string;
}

const idle_ms = 2600;
const hint_ms = 900;
const tick_ms = 500;
// A window shorter than this is not worth a bar to seek in.
const window_min_s = 30;
const seek_step_s = 5;
const volume_step = 0.1;

// Plays one live broadcast after the other.  Fires "finish" when the one it
// was given is over, and "stall" when it has nothing to show next.  What is
// put inside lies over the picture; what is put into "gap", only while there
// is nothing to show since the source is interrupted.
@customElement('weir-player')
export class WeirPlayer extends LitElement {
	@property({ attribute: false }) source: Source | null = null;
	// Whether the platform says that the source is still being published.
	@property({ type: Boolean }) live = false;
	// Whether it says that nothing comes from there just now.
	@property({ type: Boolean }) interrupted = false;
	@property() label = '';

	@state() private playing = false;
	@state() private waiting = false;
	@state() private started = false;
	// There is a frame to show.
	@state() private pictured = false;
	@state() private trouble = false;
	@state() private idle = false;
	@state() private mutedByBrowser = false;
	@state() private needsTap = false;
	@state() private hint = '';
	@query('video') private video!: HTMLVideoElement;

	#engine: Engine | undefined;
	#opening = 0;
	#paused = false;
	#idleTimer: number | undefined;
	#hintTimer: number | undefined;
	#ticker: number | undefined;
	readonly #screen = new Screen(this, () => this.video);
	readonly #watchdog = new Watchdog();

	static override styles = playerStyle;

	override connectedCallback(): void {
		super.connectedCallback();
		document.addEventListener('keydown', this.#key);
		this.#ticker = setInterval(() => this.#tick(), tick_ms);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		document.removeEventListener('keydown', this.#key);
		clearInterval(this.#ticker);
		clearTimeout(this.#idleTimer);
		clearTimeout(this.#hintTimer);
		this.#close();
	}

	override firstUpdated(): void {
		const sound = recallSound();
		this.video.volume = sound.volume;
		this.video.muted = sound.muted;
	}

	override updated(changed: Map<string, unknown>): void {
		if (changed.has('source')) {
			const old = changed.get('source') as Source | null | undefined;
			if (old?.broadcast !== this.source?.broadcast) {
				void this.#open();
			}
		}
		if (changed.has('live') && !this.live) {
			// An interruption ends with the last frames there were.
			this.#watchdog.reset();
		}
		this.toggleAttribute('data-idle', this.idle);
	}

	async #open(): Promise<void> {
		this.#close();
		const source = this.source;
		if (source === null) {
			return;
		}
		const opening = this.#opening;
		this.waiting = true;
		try {
			const engine = await openEngine(this.video, source.url, {
				ready: () => void this.#start(),
				trouble: (is) => (this.trouble = is),
			});
			if (opening === this.#opening) {
				this.#engine = engine;
				this.#watchdog.reset();
			} else {
				engine.destroy();
			}
		} catch {
			// The player's code did not load: the network's fault, so it may later.
			this.trouble = true;
			reloadOnce().catch(() => undefined);
			setTimeout(() => {
				if (opening === this.#opening) {
					void this.#open();
				}
			}, 3000);
		}
	}

	#close(): void {
		this.#opening++;
		this.#engine?.destroy();
		this.#engine = undefined;
		this.#paused = false;
		this.started = false;
		this.playing = false;
		this.waiting = false;
		this.trouble = false;
		this.needsTap = false;
		this.mutedByBrowser = false;
	}

	// Browsers refuse sound before the first click on a site.  Moving
	// pictures without it are better than a still.
	async #start(): Promise<void> {
		if (this.#paused) {
			return;
		}
		try {
			await this.video.play();
		} catch (e) {
			if (!(e instanceof DOMException) || e.name !== 'NotAllowedError') {
				return;
			}
			if (this.video.muted) {
				this.needsTap = true;
				return;
			}
			this.video.muted = true;
			this.mutedByBrowser = true;
			await this.#start();
		}
	}

	#finish(): void {
		if (this.source !== null) {
			this.dispatchEvent(
				new CustomEvent('finish', { detail: this.source.broadcast }),
			);
		}
	}

	#tick(): void {
		const engine = this.#engine;
		if (engine === undefined) {
			return;
		}
		const stuck_ms = this.#watchdog.look(
			this.video,
			!this.#paused && !this.needsTap,
		);
		if (!this.live && (stuck_ms > 4000 || this.video.ended)) {
			this.#finish();
		} else if (
			(engine.edge() ?? 0) > this.video.currentTime + 1 &&
			this.#watchdog.bite()
		) {
			engine.restart();
		}
		if (!this.idle) {
			this.requestUpdate();
		}
	}

	get #behind(): number {
		const edge = this.#engine?.edge();
		return edge === undefined || !this.started
			? 0
			: Math.max(0, edge - this.video.currentTime);
	}

	get #atLive(): boolean {
		return this.#behind <= (this.#engine?.slack() ?? 0);
	}

	readonly #key = (e: KeyboardEvent): void => {
		const action = this.source === null ? undefined : actionOf(e);
		if (action !== undefined) {
			e.preventDefault();
			this.#act(action);
			this.#wake();
		} else if (e.key === 'Tab') {
			this.#wake();
		}
	};

	readonly #act = (action: Action): void => {
		const video = this.video;
		switch (action) {
			case 'toggle':
				if (video.paused) {
					this.#paused = false;
					this.needsTap = false;
					void video.play().catch(() => undefined);
				} else {
					this.#paused = true;
					video.pause();
				}
				break;
			case 'mute':
				if (video.muted || video.volume === 0) {
					this.#setVolume(video.volume === 0 ? 0.5 : video.volume);
				} else {
					video.muted = true;
					rememberSound(video);
				}
				this.#say(video.muted ? 'Muted' : 'Sound on');
				break;
			case 'louder':
			case 'quieter': {
				const by = action === 'louder' ? volume_step : -volume_step;
				this.#setVolume((video.muted ? 0 : video.volume) + by);
				this.#say(`Volume ${Math.round(video.volume * 100)} %`);
				break;
			}
			case 'back':
				this.#seek(video.currentTime - seek_step_s);
				this.#say(`Back ${seek_step_s} s`);
				break;
			case 'forward':
				this.#seek(video.currentTime + seek_step_s);
				this.#say(`Forward ${seek_step_s} s`);
				break;
			case 'live':
				this.#goLive();
				break;
			case 'pip':
				void this.#screen.togglePip();
				break;
			case 'fullscreen':
				void this.#screen.toggleFullscreen();
				break;
		}
	};

	#setVolume(volume: number): void {
		this.video.volume = Math.min(1, Math.max(0, volume));
		this.video.muted = this.video.volume === 0;
		this.mutedByBrowser = false;
		rememberSound(this.video);
	}

	#seek(to: number): void {
		const start = this.#engine?.start();
		const edge = this.#engine?.edge();
		if (start !== undefined && edge !== undefined) {
			this.video.currentTime = Math.min(edge, Math.max(start + 0.1, to));
		}
	}

	#goLive(): void {
		const edge = this.#engine?.edge();
		if (edge !== undefined && !this.#atLive) {
			this.video.currentTime = edge;
		}
		this.#paused = false;
		void this.video.play().catch(() => undefined);
	}

	#say(text: string): void {
		this.hint = text;
		clearTimeout(this.#hintTimer);
		this.#hintTimer = setTimeout(() => (this.hint = ''), hint_ms);
	}

	// Show the controls, and hide them when nobody wants them any more.
	readonly #wake = (): void => {
		this.idle = false;
		clearTimeout(this.#idleTimer);
		this.#idleTimer = setTimeout(this.#rest, idle_ms);
	};

	readonly #rest = (): void => {
		const focus = this.shadowRoot?.activeElement;
		const used =
			focus?.matches(':focus-visible') === true && focus !== this.video;
		if (this.playing && !used) {
			this.idle = true;
		}
	};

	readonly #press = (e: PointerEvent): void => {
		if (this.source === null || !this.started) {
			return;
		}
		if (e.pointerType !== 'mouse') {
			// A touch asks for the controls, or puts them away.
			if (this.idle || !this.playing) {
				this.#wake();
			} else {
				this.idle = true;
			}
		} else if (e.button === 0) {
			this.#act('toggle');
			this.#wake();
		}
	};

	readonly #moved = (e: PointerEvent): void => {
		if (e.pointerType === 'mouse') {
			this.#wake();
		}
	};

	readonly #left = (): void => {
		clearTimeout(this.#idleTimer);
		this.#idleTimer = setTimeout(this.#rest, 400);
	};

	#observe(): void {
		const v = this.video;
		this.playing = !v.paused && !v.ended;
		this.pictured = v.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
		if (this.playing) {
			this.needsTap = false;
		}
		if (v.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
			this.waiting = false;
		}
		this.requestUpdate();
	}

	#stalled(): void {
		this.waiting = true;
		this.dispatchEvent(new CustomEvent('stall'));
	}

	#played(): void {
		this.#observe();
		if (!this.started) {
			this.started = true;
			this.dispatchEvent(new CustomEvent('start'));
			this.#wake();
		}
	}

	override render(): TemplateResult {
		const on = this.source !== null;
		const still =
			on && (this.needsTap || (this.started && this.pictured && !this.playing));
		const gap =
			on && this.interrupted && this.started && this.waiting && !still;
		const spin = on && (this.waiting || this.trouble) && !still && !gap;
		return html`
			<div
				class="stage"
				role="group"
				aria-label=${this.label === '' ? 'Player' : `Player: ${this.label}`}
				@pointermove=${this.#moved}
				@pointerleave=${this.#left}
			>
				<slot name="behind"></slot>
				<video
					class=${on && this.started && this.pictured ? 'on' : ''}
					playsinline
					aria-label=${this.label}
					@pointerup=${this.#press}
					@dblclick=${() => this.#act('fullscreen')}
					@play=${this.#observe}
					@pause=${this.#observe}
					@playing=${this.#played}
					@loadeddata=${this.#observe}
					@canplay=${this.#observe}
					@emptied=${this.#observe}
					@waiting=${this.#stalled}
					@volumechange=${this.#observe}
					@timeupdate=${() => {
						if (this.waiting) this.#observe();
					}}
					@ended=${this.#finish}
				></video>
				${
					spin
						? html`<div class="spin" role="status">
								<span class="hush">Loading</span>
							</div>`
						: nothing
				}
				${
					on && this.trouble
						? html`<p class="chip" role="status">Reconnecting…</p>`
						: nothing
				}
				${
					this.hint !== ''
						? html`<p class="chip" aria-hidden="true">${this.hint}</p>`
						: nothing
				}
				${
					on && (this.needsTap || (this.started && !this.playing))
						? html`<button
								class="big"
								aria-label="Play"
								@click=${() => this.#act('toggle')}
							>
								${icons.play}
							</button>`
						: nothing
				}
				${
					on && this.mutedByBrowser && this.playing
						? html`<button class="unmute" @click=${() => this.#act('mute')}>
								${icons.muted}<span class="tap">Tap to unmute</span>
							</button>`
						: nothing
				}
				<slot></slot>
				${gap ? html`<slot name="gap"></slot>` : nothing}
				${on && this.started ? this.#bar() : nothing}
			</div>
		`;
	}

	#bar(): TemplateResult {
		const v = this.video;
		const start = this.#engine?.start();
		const edge = this.#engine?.edge();
		const latency = this.#engine?.latency();
		const behind = this.#behind;
		return controlBar(
			{
				playing: this.playing,
				muted: v.muted,
				volume: v.volume,
				behind,
				atLive: this.#atLive,
				window:
					start !== undefined &&
					edge !== undefined &&
					edge - start >= window_min_s
						? { start, edge, at: v.currentTime }
						: undefined,
				latency,
				...this.#screen.view(),
			},
			{
				act: this.#act,
				volume: (to) => this.#setVolume(to),
				seek: (to) => this.#seek(to),
			},
		);
	}
}
