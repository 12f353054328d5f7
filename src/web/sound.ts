// The viewer's volume, from one visit to the next.

import { recall, remember } from './memory';

const key = 'weir-sound';

export function recallSound(): { volume: number; muted: boolean } {
	const m = /^(0|1|0?\.\d+) (on|off)$/.exec(recall(key) ?? '');
	return m === null
		? { volume: 1, muted: false }
		: { volume: Number(m[1]), muted: m[2] === 'off' };
}

export function rememberSound(video: HTMLVideoElement): void {
	remember(
		key,
		`${Number(video.volume.toFixed(2))} ${video.muted ? 'off' : 'on'}`,
	);
}
