// What a viewer can do to a player, by key, by button or by the system.

export type Action =
	| 'toggle'
	| 'mute'
	| 'louder'
	| 'quieter'
	| 'back'
	| 'forward'
	| 'live'
	| 'pip'
	| 'fullscreen';

const keys: Record<string, Action> = {
	' ': 'toggle',
	k: 'toggle',
	m: 'mute',
	f: 'fullscreen',
	i: 'pip',
	l: 'live',
	ArrowLeft: 'back',
	ArrowRight: 'forward',
	ArrowUp: 'louder',
	ArrowDown: 'quieter',
};

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
		if (key === ' ' && target.matches('a, button')) {
			return undefined;
		}
	}
	return keys[key];
}
