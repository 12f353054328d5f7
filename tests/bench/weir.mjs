// A private instance of weir, and events for it.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, place, run, start, stop, until } from './host.mjs';

export class Weir {
	constructor(dir = place(), env = {}) {
		this.dir = dir;
		this.daemon = {};
		this.env = {
			...process.env,
			PATH: `${bin}:${process.env.PATH}`,
			WEIR_STATE: join(dir, 'state'),
			WEIR_RUN: join(dir, 'run'),
			WEIR_HTTP: '127.0.0.1:0',
			WEIR_RTMP: '127.0.0.1:0',
			...env,
		};
		delete this.env.NOTIFY_SOCKET;
		mkdirSync(this.env.WEIR_STATE, { recursive: true });
		mkdirSync(this.env.WEIR_RUN, { recursive: true });
	}

	// Start a daemon; it says READY=1 on a pipe when it serves, READY_MS
	// after it was started.
	async up(name) {
		const begun = performance.now();
		const child = start(join(bin, `weir-${name}`), [], {
			env: { ...this.env, NOTIFY_FD: '3' },
			stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
		});
		child.stdio[3].once('data', () => {
			child.ready_ms = performance.now() - begun;
		});
		await until(`weir-${name}: ${child.said}`, () => {
			if (child.exitCode !== null) {
				throw new Error(`weir-${name} ended: ${child.said}`);
			}
			return child.ready_ms !== undefined;
		});
		this.daemon[name] = child;
		return child;
	}

	address(name) {
		return readFileSync(join(this.env.WEIR_RUN, `${name}.addr`), 'utf8').trim();
	}

	pids() {
		return Object.values(this.daemon).map((child) => child.pid);
	}

	run(name, args = [], input = undefined, options = {}) {
		return run(join(bin, name), args, { env: this.env, input, ...options });
	}

	append(events) {
		const lines = events.map((e) => `${JSON.stringify(e)}\n`).join('');
		return this.run('weir-append', [], lines);
	}

	// A counter or gauge of a daemon.
	figure(name, metric) {
		const text = readFileSync(
			join(this.env.WEIR_RUN, 'metrics', `${name}.prom`),
			'utf8',
		);
		return Number(new RegExp(`^${metric} (\\S+)`, 'm').exec(text)?.[1]);
	}

	async down() {
		for (const child of Object.values(this.daemon).reverse()) {
			await stop(child);
		}
		this.daemon = {};
	}
}
