import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { openEngine, type Engine, type Source } from './engine';
import { recall, remember } from './memory';
import { Pace } from './pace';
import { reloadOnce } from './page';
import { Watchdog } from './watchdog';

const tick_ms = 250;
const pace_ms = 100;
const open_again_ms = 3000;
// A picture that stands for so long waits, whatever the browser says.
const still_ms = 2000;
// Timers that came so late were stopped: the machine or the tab slept.
const asleep_ms = 10_000;
// Who follows live and fell this far behind in a stall goes there at once,
// and who fell that far behind in any way.
const jump_s = 3;
const lost_s = 30;
// Who goes there twice in that time has a line that does not bear it.
const strained_ms = 15_000;
// A start that is that late is made good, if what is missing for that comes
// soon.
const start_late_s = 0.2;
const start_ms = 1500;

export const speeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const speed_key = 'weir-speed';
const quality_key = 'weir-quality';

function recallSpeed(): number {
	const speed = Number(recall(speed_key) ?? 1);
	return speeds.includes(speed) ? speed : 1;
}

export interface PlaybackHost extends ReactiveControllerHost {
	// The first picture moves.
	began(): void;
	// There is nothing to show next.
	stalled(): void;
	// What was live is over and was shown to its end.
	finished(): void;
}

// One source in a video element: opened, kept going, kept at live, until it
// is over.  It knows nothing of how that looks.
export class Playback implements ReactiveController {
	engine: Engine | undefined;
	// Which was told what the viewer wanted before.
	#asked: Engine | undefined;
	playing = false;
	waiting = false;
	started = false;
	// There is a frame to show.
	pictured = false;
	ended = false;
	// Media does not come.
	trouble = false;
	mutedByBrowser = false;
	needsTap = false;
	// The viewer wants to see what happens now.
	following = false;
	// What the viewer chose; at live it is always near 1.
	speed = recallSpeed();
	// Whether the platform says that the source is still being published.
	published = false;
	stalls = 0;
	stalled_ms = 0;
	startup_ms = 0;

	#source: Source | null = null;
	#opening = 0;
	#openedAt = 0;
	// Until when the start may be made good.
	#startUntil = 0;
	#paused = false;
	#stalledAt: number | undefined;
	#caughtShort = false;
	#jumpedAt = -Infinity;
	#ticker: number | undefined;
	#pacer: number | undefined;
	#tickedAt = Date.now();
	#slept = false;
	#video: HTMLVideoElement | undefined;
	readonly #watchdog = new Watchdog();
	readonly #pace = new Pace();

	constructor(private readonly host: PlaybackHost) {
		host.addController(this);
	}

	hostConnected(): void {
		this.#tickedAt = Date.now();
		this.#ticker = setInterval(() => this.#tick(), tick_ms);
		this.#pacer = setInterval(() => this.#keepUp(), pace_ms);
		document.addEventListener('visibilitychange', this.#shown);
	}

	hostDisconnected(): void {
		clearInterval(this.#ticker);
		clearInterval(this.#pacer);
		document.removeEventListener('visibilitychange', this.#shown);
		this.close();
	}

	set video(video: HTMLVideoElement) {
		this.#video = video;
	}

	get video(): HTMLVideoElement {
		return this.#video!;
	}

	// Play SOURCE in place of what is played now.
	async open(source: Source | null): Promise<void> {
		this.close();
		this.#source = source;
		if (source === null) {
			return;
		}
		const opening = this.#opening;
		this.#openedAt = performance.now();
		this.waiting = true;
		this.following = source.start === undefined && source.recorded !== true;
		this.host.requestUpdate();
		try {
			const engine = await openEngine(this.video, source, {
				ready: () => void this.#start(),
				trouble: (is) => this.#tell({ trouble: is }),
				changed: () => this.#offered(),
				following: () => this.following,
			});
			if (opening === this.#opening) {
				this.engine = engine;
				this.#watchdog.reset();
			} else {
				engine.destroy();
			}
		} catch {
			// The player's code did not load: the network's fault, so it may later.
			this.#tell({ trouble: true });
			reloadOnce().catch(() => undefined);
			setTimeout(() => {
				if (opening === this.#opening) {
					void this.open(source);
				}
			}, open_again_ms);
		}
	}

	close(): void {
		this.#opening++;
		this.engine?.destroy();
		this.engine = undefined;
		this.#paused = false;
		this.#stalledAt = undefined;
		this.#caughtShort = false;
		this.stalls = 0;
		this.stalled_ms = 0;
		this.#tell({
			...{ started: false, playing: false, waiting: false, ended: false },
			...{ trouble: false, needsTap: false, mutedByBrowser: false },
		});
	}

	#tell(news: Partial<Playback>): void {
		Object.assign(this, news);
		this.host.requestUpdate();
	}

	// Browsers refuse sound before the first click on a site.  Moving
	// pictures without it are better than a still.
	async #start(): Promise<void> {
		if (this.#paused) {
			return;
		}
		const { video } = this;
		try {
			await video.play();
		} catch (e) {
			if (!(e instanceof DOMException) || e.name !== 'NotAllowedError') {
				return;
			}
			if (video.muted) {
				this.#tell({ needsTap: true });
				return;
			}
			video.muted = true;
			this.mutedByBrowser = true;
			await this.#start();
		}
	}

	// There are renditions: take the one that the viewer wanted before.
	#offered(): void {
		const engine = this.engine;
		const height = Number(recall(quality_key) ?? 0);
		const all = engine?.renditions() ?? [];
		// Once: should it go, nobody waits for it.
		if (engine !== undefined && engine !== this.#asked && all.length > 1) {
			this.#asked = engine;
			const pictures = all.filter((r) => r.height > 0);
			const wanted =
				pictures.find((r) => r.height <= height) ?? pictures.at(-1);
			if (height > 0 && wanted !== undefined) {
				engine.choose(wanted.id);
			}
		}
		this.host.requestUpdate();
	}

	choose(id: number): void {
		const chosen = this.engine?.renditions().find((r) => r.id === id);
		remember(quality_key, chosen === undefined ? null : String(chosen.height));
		this.engine?.choose(id);
		this.host.requestUpdate();
	}

	setSpeed(speed: number): void {
		this.speed = speed;
		remember(speed_key, speed === 1 ? null : String(speed));
		if (speed < 1) {
			this.following = false;
		}
		this.#keepUp();
		this.host.requestUpdate();
	}

	toggle(): void {
		if (this.video.paused) {
			this.play();
		} else {
			this.pause();
		}
	}

	play(): void {
		this.#paused = false;
		this.needsTap = false;
		this.following &&= this.atLive;
		void this.video.play().catch(() => undefined);
	}

	pause(): void {
		this.#paused = true;
		this.video.pause();
	}

	// Both ends of what can be seen, and where the viewer is in between.
	get window(): { start: number; edge: number; at: number } | undefined {
		const start = this.engine?.start();
		const edge = this.engine?.edge();
		return start === undefined || edge === undefined || edge <= start
			? undefined
			: { start, edge, at: this.video.currentTime };
	}

	// How far behind live, in seconds.
	get behind(): number {
		const edge = this.engine?.edge();
		return edge === undefined || !this.started
			? 0
			: Math.max(0, edge - this.video.currentTime);
	}

	get atLive(): boolean {
		return this.behind <= (this.engine?.slack() ?? 0);
	}

	get isLive(): boolean {
		return this.engine?.live() ?? this.published;
	}

	// How much is buffered ahead, in seconds.
	get ahead(): number {
		const { buffered, currentTime } = this.video;
		for (let i = 0; i < buffered.length; i++) {
			if (
				buffered.start(i) <= currentTime + 0.1 &&
				buffered.end(i) > currentTime
			) {
				return buffered.end(i) - currentTime;
			}
		}
		return 0;
	}

	seek(to: number): void {
		const w = this.window;
		if (w === undefined) {
			return;
		}
		this.ended = false;
		this.following = this.isLive && to >= w.edge - (this.engine?.slack() ?? 0);
		// Of what is over the last picture is to be seen, which nobody
		// fetches for a video that has ended already.
		const last = this.isLive ? w.edge : w.edge - 0.1;
		this.video.currentTime = Math.min(last, Math.max(w.start + 0.05, to));
		this.#keepUp();
		this.host.requestUpdate();
	}

	// One frame on, or back (-1).
	step(frames: number): void {
		const rate = this.engine?.facts().frameRate ?? 0;
		this.seek(this.video.currentTime + frames / (rate > 0 ? rate : 30));
	}

	goLive(): void {
		const edge = this.engine?.edge();
		if (edge !== undefined && !this.atLive) {
			this.video.currentTime = edge;
		}
		this.following = this.isLive;
		this.#paused = false;
		void this.video.play().catch(() => undefined);
	}

	// What the page knows of the source; an interruption ends with the last
	// frames there were.
	setPublished(published: boolean): void {
		if (this.published && !published) {
			this.#watchdog.reset();
		}
		this.published = published;
	}

	#tick(): void {
		const late = Date.now() - this.#tickedAt;
		this.#tickedAt = Date.now();
		this.#slept ||= late > asleep_ms;
		this.#shown();
		const engine = this.engine;
		if (engine === undefined) {
			return;
		}
		const stuck_ms = this.#watchdog.look(
			this.video,
			!this.#paused && !this.needsTap,
		);
		if (this.video.ended && !engine.live()) {
			this.#end();
		} else if (
			!this.published &&
			this.#source?.recorded !== true &&
			stuck_ms > 4000
		) {
			this.host.finished();
		} else if (
			(engine.edge() ?? 0) > this.video.currentTime + 1 &&
			this.#watchdog.bite()
		) {
			engine.restart();
		}
		this.waiting ||= this.started && this.playing && stuck_ms > still_ms;
		this.host.requestUpdate();
	}

	#end(): void {
		if (!this.ended && !this.published) {
			this.#tell({ ended: true, playing: false, waiting: false });
			this.host.finished();
		}
	}

	readonly #shown = (): void => {
		if (this.#slept && document.visibilityState === 'visible') {
			this.#slept = false;
			this.#watchdog.reset();
			this.engine?.wake();
		}
	};

	// Stay where the viewer should be: by going there when the picture stood
	// still anyway, or else by playing a little faster or slower.
	#keepUp(): void {
		const { engine, video } = this;
		const edge = engine?.edge();
		if (engine === undefined || edge === undefined || video.paused) {
			return;
		}
		const behind = edge - video.currentTime;
		if (!engine.live()) {
			this.following = false;
		} else if (!this.following && this.speed >= 1 && this.started) {
			this.following = behind <= engine.slack();
		}
		if (!this.following) {
			this.#play(this.speed);
			return;
		}
		this.#skipStart();
		const far = Math.max(jump_s, 2 * engine.slack());
		if (this.started && behind > (this.#caughtShort ? far : lost_s)) {
			const now = performance.now();
			if (this.#caughtShort && now - this.#jumpedAt < strained_ms) {
				engine.strained();
			}
			this.#jumpedAt = now;
			video.currentTime = edge;
			this.#caughtShort = false;
			this.#pace.reset();
		}
		this.#caughtShort &&= behind > 0.5;
		const stray_s = Math.max(0.05, 0.08 * (engine.target() ?? 3));
		this.#play(
			this.waiting
				? 1
				: this.#pace.rate(behind, this.ahead, stray_s, performance.now()),
		);
	}

	#play(rate: number): void {
		if (this.video.playbackRate !== rate) {
			this.video.playbackRate = rate;
		}
	}

	// The video element says that something changed.
	readonly observe = (): void => {
		const v = this.video;
		this.playing = !v.paused && !v.ended;
		this.pictured = v.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
		if (this.playing) {
			this.needsTap = false;
		}
		if (v.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
			this.waiting = false;
			this.#flows();
		}
		this.host.requestUpdate();
	};

	#flows(): void {
		if (this.#stalledAt !== undefined) {
			this.stalled_ms += performance.now() - this.#stalledAt;
			this.#stalledAt = undefined;
		}
	}

	readonly waits = (): void => {
		this.waiting = true;
		if (this.started && !this.video.seeking && !this.video.paused) {
			this.stalls++;
			this.#pace.stalled(performance.now());
			this.#stalledAt ??= performance.now();
			this.#caughtShort = true;
		}
		this.host.requestUpdate();
		this.host.stalled();
	};

	readonly plays = (): void => {
		this.observe();
		if (!this.started) {
			this.started = true;
			this.startup_ms = performance.now() - this.#openedAt;
			this.#startUntil = performance.now() + start_ms;
			this.#skipStart();
			this.host.began();
		}
	};

	// Starting took time, and live went on: nobody has seen what is left out, or
	// hardly anybody.
	#skipStart(): void {
		if (performance.now() > this.#startUntil) {
			return;
		}
		const behind = (this.engine?.edge() ?? 0) - this.video.currentTime;
		if (
			this.following &&
			this.isLive &&
			behind > start_late_s &&
			this.ahead > behind + start_late_s
		) {
			this.#startUntil = 0;
			this.video.currentTime += behind;
			this.#pace.reset();
		}
	}

	readonly ends = (): void => this.#end();

	// For who wants to know what is played.
	get source(): Source | null {
		return this.#source;
	}
}
