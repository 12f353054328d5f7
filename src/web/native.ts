import {
	automatic,
	backoff,
	type Engine,
	type EngineFacts,
	type EngineHost,
	type Source,
} from './engine';

// How far behind the newest media the system's player keeps by itself.
const hold_back_s = 3;

type AppleVideo = HTMLVideoElement & { getStartDate?: () => Date };

// The video element plays HLS itself (Safari without media source
// extensions); all there is to do is to try again when it gives up.
export class NativeEngine implements Engine {
	#tries = 0;
	#timer: number | undefined;
	readonly #listening = new AbortController();

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly source: Source,
		private readonly host: EngineHost,
	) {
		const on = (type: string, fn: () => void): void =>
			video.addEventListener(type, fn, { signal: this.#listening.signal });
		on('error', () => {
			host.trouble(true);
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.restart(), backoff(this.#tries++));
		});
		on('playing', () => {
			this.#tries = 0;
			host.trouble(false);
		});
		let begun = false;
		on('loadedmetadata', () => {
			if (!begun && source.start !== undefined) {
				video.currentTime = source.start;
			}
			begun = true;
			host.ready();
		});
		video.src = source.url;
	}

	restart(): void {
		clearTimeout(this.#timer);
		const { currentTime } = this.video;
		const keep = currentTime > 0 && !this.host.following();
		this.video.src = this.source.url;
		this.video.load();
		if (keep) {
			const again = (): void => void (this.video.currentTime = currentTime);
			this.video.addEventListener('loadedmetadata', again, { once: true });
		}
		this.host.ready();
	}

	wake(): void {
		const edge = this.edge();
		if (edge !== undefined && this.live() && this.host.following()) {
			this.video.currentTime = edge;
		}
	}

	edge(): number | undefined {
		const s = this.video.seekable;
		return s.length === 0
			? undefined
			: Math.max(
					s.start(0),
					s.end(s.length - 1) - (this.live() ? hold_back_s : 0),
				);
	}

	slack(): number {
		return 2 * hold_back_s;
	}

	start(): number | undefined {
		const s = this.video.seekable;
		return s.length > 0 ? s.start(0) : undefined;
	}

	live(): boolean {
		return this.video.duration === Infinity;
	}

	latency(): number | undefined {
		const edge = this.edge();
		return edge === undefined || !this.live()
			? undefined
			: Math.max(0, edge + hold_back_s - this.video.currentTime);
	}

	target(): undefined {
		return undefined;
	}

	dateAt(time: number): number | undefined {
		const start = (this.video as AppleVideo).getStartDate?.().getTime();
		return start === undefined || Number.isNaN(start)
			? undefined
			: start + time * 1000;
	}

	pictureAt(): null {
		return null;
	}

	renditions(): [] {
		return [];
	}

	chosen(): number {
		return automatic;
	}

	current(): number {
		return automatic;
	}

	choose(): void {
		// The system chooses.
	}

	strained(): void {
		// It sees for itself.
	}

	facts(): EngineFacts {
		return {
			player: 'the system’s',
			mode: this.live() ? 'live' : 'on demand',
			codecs: '',
		};
	}

	destroy(): void {
		clearTimeout(this.#timer);
		this.#listening.abort();
		this.video.removeAttribute('src');
		this.video.load();
	}
}
