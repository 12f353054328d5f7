// The log: durable appends beside those of its peers and of the bare disk,
// and reading it in place.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { built, cpu, place, root, run } from './host.mjs';
import * as jetstream from './jetstream.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';
import * as sqlite from './sqlite.mjs';
import {
	absent,
	alone,
	claim,
	interleave,
	interleaveAll,
	progress,
	scaled,
} from './report.mjs';
import { Weir } from './weir.mjs';

const bytes = 200;
// Where the log would lie: on the disk of the checkout, not in a tmpfs.
export const disk = join(root, '.build');

const makers = [
	redis,
	sqlite.sqlite,
	postgres,
	jetstream.unsynced,
	jetstream.synced,
];

// First among those that store as durably, and twice Redis where it counts.
const loads = [
	{ producers: 32, inflight: 64, count: 500_000, goal: { redis: 2 } },
	{ producers: 64, inflight: 1, count: 100_000, goal: { redis: 2 } },
	{ producers: 32, inflight: 1, count: 100_000, goal: {} },
];

// One load of our log, with what it cost weir-logd.
function loadOurs(weir, { producers, inflight, count }) {
	const before = cpu(...weir.pids());
	const told = JSON.parse(
		weir.run('weir-bench', [
			...['log', '--producers', String(producers)],
			...['--inflight', String(inflight), '--count', String(count)],
			...['--bytes', String(bytes)],
		]),
	);
	const cpu_s = cpu(...weir.pids()) - before;
	return { ...told, cpu_us: (cpu_s * 1e6) / count };
}

function claimPeer(results, load, peer) {
	const about = `${load.producers} producers, ${load.inflight} in flight`;
	const id = `log-${load.producers}x${load.inflight}-${peer.id}`;
	const what = `durable appends/s, ${about}`;
	if (peer.absent) {
		absent({ id, what, peer: peer.name, why: peer.absent });
		return;
	}
	const common = {
		against: peer.id,
		peer: peer.name,
		command:
			`weir bench log --producers ${load.producers} ` +
			`--inflight ${load.inflight} --count ${load.count} | ` +
			peer.command(load),
	};
	claim(results, {
		id,
		what: peer.unequal ? `${what} (the peer's are not durable)` : what,
		figure: 'events_per_s',
		unit: 'ev/s',
		goal: peer.unequal ? undefined : (load.goal[peer.id] ?? 1),
		...common,
	});
	if (peer.id !== 'redis') {
		return;
	}
	claim(results, {
		id: `${id}-p99`,
		what: `p99 of an answer, ${about}`,
		figure: 'answer_p99_us',
		unit: 'us',
		below: true,
		...common,
	});
	claim(results, {
		id: `${id}-cpu`,
		what: `server CPU an event, ${about}`,
		figure: 'cpu_us',
		unit: 'us',
		below: true,
		...common,
	});
}

async function append(given, peers) {
	const load = { ...given, count: scaled(given.count) };
	const weir = new Weir(place(disk));
	await weir.up('logd');
	const sides = { ours: () => loadOurs(weir, load) };
	for (const peer of peers) {
		if (!peer.absent) {
			sides[peer.id] = () => peer.append(load);
		}
	}
	const what = `log, ${load.producers} producers, ${load.inflight} in flight`;
	const results = await interleaveAll(what, sides);
	for (const peer of peers) {
		claimPeer(results, load, peer);
	}
	return weir;
}

// One event at a time, and the barrier that it cannot do without.
async function single() {
	const count = scaled(5000);
	const weir = new Weir(place(disk));
	await weir.up('logd');
	const disk_args = ['disk', '--count', String(count)];
	const results = await interleave(
		'log, one event at a time',
		() => loadOurs(weir, { producers: 1, inflight: 1, count }),
		() => {
			const told = JSON.parse(weir.run('weir-bench', disk_args));
			return {
				answer_p50_us: told.sync_p50_us,
				answer_p99_us: told.sync_p99_us,
			};
		},
	);
	for (const percent of [50, 99]) {
		claim(results, {
			id: `log-single-p${percent}`,
			what: `p${percent} of a single append`,
			figure: `answer_p${percent}_us`,
			unit: 'us',
			below: true,
			goal: percent === 99 ? 3 : undefined,
			peer: 'pwrite of 4 KiB and fdatasync',
			command:
				`weir bench log --producers 1 --inflight 1 --count ${count} | ` +
				`weir bench ${disk_args.join(' ')}`,
		});
	}
	await weir.down();
}

// Commits of a thousand events by the library itself, beside the same bytes
// on the bare disk and beside the other library.
async function batches(library) {
	const batch = 1000;
	const count = scaled(500_000);
	const weir = new Weir(place(disk));
	const ours = (n) =>
		JSON.parse(
			weir.run('weir-bench', [
				...['append', '--batch', String(batch), '--count', String(n)],
				...['--bytes', String(bytes)],
			]),
		);
	const disk_args = [
		...['disk', '--write', String(ours(batch).commit_bytes)],
		...['--count', String(Math.ceil(count / batch))],
	];
	const sides = {
		ours: () => ours(count),
		disk() {
			const told = JSON.parse(weir.run('weir-bench', disk_args));
			return { events_per_s: told.syncs_per_s * batch };
		},
	};
	const load = { producers: 1, inflight: batch, count };
	if (!library.absent) {
		sides.sqlite = () => library.append(load);
	}
	const results = await interleaveAll(`log, batches of ${batch}`, sides);
	const common = {
		what: `durable appends/s, batches of ${batch}, in one process`,
		figure: 'events_per_s',
		unit: 'ev/s',
	};
	const command = `weir bench append --batch ${batch} --count ${count} | `;
	claim(results, {
		...common,
		id: 'log-batch-disk',
		goal: 0.8,
		against: 'disk',
		peer: 'pwrite of the same bytes and fdatasync',
		command: `${command}weir bench ${disk_args.join(' ')}`,
	});
	if (library.absent) {
		const peer = library.name;
		absent({ ...common, id: 'log-batch-sqlite', peer, why: library.absent });
		return;
	}
	claim(results, {
		...common,
		id: 'log-batch-sqlite',
		goal: 1,
		against: 'sqlite',
		peer: library.name,
		command: command + library.command(load),
	});
}

async function replay(weir, library) {
	const events = JSON.parse(weir.run('weir-bench', ['replay'])).events;
	const sides = {
		ours: () => JSON.parse(weir.run('weir-bench', ['replay'])),
		projection: () => JSON.parse(weir.run('weir-bench', ['projection'])),
	};
	if (!library.absent) {
		sides.sqlite = sqlite.reader({ disk, bytes }, events);
	}
	const results = await interleaveAll('replay', sides);
	const unpack = join(built, 'unpack');
	let reference = '';
	if (existsSync(unpack)) {
		progress('msgpack-c');
		const rate = Number(run(unpack, [String(bytes)]));
		reference = `msgpack-c alone: ${(rate / 1e6).toFixed(1)} Mev/s`;
	}
	const command = `weir bench replay of ${events} events, in page cache`;
	alone(
		results.map((r) => r.ours.events_per_s),
		{
			id: 'replay',
			what: 'events/s read in place',
			unit: 'ev/s',
			goal: 5e6,
			command,
			reference,
		},
	);
	alone(
		results.map((r) => r.projection.events_per_s),
		{
			id: 'projection',
			what: 'events/s through a projection that counts them',
			unit: 'ev/s',
			goal: 5e6,
			command: `weir bench projection of ${events} events, in page cache`,
		},
	);
	const what = 'events/s read in place, against rows of a table';
	if (library.absent) {
		const peer = library.name;
		absent({ id: 'replay-sqlite', what, peer, why: library.absent });
		return;
	}
	claim(results, {
		id: 'replay-sqlite',
		what,
		figure: 'events_per_s',
		unit: 'ev/s',
		against: 'sqlite',
		peer: `SQLite ${sqlite.version()}`,
		command: `${command} | select sum(...) from event, the same columns`,
	});
}

export async function log() {
	const peers = [];
	for (const make of makers) {
		peers.push(await make({ disk, bytes }));
	}
	const weirs = [];
	for (const load of loads) {
		weirs.push(await append(load, peers));
	}
	for (const peer of peers) {
		await peer.end?.();
	}
	const [busy, ...calm] = weirs;
	for (const weir of calm) {
		await weir.down();
	}
	await single();
	const library = peers.find((peer) => peer.id === 'sqlite');
	await batches(library);
	await replay(busy, library);
	await busy.down();
}
