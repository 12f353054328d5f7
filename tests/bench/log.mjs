// The log: durable appends against Redis Streams, and reading it in place.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { built, cpu, place, root, run, start, stop, until } from './host.mjs';
import { alone, claim, interleave, progress, rounds } from './report.mjs';
import { Weir } from './weir.mjs';

const producers = 32;
const bytes = 200;
const payload = 'x'.repeat(bytes);
// Where the log would lie: on the disk of the checkout, not in a tmpfs.
const disk = join(root, '.build');

async function redis() {
	const dir = place(disk);
	const socket = join(dir, 'socket');
	const server = start('redis-server', [
		...['--port', '0', '--unixsocket', socket, '--dir', dir],
		...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
		...['--daemonize', 'no'],
	]);
	await until('redis-server', () => existsSync(socket));
	await until('redis-server', () => {
		try {
			return run('redis-cli', ['-s', socket, 'ping']).includes('PONG');
		} catch {
			return false;
		}
	});
	return { server, socket };
}

const version = () =>
	`Redis ${/v=(\S+)/.exec(run('redis-server', ['--version']))[1]}`;

async function append(inflight, count, peer) {
	const weir = new Weir(place(disk));
	const logd = await weir.up('logd');
	const { server, socket } = peer;
	const ours = () => {
		const before = cpu(logd.pid);
		const told = JSON.parse(
			weir.run(
				'weir-bench',
				[
					'log',
					...['--producers', producers, '--inflight', inflight],
					...['--count', count, '--bytes', bytes].map(String),
				].map(String),
			),
		);
		return { ...told, cpu_us: ((cpu(logd.pid) - before) * 1e6) / count };
	};
	const theirs = () => {
		// A new stream each time, as long as the one before.
		run('redis-cli', ['-s', socket, 'del', 's']);
		const before = cpu(server.pid);
		const out = run('redis-benchmark', [
			...['-s', socket, '-c', producers, '-P', inflight].map(String),
			...['-n', String(count), '--csv', 'XADD', 's', '*', 'd', payload],
		]);
		const [rate, , , p50, , p99] = out
			.trim()
			.split('\n')
			.at(-1)
			.split('","')
			.slice(1)
			.map((s) => Number(s.replaceAll('"', '')));
		return {
			events_per_s: rate,
			answer_p50_us: p50 * 1000,
			answer_p99_us: p99 * 1000,
			cpu_us: ((cpu(server.pid) - before) * 1e6) / count,
		};
	};
	const results = await interleave(`log, ${inflight} in flight`, ours, theirs);
	const command =
		`weir bench log --producers ${producers} --inflight ${inflight} ` +
		`--count ${count} | redis-benchmark -c ${producers} -P ${inflight} ` +
		`-n ${count} XADD s '*' d ${bytes}x, appendfsync always, Unix socket`;
	const about = `32 producers, ${inflight} in flight`;
	const common = { peer: version(), command };
	claim(results, {
		id: `log-${inflight}`,
		what: `durable appends/s, ${about}`,
		figure: 'events_per_s',
		unit: 'ev/s',
		goal: 1.0,
		...common,
	});
	claim(results, {
		id: `log-${inflight}-p99`,
		what: `p99 of an answer, ${about}`,
		figure: 'answer_p99_us',
		unit: 'us',
		below: true,
		...common,
	});
	claim(results, {
		id: `log-${inflight}-cpu`,
		what: `server CPU an event, ${about}`,
		figure: 'cpu_us',
		unit: 'us',
		below: true,
		...common,
	});
	return weir;
}

// What is in the log now, as rows of SQLite.
const fill = (n) => `
pragma journal_mode=wal; pragma synchronous=off;
create table event(seq integer primary key, version int, id text, source text,
 type text, subject text, time int, data blob);
insert into event with recursive c(i) as
 (select 1 union all select i + 1 from c where i < ${n})
 select i, i, printf('0190a6f8-%04x-7000-8000-%012x', i % 65536, i),
 'weir-bench', 'NoteWritten', printf('bench/%d', i % 32),
 1700000000000000 + i, randomblob(${bytes + 8}) from c;`;

function sqliteReader(count) {
	const db = join(place(disk), 'db');
	run('sqlite3', [db], { input: fill(count) });
	return () => {
		const out = run('sqlite3', [db], {
			input:
				'.timer on\nselect sum(version + length(data) + length(id) + ' +
				'length(source) + length(type) + length(subject) + (time & 1)) ' +
				'from event;\n',
		});
		return { events_per_s: count / Number(/real (\S+)/.exec(out)[1]) };
	};
}

async function replay(weir) {
	const events = JSON.parse(weir.run('weir-bench', ['replay'])).events;
	const sqlite = sqliteReader(events);
	const ours = () => JSON.parse(weir.run('weir-bench', ['replay']));
	const results = await interleave('replay', ours, sqlite);
	const sqlite_version = run('sqlite3', ['--version']).split(' ')[0];
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
	claim(results, {
		id: 'replay-sqlite',
		what: 'the same against a table of SQLite',
		figure: 'events_per_s',
		unit: 'ev/s',
		peer: `SQLite ${sqlite_version}`,
		command: `${command} | select sum(...) from event, the same columns`,
	});
}

export async function log() {
	const peer = await redis();
	const busy = await append(64, 500_000, peer);
	const calm = await append(1, 100_000, peer);
	await stop(peer.server);
	await calm.down();
	await replay(busy);
	await busy.down();
}
