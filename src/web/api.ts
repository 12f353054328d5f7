// What weir-edged says under /api.

import { learnServerTime } from './clock';

export interface Track {
	name: string;
	kind: 'video' | 'audio';
	codecs: string;
	width?: number;
	height?: number;
	frame_rate?: number;
	sample_rate?: number;
	channels?: number;
}

export interface Preview {
	init: string;
	segment: string;
}

export interface Channel {
	name: string;
	title: string;
	live: boolean;
	broadcast: string | null;
	since: string | null;
	ended: string | null;
	// Live, but the encoder is gone; it may come back.
	interrupted?: boolean;
	interrupted_since?: string | null;
	encoder?: string | null;
	playlist: string | null;
	preview: Preview | null;
	// A picture of it as a file, where the server makes them.
	thumbnail?: string | null;
	tracks: Track[];
}

// A broadcast as a recording, from its first frame on.
export interface Recording {
	broadcast: string;
	channel: string;
	title: string;
	live: boolean;
	since: string;
	ended: string | null;
	// In seconds.
	duration: number;
	playlist: string;
	manifest: string;
	// All of it as one file.
	download?: string | null;
	preview: Preview | null;
	thumbnail?: string | null;
	// Small pictures of all of it, as WebVTT.
	storyboard?: string | null;
	tracks: Track[];
}

// How a channel was at one time; null is what is not known.
export interface HealthSample {
	time: string;
	bit_rate: number;
	frame_rate: number;
	keyframe_interval: number | null;
	dropped: number;
	rms_dbfs: number | null;
	peak_dbfs: number | null;
	viewers: number;
}

export interface HealthWarning {
	code: string;
	message: string;
}

export interface Health {
	channel: string;
	live: boolean;
	broadcast: string | null;
	since: string | null;
	interrupted: boolean;
	viewers: number;
	samples: HealthSample[];
	// dB below full scale, of each half second that was heard last.
	loudness: number[];
	warnings: HealthWarning[];
}

// A part of a broadcast that somebody gave a name; seconds on its timeline.
export interface Clip {
	clip: string;
	broadcast: string;
	channel: string;
	title: string;
	from: number;
	to: number;
	duration: number;
	created: string;
	playlist: string;
	manifest: string;
	download?: string | null;
	preview?: Preview | null;
}

// What is to become a clip: seconds on the broadcast's timeline, or dates.
export interface ClipWish {
	broadcast: string;
	from: number | string;
	to: number | string;
	title: string;
}

// The server answered, and the answer is no.
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly retryAfter_s = 0,
	) {
		super(message);
	}
}

const timeout_ms = 8000;

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
	const asked = Date.now();
	const response = await fetch(path, {
		...init,
		headers: { accept: 'application/json', ...init.headers },
		cache: 'no-store',
		signal: AbortSignal.timeout(timeout_ms),
	});
	learnServerTime(response.headers.get('date'), asked, Date.now());
	if (!response.ok) {
		const said = (await response.json().catch(() => null)) as {
			error?: { message?: string };
		} | null;
		throw new ApiError(
			response.status,
			said?.error?.message ?? `The server answered ${response.status}.`,
			Number(response.headers.get('retry-after') ?? 0) || 0,
		);
	}
	return (await response.json()) as T;
}

const part = encodeURIComponent;

export async function listChannels(): Promise<Channel[]> {
	return (await ask<{ channels: Channel[] }>('/api/channels')).channels;
}

export function getChannel(name: string): Promise<Channel> {
	return ask<Channel>(`/api/channels/${part(name)}`);
}

// What a channel has of one kind, newest first; BEFORE is the last one known.
async function list<T>(
	channel: string,
	kind: 'broadcasts' | 'clips',
	limit: number,
	before?: string,
): Promise<T[]> {
	const query = new URLSearchParams({ limit: String(limit) });
	if (before !== undefined) {
		query.set('before', before);
	}
	const path = `/api/channels/${part(channel)}/${kind}?${query}`;
	return (await ask<Record<string, T[]>>(path))[kind] ?? [];
}

export function listRecordings(
	channel: string,
	limit: number,
	before?: string,
): Promise<Recording[]> {
	return list(channel, 'broadcasts', limit, before);
}

export function listClips(
	channel: string,
	limit: number,
	before?: string,
): Promise<Clip[]> {
	return list(channel, 'clips', limit, before);
}

export function getRecording(id: string): Promise<Recording> {
	return ask<Recording>(`/api/broadcasts/${part(id)}`);
}

export function getClip(id: string): Promise<Clip> {
	return ask<Clip>(`/api/clips/${part(id)}`);
}

export function makeClip(wish: ClipWish): Promise<Clip> {
	return ask<Clip>('/api/clips', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(wish),
	});
}

// For operators: TOKEN is what weir-token prints.
export function getHealth(name: string, token: string): Promise<Health> {
	return ask<Health>(`/api/channels/${part(name)}/health`, {
		headers: { authorization: `Bearer ${token}` },
	});
}
