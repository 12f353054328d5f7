// Light or dark: what the system says, unless the viewer chose otherwise.

import { recall, remember } from './memory';

export type Theme = 'light' | 'dark';

const key = 'weir-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function system(): Theme {
	return dark.matches ? 'dark' : 'light';
}

let chosen: Theme | null = null;
const stored = recall(key);
if (stored === 'light' || stored === 'dark') {
	chosen = stored;
}

export function theme(): Theme {
	return chosen ?? system();
}

export function applyTheme(): void {
	document.documentElement.dataset['theme'] = theme();
	document
		.querySelector('meta[name="theme-color"]')
		?.setAttribute('content', theme() === 'dark' ? '#0a1013' : '#f4f7f7');
}

// Choosing what the system says anyway means following the system again.
export function flipTheme(): void {
	const next: Theme = theme() === 'dark' ? 'light' : 'dark';
	chosen = next === system() ? null : next;
	remember(key, chosen);
	applyTheme();
}

// Call FN after the system changed its mind.
export function onSystemTheme(fn: () => void): void {
	dark.addEventListener('change', () => {
		applyTheme();
		fn();
	});
}
