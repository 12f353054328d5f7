import { backoff, type Engine, type EngineHost } from './engine';

// How far behind the newest media the system's player keeps by itself.
const hold_back_s = 3;

// The video element plays HLS itself (Safari without media source
// extensions); all there is to do is to try again when it gives up.
export class NativeEngine implements Engine {
	#tries = 0;
	#timer: number | undefined;
	readonly #listening = new AbortController();

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly url: string,
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
		on('loadedmetadata', () => host.ready());
		video.src = url;
	}

	restart(): void {
		clearTimeout(this.#timer);
		this.video.src = this.url;
		this.video.load();
		this.host.ready();
	}

	edge(): number | undefined {
		const s = this.video.seekable;
		return s.length > 0
			? Math.max(s.start(0), s.end(s.length - 1) - hold_back_s)
			: undefined;
	}

	slack(): number {
		return 2 * hold_back_s;
	}

	start(): number | undefined {
		const s = this.video.seekable;
		return s.length > 0 ? s.start(0) : undefined;
	}

	latency(): number | undefined {
		const edge = this.edge();
		return edge === undefined
			? undefined
			: Math.max(0, edge + hold_back_s - this.video.currentTime);
	}

	destroy(): void {
		clearTimeout(this.#timer);
		this.#listening.abort();
		this.video.removeAttribute('src');
		this.video.load();
	}
}
