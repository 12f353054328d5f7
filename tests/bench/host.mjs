// What the measurements need of the machine: processes that end with us,
// their CPU time and memory, free ports.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
	accessSync,
	constants,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const bin = resolve(process.env.BIN ?? join(root, 'bin'));
export const built = join(root, '.build', 'bench');
const ticks_per_s = 100;
const children = new Set();
const places = [];

// A directory of our own; `near` is a path on the disk to be measured.
export function place(near = tmpdir()) {
	const dir = mkdtempSync(join(near, 'weir-bench.'));
	places.push(dir);
	return dir;
}

function clean() {
	for (const child of children) {
		child.kill('SIGKILL');
	}
	for (const dir of places) {
		rmSync(dir, { recursive: true, force: true });
	}
}

process.once('exit', clean);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.once(signal, () => process.exit(130));
}

// Is there a program of that name?
export const installed = (name, path = process.env.PATH) =>
	path.split(':').some((dir) => {
		try {
			accessSync(join(dir, name), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});

export async function freePort() {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

// The value of FN as soon as it is truthy.
export async function until(what, fn, limit_ms = 20_000) {
	const end = performance.now() + limit_ms;
	for (;;) {
		const value = await fn();
		if (value) {
			return value;
		}
		if (performance.now() > end) {
			throw new Error(`gave up waiting for ${what}`);
		}
		await pause(20);
	}
}

// Start a server; what it says on stderr is kept for when something fails.
export function start(command, args, options = {}) {
	const child = spawn(command, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		...options,
	});
	child.said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (text) => {
			child.said = (child.said + text).slice(-4096);
		});
	}
	children.add(child);
	child.once('exit', () => children.delete(child));
	return child;
}

export async function stop(child, limit_ms = 20_000) {
	if (child.exitCode !== null || child.signalCode !== null) {
		return;
	}
	const gone = once(child, 'exit');
	child.kill('SIGTERM');
	const late = setTimeout(() => child.kill('SIGKILL'), limit_ms);
	await gone;
	clearTimeout(late);
}

// Run to the end; stdout, or an exception with what was said.
export function run(command, args, options = {}) {
	const got = spawnSync(command, args, {
		encoding: 'utf8',
		timeout: 300_000,
		maxBuffer: 1 << 26,
		...options,
	});
	if (got.error || got.status !== 0) {
		throw new Error(
			`${command} ${args.join(' ').slice(0, 200)}: ` +
				`${got.error ?? `exit ${got.status} ${got.signal ?? ''}`}\n` +
				`${got.stderr ?? ''}`.slice(-2000),
		);
	}
	return got.stdout;
}

// The same without holding up what we serve meanwhile.
export async function finish(child, limit_ms = 120_000) {
	let out = '';
	child.stdout.on('data', (text) => (out += text));
	const late = setTimeout(() => child.kill('SIGKILL'), limit_ms);
	const [code, signal] = await once(child, 'close');
	clearTimeout(late);
	if (code !== 0) {
		throw new Error(
			`${child.spawnargs.slice(0, 6).join(' ')}: exit ${code ?? signal}\n` +
				child.said,
		);
	}
	return out;
}

// CPU seconds of the threads of PID: to the nanosecond, where /proc/PID/stat
// has hundredths of a second and many processes use less.
function threads_s(pid) {
	let ns = 0;
	for (const task of readdirSync(`/proc/${pid}/task`)) {
		const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1');
		ns += Number(text.split(' ')[0]);
	}
	return ns / 1e9;
}

function stat(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const field = text.slice(text.lastIndexOf(')') + 2).split(' ');
		// What children used that have ended.
		const ended = (Number(field[13]) + Number(field[14])) / ticks_per_s;
		const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
		return { name, parent: Number(field[1]), cpu_s: threads_s(pid) + ended };
	} catch {
		return undefined; // it has ended itself
	}
}

// The processes below those given, and these.
export function tree(...pids) {
	const all = new Map();
	for (const name of readdirSync('/proc')) {
		const s = /^\d+$/.test(name) ? stat(name) : undefined;
		if (s) {
			all.set(Number(name), s);
		}
	}
	const found = new Map();
	const todo = [...pids];
	while (todo.length > 0) {
		const pid = todo.pop();
		if (found.has(pid) || !all.has(pid)) {
			continue;
		}
		found.set(pid, all.get(pid));
		for (const [child, s] of all) {
			if (s.parent === pid) {
				todo.push(child);
			}
		}
	}
	return found;
}

// CPU seconds of those processes so far, with what ended below them.
export function cpu(...pids) {
	let sum = 0;
	for (const s of tree(...pids).values()) {
		sum += s.cpu_s;
	}
	return sum;
}

// The same of each program among them, by its name.
export function shares(...pids) {
	const sums = {};
	for (const { name, cpu_s } of tree(...pids).values()) {
		sums[name] = (sums[name] ?? 0) + cpu_s;
	}
	return sums;
}

// CPU seconds that the whole machine was busy so far.
export function busy() {
	const field = readFileSync('/proc/stat', 'latin1')
		.split('\n')[0]
		.split(/ +/)
		.slice(1)
		.map(Number);
	const [user, nice, system, , , irq, softirq] = field;
	return (user + nice + system + irq + softirq) / ticks_per_s;
}

// Set size of those processes in bytes: proportional, or 'Rss', resident.
export function memory(pids, which = 'Pss') {
	let sum = 0;
	for (const pid of pids) {
		try {
			const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
			const line = new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(text);
			sum += Number(line[1]) * 1024;
		} catch {
			// It has ended, and holds nothing any more.
		}
	}
	return sum;
}
