import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { actionOf, type Action } from './actions';
import { Captions } from './captions';
import { controlBar } from './controls';
import type { Source } from './engine';
import * as icons from './icons';
import './keys';
import type { WeirKeys } from './keys';
import type { WeirMenu } from './menu';
import { Playback, speeds, type PlaybackHost } from './playback';
import { playerStyle } from './player-style';
import { Screen } from './screen';
import './seek';
import type { Range } from './seek';
import { listenToSystem, tellPosition } from './session';
import { settings } from './settings';
import { recallSound, setVolume, toggleSound } from './sound';
import './stats';
import type { Storyboard } from './storyboard';
import { Taps } from './taps';

const idle_ms = 2600;
const hint_ms = 900;
// A live window shorter than this is not worth a bar to seek in.
const window_min_s = 15;
const volume_step = 0.1;

// How far some actions seek, in seconds.
const seeks: Partial<Record<Action, number>> = {
	back: -5,
	forward: 5,
	rewind: -10,
	skip: 10,
};

// Plays one source after the other: live ones, recordings, clips.  Fires
// "finish" when the one it was given is over, "stall" when it has nothing to
// show next, "clip" when the viewer wants to make one, "range" when an end of
// that was moved.  What is put inside lies over the picture; what is put into
// "gap", only while there is nothing to show since the source is interrupted.
@customElement('weir-player')
export class WeirPlayer extends LitElement implements PlaybackHost {
	@property({ attribute: false }) source: Source | null = null;
	// Whether the platform says that the source is still being published.
	@property({ type: Boolean }) live = false;
	// Whether it says that nothing comes from there just now.
	@property({ type: Boolean }) interrupted = false;
	@property() label = '';
	// Pictures of all of it, by its seconds.
	@property({ attribute: false }) storyboard: Storyboard | null = null;
	// Whether clips can be made of it; which part is going to be one, and the
	// part of the source that the bar shows meanwhile.
	@property({ type: Boolean }) clippable = false;
	@property({ attribute: false }) range: Range | null = null;
	@property({ attribute: false }) zoom: Range | null = null;
	@property({ type: Number, attribute: 'range-max' }) rangeMax = 300;

	@state() private idle = false;
	@state() private hint = '';
	@state() private stats = false;
	@query('video') private video!: HTMLVideoElement;
	@query('weir-menu') private menu!: WeirMenu | null;
	@query('weir-keys') private keys!: WeirKeys;

	readonly playback = new Playback(this);
	#captions: Captions | undefined;
	#idleTimer: number | undefined;
	#hintTimer: number | undefined;
	readonly #screen = new Screen(this, () => this.video);
	readonly #taps = new Taps();

	static override styles = playerStyle;

	override connectedCallback(): void {
		super.connectedCallback();
		document.addEventListener('keydown', this.#key);
		listenToSystem({
			play: () => this.playback.play(),
			pause: () => this.playback.pause(),
			seek: (by) => this.playback.seek(this.video.currentTime + by),
			seekTo: (t) => this.playback.seek((this.playback.window?.start ?? 0) + t),
		});
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		document.removeEventListener('keydown', this.#key);
		listenToSystem(undefined);
		clearTimeout(this.#idleTimer);
		clearTimeout(this.#hintTimer);
	}

	override firstUpdated(): void {
		this.playback.video = this.video;
		this.#captions = new Captions(this.video, () => this.requestUpdate());
		recallSound(this.video);
	}

	override updated(changed: Map<string, unknown>): void {
		this.playback.setPublished(this.live);
		if (changed.has('source')) {
			const old = changed.get('source') as Source | null | undefined;
			if (
				old?.broadcast !== this.source?.broadcast ||
				old?.url !== this.source?.url
			) {
				void this.playback.open(this.source);
			}
		}
		this.toggleAttribute('data-idle', this.idle);
	}

	began(): void {
		this.dispatchEvent(new CustomEvent('start'));
		this.#wake();
	}

	stalled(): void {
		this.dispatchEvent(new CustomEvent('stall'));
	}

	finished(): void {
		if (this.source !== null) {
			this.dispatchEvent(
				new CustomEvent('finish', { detail: this.source.broadcast }),
			);
		}
	}

	readonly #key = (e: KeyboardEvent): void => {
		const action = this.source === null ? undefined : actionOf(e);
		if (action !== undefined) {
			e.preventDefault();
			this.act(action);
			this.#wake();
		} else if (e.key === 'Tab') {
			this.#wake();
		}
	};

	readonly act = (action: Action): void => {
		const { video, playback } = this;
		const w = playback.window;
		const by = seeks[action];
		if (by !== undefined) {
			playback.seek(video.currentTime + by);
			this.#say(`${by < 0 ? 'Back' : 'Forward'} ${Math.abs(by)} s`);
			return;
		}
		if (action.startsWith('tenth-') && w !== undefined) {
			const share = Number(action.slice(6)) / 10;
			playback.seek(w.start + share * (w.edge - w.start));
			this.#say(`${share * 100} %`);
			return;
		}
		switch (action) {
			case 'toggle':
				playback.toggle();
				break;
			case 'mute':
				toggleSound(video);
				playback.mutedByBrowser = false;
				this.#say(video.muted ? 'Muted' : 'Sound on');
				break;
			case 'louder':
			case 'quieter': {
				const step = action === 'louder' ? volume_step : -volume_step;
				this.#setVolume((video.muted ? 0 : video.volume) + step);
				this.#say(`Volume ${Math.round(video.volume * 100)} %`);
				break;
			}
			case 'begin':
				playback.seek(w?.start ?? 0);
				this.#say('From the start');
				break;
			case 'live':
				if (playback.isLive) {
					playback.goLive();
				} else {
					playback.seek(w?.edge ?? 0);
				}
				break;
			case 'frame-back':
			case 'frame-on':
				if (video.paused) {
					playback.step(action === 'frame-on' ? 1 : -1);
				}
				break;
			case 'slower':
			case 'faster': {
				const n = speeds.indexOf(playback.speed);
				const next = speeds[n + (action === 'faster' ? 1 : -1)];
				playback.setSpeed(next ?? playback.speed);
				this.#say(`Speed ${playback.speed}×`);
				break;
			}
			case 'captions':
				this.#captions?.toggle();
				this.#say(
					(this.#captions?.names().length ?? 0) === 0
						? 'No captions'
						: this.#captions!.chosen() < 0
							? 'Captions off'
							: 'Captions on',
				);
				break;
			case 'clip':
				if (this.clippable && playback.started) {
					this.dispatchEvent(new CustomEvent('clip'));
				}
				break;
			case 'stats':
				this.stats = !this.stats;
				break;
			case 'pip':
				void this.#screen.togglePip();
				break;
			case 'fullscreen':
				void this.#screen.toggleFullscreen();
				break;
			case 'help':
				this.keys.show();
				break;
		}
	};

	leaveFullscreen(): void {
		if (this.matches(':fullscreen')) {
			void this.#screen.toggleFullscreen();
		}
	}

	#setVolume(volume: number): void {
		setVolume(this.video, volume);
		this.playback.mutedByBrowser = false;
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
			this.menu?.open === true ||
			(focus?.matches(':focus-visible') === true && focus !== this.video);
		if (this.playback.playing && !used && this.range === null) {
			this.idle = true;
		}
	};

	readonly #press = (e: PointerEvent): void => {
		if (this.source === null || !this.playback.started) {
			return;
		}
		if (e.pointerType === 'mouse') {
			if (e.button === 0) {
				this.act('toggle');
				this.#wake();
			}
			return;
		}
		const side = this.#taps.tap(e, this.getBoundingClientRect());
		if (side !== undefined) {
			this.act(side);
		} else if (this.idle || !this.playback.playing) {
			// A touch asks for the controls, or puts them away.
			this.#wake();
		} else {
			this.idle = true;
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

	override render(): TemplateResult {
		const p = this.playback;
		const on = this.source !== null;
		const still = on && (p.needsTap || (p.started && p.pictured && !p.playing));
		const gap = on && this.interrupted && p.started && p.waiting && !still;
		const spin = on && (p.waiting || (p.trouble && !p.playing)) && !still;
		const chip = on && p.trouble && p.waiting ? 'Reconnecting…' : this.hint;
		return html`
			<div
				class="stage"
				role="group"
				aria-label=${this.label === '' ? 'Player' : `Player: ${this.label}`}
				@pointermove=${this.#moved}
				@pointerleave=${this.#left}
			>
				<slot name="behind"></slot>
				${this.#picture(on && p.started && p.pictured)}
				${
					spin && !gap
						? html`<div class="spin" role="status">
								<span class="hush">Loading</span>
							</div>`
						: nothing
				}
				${chip !== '' ? html`<p class="chip" role="status">${chip}</p>` : nothing}
				${
					on && (p.needsTap || (p.started && !p.playing))
						? html`<button
								class="big"
								aria-label=${p.ended ? 'Watch again' : 'Play'}
								@click=${() => this.act('toggle')}
							>
								${p.ended ? icons.again : icons.play}
							</button>`
						: nothing
				}
				${
					on && p.mutedByBrowser && p.playing
						? html`<button class="unmute" @click=${() => this.act('mute')}>
								${icons.muted}<span class="tap">Tap to unmute</span>
							</button>`
						: nothing
				}
				<slot></slot>
				${gap ? html`<slot name="gap"></slot>` : nothing}
				${on && p.started ? this.#bar() : nothing}
				${
					on && this.stats
						? html`<weir-stats
								.playback=${p}
								@close=${() => (this.stats = false)}
							></weir-stats>`
						: nothing
				}
				<weir-keys></weir-keys>
			</div>
		`;
	}

	#picture(shown: boolean): TemplateResult {
		const p = this.playback;
		return html`<video
			class=${shown ? 'on' : ''}
			playsinline
			aria-label=${this.label}
			@pointerup=${this.#press}
			@dblclick=${() => this.act('fullscreen')}
			@play=${p.observe}
			@pause=${p.observe}
			@playing=${p.plays}
			@loadeddata=${p.observe}
			@canplay=${p.observe}
			@emptied=${p.observe}
			@waiting=${p.waits}
			@volumechange=${p.observe}
			@timeupdate=${() => {
				if (p.waiting) p.observe();
			}}
			@ended=${p.ends}
		></video>`;
	}

	#bar(): TemplateResult {
		const { video, playback: p } = this;
		const w = p.window;
		const captions = this.#captions;
		const length = w === undefined ? 0 : w.edge - w.start;
		const at = w === undefined ? 0 : Math.min(w.edge, w.at) - w.start;
		tellPosition(p.playing, at, length, video.playbackRate);
		return controlBar(
			{
				playing: p.playing,
				muted: video.muted,
				volume: video.volume,
				live: p.isLive,
				atLive: p.atLive,
				behind: p.behind,
				latency: p.engine?.latency(),
				at,
				length,
				captions:
					captions === undefined || captions.names().length === 0
						? undefined
						: captions.chosen() >= 0,
				clippable: this.clippable,
				clipping: this.range !== null,
				menu: settings(p, captions, this.act),
				...this.#screen.view(),
			},
			{
				act: this.act,
				volume: (to) => this.#setVolume(to),
				openMenu: () => this.menu?.toggle(),
				menuClosed: () => this.#wake(),
			},
			w === undefined || (p.isLive && length < window_min_s)
				? nothing
				: this.#seek(w),
		);
	}

	#seek(w: { start: number; edge: number; at: number }): TemplateResult {
		const p = this.playback;
		const { buffered } = this.video;
		const zoom = this.zoom;
		return html`<weir-seek
			.start=${zoom?.from ?? w.start}
			.end=${zoom?.to ?? w.edge}
			.at=${p.following && p.atLive ? w.edge : w.at}
			.live=${p.isLive}
			.newest=${w.edge}
			.zero=${w.start}
			.buffered=${Array.from({ length: buffered.length }, (_, i) => ({
				from: buffered.start(i),
				to: buffered.end(i),
			}))}
			.range=${this.range}
			.rangeMax=${this.rangeMax}
			.dateAt=${(t: number) => p.engine?.dateAt(t)}
			.pictureAt=${(t: number) => p.engine?.pictureAt(t) ?? null}
			.spriteAt=${(t: number) => this.storyboard?.at(t - w.start) ?? null}
			@pointerdown=${this.#wake}
			@pointermove=${this.#wake}
			@seek=${(e: CustomEvent<number>) => {
				p.seek(e.detail);
				this.#wake();
			}}
			@range=${(e: CustomEvent<Range>) => this.#ranged(e)}
			@ranged=${(e: CustomEvent<Range>) => this.#ranged(e)}
		></weir-seek>`;
	}

	#ranged(e: CustomEvent<Range>): void {
		this.dispatchEvent(new CustomEvent(e.type, { detail: e.detail }));
	}
}

declare global {
	interface HTMLElementTagNameMap {
		'weir-player': WeirPlayer;
	}
}
