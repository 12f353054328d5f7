// What a viewer can do to a player, by key, by button or by the system.

export type Action =
	| 'toggle'
	| 'mute'
	| 'louder'
	| 'quieter'
	| 'back'
	| 'forward'
	| 'rewind'
	| 'skip'
	| 'begin'
	| 'live'
	| `tenth-${number}`
	| 'frame-back'
	| 'frame-on'
	| 'slower'
	| 'faster'
	| 'captions'
	| 'clip'
	| 'stats'
	| 'pip'
	| 'fullscreen'
	| 'help';

const keys: Record<string, Action> = {
	' ': 'toggle',
	k: 'toggle',
	m: 'mute',
	f: 'fullscreen',
	i: 'pip',
	c: 'captions',
	x: 'clip',
	s: 'stats',
	j: 'rewind',
	l: 'skip',
	ArrowLeft: 'back',
	ArrowRight: 'forward',
	ArrowUp: 'louder',
	ArrowDown: 'quieter',
	Home: 'begin',
	End: 'live',
	',': 'frame-back',
	'.': 'frame-on',
	'<': 'slower',
	'>': 'faster',
	'?': 'help',
};

// The list that "?" shows.
export const keyWords: [string[], string][] = [
	[['Space', 'k'], 'Play, pause'],
	[['←', '→'], '5 s back, forward'],
	[['j', 'l'], '10 s back, forward'],
	[['Home', 'End'], 'To the start; to live, or the end'],
	[['0', '…', '9'], 'To 0 %, … 90 % of it'],
	[[',', '.'], 'A frame back, forward, while paused'],
	[['<', '>'], 'Slower, faster'],
	[['↑', '↓'], 'Volume'],
	[['m'], 'Sound on, off'],
	[['c'], 'Captions on, off'],
	[['x'], 'Clip the last seconds'],
	[['f'], 'Full screen'],
	[['i'], 'Picture-in-picture'],
	[['s'], 'Stats for nerds'],
	[['?'], 'This list'],
];

// The action of a key press, or undefined when the press is meant for
// something else: a field, a button that has the focus, the browser.
export function actionOf(e: KeyboardEvent): Action | undefined {
	if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) {
		return undefined;
	}
	const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
	const target = e.composedPath()[0];
	if (target instanceof HTMLElement) {
		if (target.isContentEditable || target.matches('input, textarea, select')) {
			return undefined;
		}
		if (key === ' ' && target.matches('a, button, summary')) {
			return undefined;
		}
	}
	return /^[0-9]$/.test(key) ? `tenth-${Number(key)}` : keys[key];
}
