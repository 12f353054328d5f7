// PostgreSQL with synchronous_commit: a cluster of our own, on a Unix socket.
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cpu, installed, place, run, start, stop, until } from './host.mjs';

// Debian keeps the server's programs apart, by version.
function programs() {
	const root = '/usr/lib/postgresql';
	const versions = existsSync(root) ? readdirSync(root) : [];
	const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
	const dir = newest ? join(root, newest, 'bin') : '/usr/bin';
	return (name) => join(dir, name);
}

// It refuses to be root: then it is the user that came with its package.
function user() {
	if (process.getuid() !== 0) {
		return {};
	}
	const id = (flag) => Number(run('id', [flag, 'postgres']));
	return { uid: id('-u'), gid: id('-g') };
}

// One event is one insert; many of a client are one transaction, sent without
// waiting for each.
const script = (inflight) =>
	inflight === 1
		? 'insert into event(d) values (:d);\n'
		: '\\startpipeline\n' +
			'insert into event(d) values (:d);\n'.repeat(inflight) +
			'\\endpipeline\n';

// The third column of its log is how long each transaction took.
function took_us(dir) {
	const logs = readdirSync(dir).filter((name) => name.startsWith('took.'));
	const all = [];
	for (const name of logs) {
		const text = readFileSync(join(dir, name), 'latin1');
		for (const line of text.trimEnd().split('\n')) {
			all.push(Number(line.split(' ')[2]));
		}
		rmSync(join(dir, name));
	}
	return all.sort((a, b) => a - b);
}

export async function postgres({ disk, bytes }) {
	const program = programs();
	if (!existsSync(program('postgres')) || !installed('pgbench')) {
		return {
			id: 'postgres',
			name: 'PostgreSQL',
			absent: 'postgresql is not installed',
		};
	}
	const as = user();
	const dir = place(disk);
	const data = join(dir, 'data');
	mkdirSync(data);
	if (as.uid !== undefined) {
		chownSync(dir, as.uid, as.gid);
		chownSync(data, as.uid, as.gid);
	}
	chmodSync(data, 0o700);
	const here = { ...as, cwd: dir };
	run(
		program('initdb'),
		['-D', data, '-A', 'trust', '-U', 'bench', '-E', 'UTF8', '--locale=C'],
		here,
	);
	const server = start(
		program('postgres'),
		[
			...['-D', data, '-k', dir, '-c', 'listen_addresses='],
			...['-c', 'synchronous_commit=on', '-c', 'fsync=on'],
			...['-c', 'max_connections=200', '-c', 'max_wal_size=8GB'],
			...['-c', 'shared_buffers=256MB', '-c', 'autovacuum=off'],
			// In its own folder, so that nothing is left when it is killed.
			...['-c', 'dynamic_shared_memory_type=mmap'],
		],
		here,
	);
	const at = ['-h', dir, '-U', 'bench'];
	const psql = (sql) =>
		run(program('psql'), [...at, '-qAt', '-c', sql, 'postgres'], here);
	await until(`postgres: ${server.said}`, () => {
		try {
			return psql('select 1').trim() === '1';
		} catch {
			return false;
		}
	});
	psql('create table event(seq bigserial primary key, d text)');
	const payload = 'x'.repeat(bytes);
	const file = join(dir, 'script');
	return {
		id: 'postgres',
		name: `PostgreSQL ${psql('show server_version').trim().split(' ')[0]}`,
		command: ({ producers, inflight, count }) =>
			`pgbench -M prepared -j 2 -c ${producers} ` +
			`-t ${Math.ceil(count / producers / inflight)}, ` +
			`${inflight} inserts a pipeline, synchronous_commit=on, Unix socket`,
		append({ producers, inflight, count }) {
			psql('truncate event');
			writeFileSync(file, script(inflight));
			const turns = Math.ceil(count / producers / inflight);
			const before = cpu(server.pid);
			const out = run(
				program('pgbench'),
				[
					...[...at, '-n', '-M', 'prepared', '-j', '2', '-f', file],
					...['-c', String(producers), '-t', String(turns)],
					...['-D', `d=${payload}`, '-l', '--log-prefix=took'],
					'postgres',
				],
				here,
			);
			const all = took_us(dir);
			const events = turns * producers * inflight;
			if (Number(psql('select count(*) from event')) !== events) {
				throw new Error(`not all of ${events} are in the table:\n${out}`);
			}
			return {
				events_per_s: Number(/tps = ([\d.]+)/.exec(out)[1]) * inflight,
				answer_p50_us: all[Math.floor(all.length / 2)],
				answer_p99_us: all[Math.floor(all.length * 0.99)],
				cpu_us: ((cpu(server.pid) - before) * 1e6) / events,
			};
		},
		end: () => stop(server),
	};
}
