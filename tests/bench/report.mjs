// Rounds, ratios, and how they are shown.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './host.mjs';

export const rounds = Number(process.env.ROUNDS ?? 5);
// Of N events so many are used: SCALE=0.1 to see quickly that all works.
export const scaled = (n) => Math.ceil(n * Number(process.env.SCALE ?? 1));
const file = join(root, '.build', 'bench.jsonl');
const shown = [];
const headings = ['what', 'ours', 'peer', 'ratio', 'worst', 'goal', ''];

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1
		? sorted[middle]
		: (sorted[middle - 1] + sorted[middle]) / 2;
}

export const percentile = (values, p) =>
	[...values].sort((a, b) => a - b)[
		Math.min(values.length - 1, Math.floor(values.length * p))
	];

// A B C A B C...: each gives an object of figures; the objects, by their
// sides' names, of each round.
export async function interleaveAll(what, sides) {
	const names = Object.keys(sides);
	const results = [];
	for (let i = 0; i < rounds; i++) {
		progress(`${what}: round ${i + 1} of ${rounds}`);
		const round = {};
		// Whoever comes later has the warmer caches: take turns at it.
		for (const name of i % 2 === 0 ? names : [...names].reverse()) {
			round[name] = await sides[name]();
		}
		results.push(round);
	}
	progress('');
	return results;
}

export const interleave = (what, ours, peer) =>
	interleaveAll(what, { ours, peer });

export function progress(text) {
	if (process.stderr.isTTY) {
		process.stderr.write(`\r\x1b[K${text}`);
	} else if (text !== '') {
		process.stderr.write(`bench: ${text}\n`);
	}
}

export function begin() {
	mkdirSync(join(root, '.build'), { recursive: true });
	writeFileSync(file, '');
}

function human(value, unit) {
	if (unit === 'us' && value >= 1000) {
		return human(value / 1000, 'ms');
	}
	if (unit === 'ms' && value >= 1000) {
		return human(value / 1000, 's');
	}
	const steps = [
		[1e9, 'G'],
		[1e6, 'M'],
		[1e3, 'k'],
	];
	for (const [size, letter] of steps) {
		if (value >= size) {
			return `${(value / size).toPrecision(3)} ${letter}${unit}`;
		}
	}
	return `${value.toPrecision(3)} ${unit}`;
}

// A claim about FIGURE in RESULTS: the ratio of ours to that of the side
// AGAINST is at least GOAL, or at most with `below`.  Without a goal it is
// only told.
export function claim(
	results,
	{
		id,
		what,
		figure,
		unit,
		peer,
		against = 'peer',
		command,
		goal,
		below = false,
		note,
	},
) {
	const ours = results.map((r) => r.ours[figure]);
	const theirs = results.map((r) => r[against][figure]);
	const ratios = ours.map((v, i) => v / theirs[i]);
	add({
		id,
		what,
		unit,
		ours: median(ours),
		peer,
		theirs: median(theirs),
		ratio: median(ratios),
		worst: below ? Math.max(...ratios) : Math.min(...ratios),
		rounds: results.length,
		goal,
		below,
		command,
		note,
	});
}

// A claim about figures of ours alone: GOAL is in their unit.
export function alone(
	ours,
	{ id, what, unit, goal, below = false, command, note, reference },
) {
	add({
		id,
		what,
		unit,
		ours: median(ours),
		reference,
		worst_value: below ? Math.max(...ours) : Math.min(...ours),
		rounds: ours.length,
		goal,
		below,
		command,
		note,
	});
}

// A claim that cannot be made: why.
export function absent({ id, what, peer, why }) {
	add({ id, what, peer, why });
}

function add(row) {
	const against = row.ratio ?? row.ours;
	if (row.goal !== undefined) {
		row.pass = row.below ? against <= row.goal : against >= row.goal;
	}
	appendFileSync(file, `${JSON.stringify(row)}\n`);
	shown.push(row);
}

function cells(row) {
	const bound = row.below ? '<=' : '>=';
	const verdict = row.pass === undefined ? 'told' : row.pass ? 'pass' : 'MISS';
	if (row.why !== undefined) {
		return [row.what, '', `(${row.peer})`, '', '', '', row.why];
	}
	if (row.ratio === undefined) {
		const goal =
			row.goal === undefined ? '' : `${bound} ${human(row.goal, row.unit)}`;
		return [
			row.what,
			human(row.ours, row.unit),
			row.reference ?? '',
			'',
			human(row.worst_value, row.unit),
			goal,
			verdict,
		];
	}
	return [
		row.what,
		human(row.ours, row.unit),
		`${human(row.theirs, row.unit)} (${row.peer})`,
		row.ratio.toFixed(2),
		row.worst.toFixed(2),
		row.goal === undefined ? '' : `${bound} ${Number(row.goal.toFixed(2))}`,
		verdict,
	];
}

export function table() {
	const lines = [headings, ...shown.map(cells)];
	const width = headings.map((_, i) =>
		Math.max(...lines.map((line) => line[i].length)),
	);
	const text = lines.map((line) =>
		line
			.map((cell, i) => cell.padEnd(width[i]))
			.join('  ')
			.trimEnd(),
	);
	text.splice(
		1,
		0,
		width
			.map((n) => '-'.repeat(n))
			.join('  ')
			.trimEnd(),
	);
	console.log(text.join('\n'));
	for (const row of shown) {
		if (row.note) {
			console.log(`\n${row.what}: ${row.note}`);
		}
	}
	return shown.every((row) => row.pass !== false);
}
