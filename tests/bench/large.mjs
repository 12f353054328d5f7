// A log of ten million events: how soon weir-logd serves it and in how much
// memory, and how fast it goes through weir-cat and weir-each.
import { closeSync, openSync, rmSync } from 'node:fs';
import { memory, place, run } from './host.mjs';
import { disk } from './log.mjs';
import { alone, progress, rounds, scaled } from './report.mjs';
import { Weir } from './weir.mjs';

const events = scaled(10_000_000);
const bytes = 200;
const nothing = openSync('/dev/null', 'w');

// The figures of N turns of FN, one after the other.
async function turns(what, fn) {
	const all = [];
	for (let i = 0; i < rounds; i++) {
		progress(`${what}: round ${i + 1} of ${rounds}`);
		all.push(await fn(i));
	}
	progress('');
	return all;
}

// Events a second of a program that goes over COUNT of them.
function rate(weir, name, args, count) {
	const begun = performance.now();
	weir.run(name, args, undefined, { stdio: ['ignore', nothing, 'pipe'] });
	return (count * 1000) / (performance.now() - begun);
}

const load = (weir, count) =>
	weir.run('weir-bench', ['log', '--count', String(count)]);

// Each start is a process of its own, which then takes some events.
async function starts(weir) {
	const more = scaled(200_000);
	const all = await turns('start', async () => {
		const logd = await weir.up('logd');
		const at_start = memory([logd.pid], 'Rss');
		load(weir, more);
		const told = {
			ready_ms: logd.ready_ms,
			at_start,
			at_work: memory([logd.pid], 'Rss'),
			pss: memory([logd.pid]),
		};
		await weir.down();
		return told;
	});
	const about = `with ${events / 1e6}M events`;
	const command = `weir logd on a log of weir bench append --count ${events}`;
	const pss = Math.max(...all.map((t) => t.pss));
	alone(
		all.map((t) => t.ready_ms),
		{
			id: 'logd-ready',
			what: `start of weir-logd ${about}, exec to READY`,
			unit: 'ms',
			below: true,
			goal: 200,
			command,
		},
	);
	alone(
		all.map((t) => t.at_start),
		{
			id: 'logd-memory',
			what: `memory (RSS) of weir-logd ${about}, when READY`,
			unit: 'B',
			below: true,
			goal: 64e6,
			command,
		},
	);
	alone(
		all.map((t) => t.at_work),
		{
			id: 'logd-memory-work',
			what: `the same after ${more / 1000}k more, 32 producers`,
			unit: 'B',
			below: true,
			goal: 64e6,
			reference: `PSS at most ${(pss / 1e6).toFixed(1)} MB`,
			command: `${command}, then weir bench log --count ${more}`,
		},
	);
}

async function cat(weir) {
	const count = scaled(2_000_000);
	const args = ['--msgpack', '--count', String(count)];
	const all = await turns('weir-cat', () =>
		rate(weir, 'weir-cat', args, count),
	);
	alone(all, {
		id: 'cat',
		what: 'events/s through weir-cat, msgpack',
		unit: 'ev/s',
		goal: 1e6,
		command: `weir cat ${args.join(' ')} >/dev/null`,
	});
}

// From a position of its own each time.
async function each(weir) {
	const count = scaled(500_000);
	const args = (i) => [
		...['--name', `noop-${i}`, '--from', String(events - count + 1)],
		...['--noop', '--once'],
	];
	const all = await turns('weir-each', (i) =>
		rate(weir, 'weir-each', args(i), count),
	);
	alone(all, {
		id: 'each',
		what: 'events/s through weir-each, nothing done',
		unit: 'ev/s',
		goal: 1e5,
		command: `weir each ${args('N').join(' ')}`,
	});
}

export async function large() {
	const weir = new Weir(place(disk));
	const free = Number(
		run('df', ['--output=avail', '-B1', disk]).trim().split('\n').at(-1),
	);
	if (free < events * 600) {
		progress(`no room for a log of ${events} events: left out`);
		return;
	}
	progress(`a log of ${events} events`);
	weir.run('weir-bench', [
		...['append', '--batch', '1000', '--count', String(events)],
		...['--bytes', String(bytes)],
	]);
	await cat(weir);
	await each(weir);
	await starts(weir);
	closeSync(nothing);
	rmSync(weir.dir, { recursive: true });
}
