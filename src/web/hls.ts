import Hls, { type ErrorData, type HlsConfig } from 'hls.js';
import { backoff, type Engine, type EngineHost } from './engine';

const media_retry_ms = 5000;

// Errors that pass by themselves are retried in hls.js for a few seconds;
// what it gives up on comes to us as fatal.
const retry = {
	maxTimeToFirstByteMs: 8000,
	maxLoadTimeMs: 20_000,
	timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
	errorRetry: { maxNumRetry: 3, retryDelayMs: 400, maxRetryDelayMs: 2000 },
};

const config: Partial<HlsConfig> = {
	// Segments are fragmented MP4 already: there is nothing to convert that
	// would be worth a thread.
	enableWorker: false,
	liveDurationInfinity: true,
	// Where there are parts, play as close behind them as the playlist allows.
	lowLatencyMode: true,
	// A viewer who fell a little behind catches up without noticing.
	maxLiveSyncPlaybackRate: 1.05,
	maxBufferLength: 20,
	backBufferLength: 60,
	manifestLoadPolicy: { default: retry },
	playlistLoadPolicy: { default: retry },
	fragLoadPolicy: { default: retry },
};

export class HlsEngine implements Engine {
	#hls!: Hls;
	#tries = 0;
	#timer: number | undefined;
	#mediaErrorAt = -Infinity;
	#parsed = false;

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly url: string,
		private readonly host: EngineHost,
	) {
		this.#open();
	}

	#open(): void {
		const hls = new Hls(config);
		this.#hls = hls;
		this.#parsed = false;
		hls.on(Hls.Events.MANIFEST_PARSED, () => {
			this.#parsed = true;
			this.host.ready();
		});
		hls.on(Hls.Events.FRAG_BUFFERED, () => {
			this.#tries = 0;
			this.host.trouble(false);
		});
		hls.on(Hls.Events.ERROR, (_, data) => this.#failed(data));
		hls.loadSource(this.url);
		hls.attachMedia(this.video);
	}

	#failed(data: ErrorData): void {
		if (!data.fatal) {
			return;
		}
		this.host.trouble(true);
		switch (data.type) {
			case Hls.ErrorTypes.NETWORK_ERROR:
				this.#again();
				break;
			case Hls.ErrorTypes.MEDIA_ERROR: {
				const again = performance.now() - this.#mediaErrorAt;
				this.#mediaErrorAt = performance.now();
				if (again > media_retry_ms) {
					this.#hls.recoverMediaError();
				} else {
					this.#again();
				}
				break;
			}
			default:
				this.#again();
		}
	}

	// The first tries keep what is buffered, the later ones begin anew.
	#again(): void {
		clearTimeout(this.#timer);
		const n = this.#tries++;
		this.#timer = setTimeout(() => {
			if (this.#parsed && n < 3) {
				this.#hls.startLoad();
			} else {
				this.restart();
			}
		}, backoff(n));
	}

	restart(): void {
		clearTimeout(this.#timer);
		this.#hls.destroy();
		this.#open();
	}

	edge(): number | undefined {
		return this.#hls.liveSyncPosition ?? undefined;
	}

	// Playlists grow by parts or whole segments; long ones make the edge jump.
	slack(): number {
		const list = this.#hls.latestLevelDetails;
		return list !== null && list.partTarget > 0
			? Math.max(1.5, 5 * list.partTarget)
			: Math.max(3, 1.5 * (list?.targetduration ?? 1));
	}

	start(): number | undefined {
		const s = this.video.seekable;
		return s.length > 0 ? s.start(0) : undefined;
	}

	latency(): number | undefined {
		return this.#hls.latency > 0 ? this.#hls.latency : undefined;
	}

	destroy(): void {
		clearTimeout(this.#timer);
		this.#hls.destroy();
	}
}
