// What is behind the player's settings button.

import type { Action } from './actions';
import type { Captions } from './captions';
import { automatic, type Engine, type Rendition } from './engine';
import type { MenuItem } from './menu';
import { speeds, type Playback } from './playback';

// Frames a second are told where they are more than of films and television.
const many_frames = 32;

function shortName(r: Rendition): string {
	const rate = r.frameRate ?? 0;
	return r.height > 0
		? `${r.height}p${rate > many_frames ? Math.round(rate) : ''}`
		: r.name || 'Audio only';
}

// "1080p", "720p60", or what distinguishes it where several are like that.
function nameOf(r: Rendition, all: Rendition[]): string {
	const name = shortName(r);
	return all.filter((o) => shortName(o) === name).length > 1
		? `${name}, ${(r.bitrate / 1e6).toFixed(1)} Mbit/s`
		: name;
}

function quality(engine: Engine, playback: Playback): MenuItem {
	const all = engine.renditions();
	const chosen = engine.chosen();
	const current = all.find((r) => r.id === engine.current());
	const now = current === undefined ? '' : nameOf(current, all);
	const wanted = all.find((r) => r.id === chosen);
	if (all.length < 2) {
		return { label: 'Quality', value: now || 'Automatic' };
	}
	return {
		label: 'Quality',
		value: wanted === undefined ? `Automatic (${now})` : nameOf(wanted, all),
		lines: [
			{
				label: 'Automatic',
				checked: chosen === automatic,
				value: chosen === automatic ? now : '',
				act: () => playback.choose(automatic),
			},
			...all.map((r) => ({
				label: nameOf(r, all),
				checked: chosen === r.id,
				act: () => playback.choose(r.id),
			})),
		],
	};
}

function speedWord(speed: number): string {
	return speed === 1 ? 'Normal' : `${speed}×`;
}

function speed(playback: Playback): MenuItem {
	return {
		label: 'Speed',
		value: speedWord(playback.following ? 1 : playback.speed),
		lines: speeds.map((s) => ({
			label: speedWord(s),
			checked: s === playback.speed,
			act: () => playback.setSpeed(s),
		})),
	};
}

function captionLines(captions: Captions): MenuItem[] {
	const names = captions.names();
	if (names.length === 0) {
		return [];
	}
	const chosen = captions.chosen();
	return [
		{
			label: 'Captions',
			value: names[chosen] ?? 'Off',
			lines: [
				{ label: 'Off', checked: chosen < 0, act: () => captions.choose(-1) },
				...names.map((label, i) => ({
					label,
					checked: chosen === i,
					act: () => captions.choose(i),
				})),
			],
		},
	];
}

export function settings(
	playback: Playback,
	captions: Captions | undefined,
	act: (action: Action) => void,
): MenuItem[] {
	const keyboard = matchMedia('(hover: hover)').matches;
	return [
		...(playback.engine === undefined
			? []
			: [quality(playback.engine, playback)]),
		speed(playback),
		...(captions === undefined ? [] : captionLines(captions)),
		{ label: 'Stats for nerds', act: () => act('stats') },
		...(keyboard
			? [{ label: 'Keys', value: '?', act: () => act('help') }]
			: []),
	];
}
