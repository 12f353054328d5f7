// The viewer's volume, from one visit to the next.

import { recall, remember } from './memory';

const key = 'weir-sound';

export function recallSound(video: HTMLVideoElement): void {
	const m = /^(0|1|0?\.\d+) (on|off)$/.exec(recall(key) ?? '');
	video.volume = m === null ? 1 : Number(m[1]);
	video.muted = m?.[2] === 'off';
}

function rememberSound(video: HTMLVideoElement): void {
	remember(
		key,
		`${Number(video.volume.toFixed(2))} ${video.muted ? 'off' : 'on'}`,
	);
}

export function setVolume(video: HTMLVideoElement, volume: number): void {
	video.volume = Math.min(1, Math.max(0, volume));
	video.muted = video.volume === 0;
	rememberSound(video);
}

// Sound off, or on: loud enough to be heard.
export function toggleSound(video: HTMLVideoElement): void {
	if (video.muted || video.volume === 0) {
		setVolume(video, video.volume === 0 ? 0.5 : video.volume);
	} else {
		video.muted = true;
		rememberSound(video);
	}
}
