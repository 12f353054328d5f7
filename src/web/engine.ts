// What stands between a playlist's URL and a video element.

export interface EngineHost {
	// Media is attached: playing may begin.
	ready(): void;
	// True: media does not arrive and is being asked for again; false: it does.
	trouble(is: boolean): void;
}

export interface Engine {
	// Where a viewer who follows live should be, in the video's seconds.
	edge(): number | undefined;
	// How far behind that still counts as live, in seconds.
	slack(): number;
	// The oldest second that can still be seen.
	start(): number | undefined;
	// How long ago what plays now entered the playlist, in seconds.
	latency(): number | undefined;
	// Start over; for when nothing else helped.
	restart(): void;
	destroy(): void;
}

// Where there are media source extensions, hls.js gives one behaviour in
// every browser; elsewhere (older iPhones) the system plays HLS itself.
export function hasMediaSource(): boolean {
	return 'ManagedMediaSource' in window || 'MediaSource' in window;
}

const loadHls = () => import('./hls');

export async function openEngine(
	video: HTMLVideoElement,
	url: string,
	host: EngineHost,
): Promise<Engine> {
	if (hasMediaSource()) {
		const { HlsEngine } = await loadHls();
		return new HlsEngine(video, url, host);
	}
	const { NativeEngine } = await import('./native');
	return new NativeEngine(video, url, host);
}

// Fetch the code before it is needed, so that a waiting page starts at once.
export function prepareEngine(): void {
	if (hasMediaSource()) {
		loadHls().catch(() => undefined);
	}
}

// Milliseconds to wait before try N (from 0): longer each time, and never
// the same for all the viewers whose server just came back.
export function backoff(n: number): number {
	return Math.min(8000, 400 * 2 ** n) * (0.7 + 0.6 * Math.random());
}
