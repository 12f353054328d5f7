// What stands between a playlist's URL and a video element.

import type { Preview } from './api';

// What to play, and from where.
export interface Source {
	url: string;
	// What it is, for the server's figures; another one under the same URL is
	// another source.
	broadcast: string;
	// Seconds after its beginning to start at; live, or the beginning, without.
	start?: number | undefined;
	// Nobody waits for more of it, whether it is over or not.
	recorded?: boolean;
}

export interface EngineHost {
	// Media is attached: playing may begin.
	ready(): void;
	// True: media does not arrive and is being asked for again; false: it does.
	trouble(is: boolean): void;
	// There are other renditions to choose from, or another one plays.
	changed(): void;
	// Whether the viewer follows live, and so should be there after a restart.
	following(): boolean;
}

// One quality that a viewer may choose.
export interface Rendition {
	id: number;
	height: number; // 0: it is the sound alone
	bitrate: number;
	frameRate?: number | undefined;
	name: string;
}

// For stats: what is known, in bits per second and seconds.
export interface EngineFacts {
	player: string;
	mode: string;
	codecs: string;
	bitrate?: number | undefined;
	estimate?: number | undefined;
	target?: number | undefined;
	frameRate?: number | undefined;
}

export const automatic = -1;
export const soundOnly = -2;

export interface Engine {
	// Where a viewer who follows live should be, in the video's seconds; the
	// end of what is not live.
	edge(): number | undefined;
	// How far behind that still counts as live, in seconds.
	slack(): number;
	// The oldest second that can still be seen.
	start(): number | undefined;
	// Whether more is to come.
	live(): boolean;
	// How far what plays now is behind the newest media, in seconds.
	latency(): number | undefined;
	// What that should be.
	target(): number | undefined;
	// When the second TIME of the video was recorded, in ms since 1970.
	dateAt(time: number): number | undefined;
	// A segment that shows what was at TIME.
	pictureAt(time: number): Preview | null;
	// From the best on; none where there is nothing to choose.
	renditions(): Rendition[];
	// The id of what was chosen, or automatic; and of what plays.
	chosen(): number;
	current(): number;
	choose(id: number): void;
	facts(): EngineFacts;
	// What plays is more than the line bears.
	strained(): void;
	// The machine slept: look at once what there is now.
	wake(): void;
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
	source: Source,
	host: EngineHost,
): Promise<Engine> {
	if (hasMediaSource()) {
		const { HlsEngine } = await loadHls();
		return new HlsEngine(video, source, host);
	}
	const { NativeEngine } = await import('./native');
	return new NativeEngine(video, source, host);
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
