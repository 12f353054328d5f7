// A channel's colours, from its name: the same on every page and for every
// viewer, with no picture stored.

function hash(text: string): number {
	let h = 2166136261;
	for (const c of text) {
		h = Math.imul(h ^ c.codePointAt(0)!, 16777619);
	}
	// Names that differ in the last letter only should not look alike.
	h ^= h >>> 15;
	h = Math.imul(h, 0x2c1b3c6d);
	return (h ^ (h >>> 12)) >>> 0;
}

export function gradient(name: string): string {
	const h = hash(name);
	const from = h % 360;
	const to = from + 40 + ((h >>> 9) % 40);
	const angle = 120 + ((h >>> 17) % 40);
	// Equal lightness for every hue keeps white letters readable on each.
	return (
		`linear-gradient(${angle}deg, oklch(0.53 0.115 ${from}), ` +
		`oklch(0.34 0.09 ${to % 360}))`
	);
}

export function initial(title: string): string {
	const first = [...title.trim()][0] ?? '?';
	return first.toLocaleUpperCase();
}
