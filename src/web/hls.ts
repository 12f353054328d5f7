import Hls, {
	type ErrorData,
	type HlsConfig,
	type Level,
	type LevelDetails,
} from 'hls.js';
import type { Preview } from './api';
import {
	automatic,
	backoff,
	type Engine,
	type EngineFacts,
	type EngineHost,
	type Rendition,
	soundOnly,
	type Source,
} from './engine';
import { dateAt, pieceAt, timeAt } from './timeline';

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
	// Where there are parts, play as close behind them as the playlist allows;
	// the
	// player itself sees to it that viewers stay there, also after stalls.
	lowLatencyMode: true,
	maxLiveSyncPlaybackRate: 1,
	liveSyncOnStallIncrease: 0,
	maxBufferLength: 20,
	maxMaxBufferLength: 60,
	backBufferLength: 60,
	enableIMSC1: false,
	captionsTextTrack1Label: 'Captions',
	captionsTextTrack1LanguageCode: '',
	captionsTextTrack2Label: 'Captions 2',
	captionsTextTrack2LanguageCode: '',
	captionsTextTrack3Label: 'Captions 3',
	captionsTextTrack4Label: 'Captions 4',
	manifestLoadPolicy: { default: retry },
	playlistLoadPolicy: { default: retry },
	fragLoadPolicy: { default: retry },
};

// What the server is told with each request (CTA-5004), and no more.
const told = [
	...(['sid', 'cid', 'sf', 'st', 'ot', 'br', 'd'] as const),
	...(['bl', 'bs', 'su', 'dl', 'mtp', 'pr'] as const),
];

// Random for each viewing: it joins the measurements of one player, and says
// nothing of who watches.
function randomId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export class HlsEngine implements Engine {
	#hls!: Hls;
	#tries = 0;
	// Where to begin: seconds after the playlist's start; -1: at live.
	#place: number;
	#timer: number | undefined;
	#mediaErrorAt = -Infinity;
	#mediaErrors = 0;
	#parsed = false;
	// After a restart: what the viewer saw last, while that is not there yet.
	#resume: number | undefined;
	// After a sleep: go to live with the next playlist.
	#late = false;
	#chosen = automatic;
	// The sound alone is a playlist of its own, which hls.js leaves out beside
	// pictures; while it is played, these are the others.
	#soundUrl: string | undefined;
	#pictures: Rendition[] = [];
	readonly #session = randomId();

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly source: Source,
		private readonly host: EngineHost,
	) {
		this.#place = source.start ?? -1;
		video.addEventListener('error', this.#spoilt);
		this.#open();
	}

	#open(): void {
		const hls = new Hls({
			...config,
			startPosition: this.#place,
			cmcd: {
				useHeaders: true,
				sessionId: this.#session,
				contentId: this.source.broadcast,
				includeKeys: [...told],
			},
		});
		this.#hls = hls;
		this.#parsed = false;
		hls.on(Hls.Events.MANIFEST_LOADED, (_, { levels }) => {
			if (levels.some((l) => l.videoCodec)) {
				this.#soundUrl = levels.find((l) => !l.videoCodec)?.url;
			}
		});
		hls.on(Hls.Events.MANIFEST_PARSED, () => {
			this.#parsed = true;
			if (this.#chosen >= 0) {
				hls.loadLevel = this.#chosen;
			}
			this.host.changed();
			this.host.ready();
		});
		hls.on(Hls.Events.MEDIA_ATTACHED, () => {
			// Attached anew after an error of its own, a video stands still until
			// it is told to play.
			if (this.#parsed) {
				this.host.ready();
			}
		});
		hls.on(Hls.Events.LEVEL_SWITCHED, () => this.host.changed());
		hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => this.#seen(details));
		hls.on(Hls.Events.FRAG_BUFFERED, () => {
			this.#tries = 0;
			this.host.trouble(false);
			this.#return();
		});
		hls.on(Hls.Events.ERROR, (_, data) => this.#failed(data));
		hls.loadSource(
			(this.#chosen === soundOnly && this.#soundUrl) || this.source.url,
		);
		hls.attachMedia(this.video);
	}

	// A playlist came.
	#seen(details: LevelDetails): void {
		if (this.#late && details.live) {
			this.#late = false;
			const edge = this.edge();
			if (edge !== undefined && edge > this.video.currentTime) {
				this.video.currentTime = edge;
			}
		}
	}

	// The window moved while the player started over: what was at the same
	// place is not what was seen.
	#return(): void {
		const time =
			this.#resume === undefined
				? undefined
				: timeAt(this.#details?.fragments ?? [], this.#resume);
		this.#resume = undefined;
		if (time !== undefined && Math.abs(time - this.video.currentTime) > 2) {
			this.video.currentTime = time;
		}
	}

	#failed(data: ErrorData): void {
		if (!data.fatal) {
			// What was chosen is not there any more, and another is taken.
			if (this.#chosen >= 0 && this.#hls.autoLevelEnabled) {
				this.#chosen = automatic;
				this.host.changed();
			}
			return;
		}
		if (data.type === Hls.ErrorTypes.MEDIA_ERROR) {
			this.#spoilt();
		} else {
			this.host.trouble(true);
			this.#again();
		}
	}

	// What came cannot be played.  The video says so, too, and hls.js hears
	// nothing of it before more comes: which nobody knows when the streamer is
	// gone.
	readonly #spoilt = (): void => {
		this.host.trouble(true);
		const again = performance.now() - this.#mediaErrorAt;
		this.#mediaErrorAt = performance.now();
		this.#mediaErrors = again > media_retry_ms ? 0 : this.#mediaErrors + 1;
		clearTimeout(this.#timer);
		if (this.#mediaErrors === 0) {
			// With what failed hls.js has stopped to load.
			const { currentTime } = this.video;
			this.#hls.recoverMediaError();
			this.#hls.startLoad(currentTime > 0 ? currentTime : this.#place);
		} else {
			this.#timer = setTimeout(
				() => this.restart(),
				backoff(this.#mediaErrors),
			);
		}
	};

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
		const { currentTime } = this.video;
		const start = this.start();
		if (start !== undefined && currentTime > 0) {
			const keep = !this.live() || !this.host.following();
			this.#place = keep ? Math.max(0, currentTime - start) : -1;
			this.#resume = keep ? this.dateAt(currentTime) : undefined;
		}
		this.#hls.destroy();
		this.#open();
	}

	wake(): void {
		clearTimeout(this.#timer);
		this.#tries = 0;
		if (!this.#parsed) {
			this.restart();
			return;
		}
		this.#late = this.live() && this.host.following();
		this.#hls.stopLoad();
		this.#hls.startLoad(this.video.currentTime, true);
	}

	get #details(): LevelDetails | null {
		return this.#hls.latestLevelDetails;
	}

	get #level(): Level | undefined {
		return this.#hls.levels[Math.max(0, this.#hls.currentLevel)];
	}

	edge(): number | undefined {
		const details = this.#details;
		return details?.live === false
			? details.edge
			: (this.#hls.liveSyncPosition ?? undefined);
	}

	// Playlists grow by parts or whole segments; long ones make the edge jump.
	slack(): number {
		const list = this.#details;
		return list !== null && list.partTarget > 0
			? Math.max(1.5, 5 * list.partTarget)
			: Math.max(3, 1.5 * (list?.targetduration ?? 1));
	}

	// Where there are both pictures and sound: hls.js would look for sound of
	// before its playlist at live.
	start(): number | undefined {
		const { audioTracks, audioTrack } = this.#hls;
		const sound = audioTracks[audioTrack]?.details?.fragmentStart;
		const pictures = this.#details?.fragmentStart;
		return pictures === undefined
			? undefined
			: Math.max(pictures, sound ?? pictures);
	}

	live(): boolean {
		return this.#details?.live ?? false;
	}

	latency(): number | undefined {
		return this.live() && this.#hls.latency > 0 ? this.#hls.latency : undefined;
	}

	target(): number | undefined {
		return this.live() ? (this.#hls.targetLatency ?? undefined) : undefined;
	}

	dateAt(time: number): number | undefined {
		return dateAt(this.#details?.fragments ?? [], time);
	}

	pictureAt(time: number): Preview | null {
		const piece = pieceAt(this.#details?.fragments ?? [], time);
		const init = piece?.initSegment?.url;
		return piece === undefined || init === undefined || !this.#level?.videoCodec
			? null
			: { init, segment: piece.url };
	}

	renditions(): Rendition[] {
		if (this.#chosen !== soundOnly) {
			this.#pictures = this.#hls.levels
				.map(({ height, bitrate, frameRate, name }, id) => ({
					...{ id, height, bitrate, frameRate },
					name: name ?? '',
				}))
				.sort((a, b) => b.height - a.height || b.bitrate - a.bitrate);
		}
		const sound = { id: soundOnly, height: 0, bitrate: 0, name: '' };
		return this.#soundUrl === undefined || this.#pictures.length === 0
			? this.#pictures
			: [...this.#pictures, sound];
	}

	chosen(): number {
		return this.#chosen;
	}

	current(): number {
		return this.#chosen === soundOnly ? soundOnly : this.#hls.currentLevel;
	}

	choose(id: number): void {
		const other = (id === soundOnly) !== (this.#chosen === soundOnly);
		if (other) {
			this.renditions(); // as they are while pictures play
		}
		this.#chosen = id;
		if (other) {
			this.restart();
		} else if (this.#parsed && id !== soundOnly) {
			this.#hls.nextLevel = id;
		}
	}

	// hls.js measures the line by what it fetched to the end: nothing, for who
	// goes to live before that.
	strained(): void {
		const level = this.#level;
		if (this.#chosen === automatic && level !== undefined) {
			const most = level.bitrate / 2;
			this.#hls.bandwidthEstimate = Math.min(
				most,
				this.#hls.bandwidthEstimate || most,
			);
		}
	}

	facts(): EngineFacts {
		const level = this.#level;
		const details = this.#details;
		const mode =
			details === null
				? 'nothing yet'
				: !details.live
					? 'on demand'
					: details.partTarget > 0
						? `low latency, parts of ${details.partTarget} s`
						: `live, segments of ${details.targetduration} s`;
		return {
			player: `hls.js ${Hls.version}`,
			mode,
			codecs: [level?.videoCodec, level?.audioCodec]
				.filter((c) => c !== undefined)
				.join(', '),
			bitrate: level && (level.realBitrate || level.bitrate),
			estimate: this.#hls.bandwidthEstimate,
			target: this.target(),
			frameRate: level?.frameRate,
		};
	}

	destroy(): void {
		clearTimeout(this.#timer);
		this.video.removeEventListener('error', this.#spoilt);
		this.#hls.destroy();
	}
}
