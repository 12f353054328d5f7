// Redis Streams that sync each append before the answer.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cpu, installed, place, run, start, stop, until } from './host.mjs';

export async function redis({ disk, bytes }) {
	const name = 'Redis Streams';
	if (!installed('redis-server') || !installed('redis-benchmark')) {
		return { id: 'redis', name, absent: 'redis-server is not installed' };
	}
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
	const payload = 'x'.repeat(bytes);
	return {
		id: 'redis',
		name: `Redis ${/v=(\S+)/.exec(run('redis-server', ['--version']))[1]} Streams`,
		command: ({ producers, inflight, count }) =>
			`redis-benchmark -c ${producers} -P ${inflight} -n ${count} ` +
			`XADD s '*' d ${bytes}x, appendfsync always, Unix socket`,
		append({ producers, inflight, count }) {
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
		},
		end: () => stop(server),
	};
}
