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
	tracks: Track[];
}

// The server answered, and the answer is no.
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

const timeout_ms = 8000;

async function get<T>(path: string): Promise<T> {
	const asked = Date.now();
	const response = await fetch(path, {
		headers: { accept: 'application/json' },
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
		);
	}
	return (await response.json()) as T;
}

export async function listChannels(): Promise<Channel[]> {
	return (await get<{ channels: Channel[] }>('/api/channels')).channels;
}

export function getChannel(name: string): Promise<Channel> {
	return get<Channel>(`/api/channels/${encodeURIComponent(name)}`);
}
