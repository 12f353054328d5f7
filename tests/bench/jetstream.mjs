// NATS JetStream with a file store.  It answers before anything is synced,
// and syncs every two minutes, unless its version knows sync_interval: always.
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
	built,
	cpu,
	freePort,
	installed,
	place,
	run,
	start,
	stop,
	until,
} from './host.mjs';

const answers = (port) =>
	new Promise((done) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('data', () => done(true));
		socket.once('error', () => done(false));
		socket.once('data', () => socket.destroy());
	});

async function jetstream({ disk, bytes }, { id, mark, equal, setting }) {
	const name = `NATS JetStream, ${mark}`;
	if (!installed('nats-server')) {
		return { id, name, absent: 'nats-server is not installed' };
	}
	const version = /v(\d\S*)/.exec(run('nats-server', ['--version']))[1];
	const dir = place(disk);
	const conf = join(dir, 'conf');
	const port = await freePort();
	writeFileSync(
		conf,
		`host: 127.0.0.1\nport: ${port}\n` +
			`jetstream { store_dir: ${JSON.stringify(dir)} ${setting} }\n`,
	);
	try {
		run('nats-server', ['-t', '-c', conf]);
	} catch (error) {
		if (!/unknown field/.test(error.message)) {
			throw error;
		}
		return { id, name, absent: `${version} knows no sync_interval: always` };
	}
	const server = start('nats-server', ['-c', conf]);
	await until('nats-server', () => answers(port));
	const load = join(built, 'jetstream');
	return {
		id,
		name: `NATS ${version} JetStream, ${mark}`,
		unequal: !equal,
		command: ({ producers, inflight, count }) =>
			`jetstream PORT ${producers} ${inflight} ${count} ${bytes}, file store`,
		append({ producers, inflight, count }) {
			const before = cpu(server.pid);
			const told = JSON.parse(
				run(load, [port, producers, inflight, count, bytes].map(String)),
			);
			return {
				...told,
				cpu_us: ((cpu(server.pid) - before) * 1e6) / count,
			};
		},
		end: () => stop(server),
	};
}

export const unsynced = (about) =>
	jetstream(about, {
		id: 'jetstream',
		mark: 'NOT synced',
		equal: false,
		setting: '',
	});

export const synced = (about) =>
	jetstream(about, {
		id: 'jetstream-synced',
		mark: 'sync_interval: always',
		equal: true,
		setting: ', sync_interval: always',
	});
