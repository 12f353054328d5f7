// Viewers who wait for the next part: how soon the last of them has it, what a
// waiting one takes of memory, and what is left when all are gone.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import {
	built,
	cpu,
	finish,
	freePort,
	installed,
	memory,
	place,
	root,
	start,
	stop,
	tree,
	until,
} from './host.mjs';
import { nginx, version } from './nginx.mjs';
import { absent, alone, median, progress, rounds } from './report.mjs';
import { Weir } from './weir.mjs';

const bare = Number(process.env.WAITERS ?? 2000);
const half = Number(process.env.HALF_OPEN ?? 4000);
const behind = Number(process.env.WAITERS_BEHIND ?? 10000);
const parts = Number(process.env.WAITERS_PARTS ?? 25);
const part_ms = 200;
const parts_a_segment = 5;
const broadcast = 'b1';
const list = `/live/alice/video/index.m3u8?broadcast=${broadcast}`;
const module_path = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const now_us = () => (performance.timeOrigin + performance.now()) * 1000;
const path = process.env.PATH.split(':').includes('/usr/sbin')
	? process.env.PATH
	: `${process.env.PATH}:/usr/sbin`;

// What a pipeline says of part N of a broadcast that began at BEGAN_US.
function told(n, began_us) {
	const msn = Math.floor(n / parts_a_segment);
	const part = n % parts_a_segment;
	const common = { broadcast, track: 'video', msn, run: 1 };
	const event = (type, data) => ({
		type,
		subject: `broadcast/${broadcast}`,
		data: { ...common, ...data },
	});
	const start_us = began_us + n * part_ms * 1000;
	const events = [
		event('PartReady', {
			part,
			start_us,
			duration_us: part_ms * 1000,
			offset: part * 1000,
			bytes: 1000,
			independent: part === 0,
		}),
	];
	if (part === parts_a_segment - 1) {
		events.push(
			event('SegmentReady', {
				start_us: start_us - part * part_ms * 1000,
				duration_us: parts_a_segment * part_ms * 1000,
				bytes: parts_a_segment * 1000,
				hash: '0'.repeat(64),
				independent: true,
			}),
		);
	}
	return events;
}

// A broadcast on an edge of its own; part N is published by publish(N).
async function edge() {
	const weir = new Weir(undefined, {
		WEIR_HTTP_PER_ADDRESS: '0',
		WEIR_HTTP_TRUST: '127.0.0.1',
		WEIR_HTTP_KEEPALIVE: '60',
	});
	await weir.up('logd');
	const began_us = Math.floor(now_us());
	weir.append([
		{ type: 'ChannelAdded', subject: 'channel/alice', data: { name: 'alice' } },
		{
			type: 'BroadcastStarted',
			subject: 'live/alice',
			data: { channel: 'alice', broadcast, protocol: 'rtmp' },
		},
		{
			type: 'TrackStarted',
			subject: `broadcast/${broadcast}`,
			data: {
				broadcast,
				track: 'video',
				run: 1,
				kind: 'video',
				codecs: 'avc1.64001f',
				width: 1280,
				height: 720,
				frame_rate_mhz: 30000,
				init_bytes: 800,
				target_us: 1_000_000,
				part_us: part_ms * 1000,
			},
		},
		...Array.from({ length: 20 * parts_a_segment }, (_, n) => told(n, began_us))
			.flat()
			.filter((e) => e.type === 'SegmentReady'),
	]);
	await weir.up('edged');
	const append = start(join(root, 'bin', 'weir-append'), [], {
		env: weir.env,
		stdio: ['pipe', 'ignore', 'pipe'],
	});
	const [host, port] = weir.address('edged').split(':');
	return {
		host,
		port,
		pid: weir.daemon.edged.pid,
		first: { msn: 20, part: 0 },
		address: weir.address('edged'),
		publish: (n) => {
			const events = told(20 * parts_a_segment + n, began_us);
			append.stdin.write(events.map((e) => `${JSON.stringify(e)}\n`).join(''));
		},
		close: async () => {
			append.stdin.end();
			await weir.down();
		},
	};
}

// N viewers of a server; told() gives what they say about the next part.
async function viewers(n, { host, port }, url, { msn, part }) {
	const child = start(
		join(built, 'viewers'),
		['wait', host, port, n, url, msn, part, parts_a_segment].map(String),
		{ stdio: ['pipe', 'pipe', 'pipe'] },
	);
	const lines = [];
	createInterface({ input: child.stdout }).on('line', (l) => lines.push(l));
	const next = async (limit_ms) => {
		await until(
			`viewers: ${child.said}`,
			() => {
				if (child.exitCode !== null) {
					throw new Error(`viewers ended: ${child.said}`);
				}
				return lines.length > 0;
			},
			limit_ms,
		);
		return lines.shift();
	};
	await next(60_000); // "ready"
	return { next: async () => JSON.parse(await next(30_000)), child };
}

// How late the last of the viewers had each part, in ms.
async function follow(crowd, publish) {
	const late_ms = [];
	for (let n = 0; n < parts; n++) {
		const at_us = now_us();
		publish(n);
		late_ms.push(((await crowd.next()).last_us - at_us) / 1000);
		await pause(Math.max(part_ms / 2, part_ms - late_ms.at(-1)));
	}
	return late_ms;
}

const count = (pid, what) => readdirSync(`/proc/${pid}/${what}`).length;
const waiting = async (address) =>
	Number(
		/^weir_edge_requests_waiting (\d+)$/m.exec(
			await (await fetch(`http://${address}/metrics`)).text(),
		)[1],
	);

async function bareRound() {
	const e = await edge();
	await waiting(e.address);
	const before = {
		rss: memory([e.pid], 'Rss'),
		threads: count(e.pid, 'task'),
		fds: count(e.pid, 'fd'),
	};
	const crowd = await viewers(bare, e, list, e.first);
	await until('all to wait', async () => (await waiting(e.address)) === bare);
	const rss_each = (memory([e.pid], 'Rss') - before.rss) / bare;
	const threads_more = count(e.pid, 'task') - before.threads;
	const cpu_s = cpu(e.pid);
	const late_ms = await follow(crowd, e.publish);
	const cpu_us_each = ((cpu(e.pid) - cpu_s) * 1e6) / parts / bare;
	const reset_us = now_us();
	crowd.child.stdin.write('reset\n');
	await until(
		'descriptors to be given back',
		() =>
			count(e.pid, 'fd') <= before.fds + 2 &&
			count(e.pid, 'task') <= before.threads,
	);
	const back_ms = (now_us() - reset_us) / 1000;
	await e.close();
	return { late_ms, rss_each, threads_more, back_ms, cpu_us_each };
}

// The same through Varnish: the edge's own requests a part are counted, too.
async function varnishRound() {
	const e = await edge();
	const tls = await freePort();
	const plain = await freePort();
	const front = start(join(root, 'pipelines', 'front-varnish'), [], {
		env: {
			...process.env,
			PATH: path,
			WEIR_EDGE: e.address,
			WEIR_FRONT: `127.0.0.1:${tls}`,
			WEIR_FRONT_PLAIN: `127.0.0.1:${plain}`,
			// More than processors need only those with HTTP/2.
			WEIR_FRONT_THREADS: '16',
		},
	});
	const through = `http://127.0.0.1:${plain}`;
	const asked = async () =>
		[
			...(await (await fetch(`http://${e.address}/metrics`)).text()).matchAll(
				/^weir_edge_responses_total\{kind="playlist".*\} (\d+)$/gm,
			),
		].reduce((sum, [, n]) => sum + Number(n), 0);
	await until('the front', async () => {
		if (front.exitCode !== null) {
			throw new Error(`front-varnish ended: ${front.said}`);
		}
		return (await fetch(`${through}/healthz`).catch(() => undefined))?.ok;
	});
	const crowd = await viewers(
		behind,
		{ host: '127.0.0.1', port: plain },
		list,
		e.first,
	);
	await until('one to wait', async () => (await waiting(e.address)) > 0);
	await pause(1000); // for the others to have come as far as Varnish
	const before = await asked();
	const cpu_s = cpu(front.pid);
	const late_ms = await follow(crowd, e.publish);
	const cpu_us_each = ((cpu(front.pid) - cpu_s) * 1e6) / parts / behind;
	const asked_each = ((await asked()) - before) / parts;
	crowd.child.stdin.write('reset\n');
	await stop(front);
	await e.close();
	return { late_ms, asked_each, cpu_us_each };
}

// The same N at nginx's nchan, which is made for nothing else.
async function nchanRound() {
	const dir = place();
	const port = await freePort();
	const server = await nginx(
		dir,
		`http {
	access_log off;
	client_body_temp_path ${dir}/body;
	proxy_temp_path ${dir}/proxy;
	fastcgi_temp_path ${dir}/fastcgi;
	uwsgi_temp_path ${dir}/uwsgi;
	scgi_temp_path ${dir}/scgi;
	keepalive_requests 1000000000;
	nchan_shared_memory_size 128M;
	server {
		listen 127.0.0.1:${port} backlog=4096;
		location /pub { nchan_publisher; nchan_channel_id a; nchan_message_buffer_length 1; }
		location /sub { nchan_subscriber longpoll; nchan_channel_id a;
			nchan_subscriber_first_message newest; nchan_subscriber_timeout 0; }
		location /stat { nchan_stub_status; }
	}
}`,
		{ modules: [module_path], connections: 16384 },
	);
	const at = `http://127.0.0.1:${port}`;
	const pids = () => [...tree(server.pid).keys()];
	const before = memory(pids(), 'Rss');
	const crowd = await viewers(bare, { host: '127.0.0.1', port }, '/sub', {
		msn: 0,
		part: 0,
	});
	await until('all to wait', async () =>
		(await (await fetch(`${at}/stat`)).text()).includes(`subscribers: ${bare}`),
	);
	const rss_each = (memory(pids(), 'Rss') - before) / bare;
	const cpu_s = cpu(server.pid);
	const text = `#EXTM3U\n${'#EXT-X-PART:DURATION=0.2,URI="/media"\n'.repeat(20)}`;
	const late_ms = await follow(crowd, () => {
		void fetch(`${at}/pub`, { method: 'POST', body: text });
	});
	const cpu_us_each = ((cpu(server.pid) - cpu_s) * 1e6) / parts / bare;
	crowd.child.stdin.write('reset\n');
	await stop(server);
	return { late_ms, rss_each, cpu_us_each };
}

// Another viewer's requests while HALF connections never get to ask.
async function halfRound() {
	const e = await edge();
	const probe = async () => {
		const child = start(
			join(built, 'viewers'),
			['probe', e.host, e.port, '500', list].map(String),
		);
		return JSON.parse((await finish(child)).split('\n')[1]).p99_us;
	};
	const alone_us = await probe();
	const crowd = start(
		join(built, 'viewers'),
		['half', e.host, e.port, half].map(String),
	);
	await until(
		`connections: ${crowd.said}`,
		async () => count(e.pid, 'fd') > 0.9 * half,
		60_000,
	);
	const p99_us = await probe();
	await stop(crowd);
	await e.close();
	return { alone_us, p99_us };
}

const worst = (r) => Math.max(...r.late_ms);

async function all(what, round) {
	const results = [];
	for (let i = 0; i < rounds; i++) {
		progress(`${what}: round ${i + 1} of ${rounds}`);
		results.push(await round());
	}
	progress('');
	return results;
}

function report(ours, peer) {
	const command = `ONLY=waiters WAITERS=${bare} make bench`;
	const beside = (figure) =>
		peer && {
			reference: `${version()} with nchan: ${median(peer.map(figure)).toPrecision(3)}`,
		};
	const rows = [
		[
			'last',
			'a part at the last of them, the latest of all parts',
			worst,
			'ms',
			150,
		],
		['median', 'the same, half of the parts', (r) => median(r.late_ms), 'ms'],
		[
			'rss',
			'memory of the edge for each (RSS)',
			(r) => r.rss_each / 1024,
			'KB',
			48,
		],
		[
			'cpu',
			'processor time of the edge for each answer',
			(r) => r.cpu_us_each,
			'us',
		],
		['threads', 'threads more while they wait', (r) => r.threads_more, '', 0],
		[
			'back',
			'threads and descriptors back after all were reset',
			(r) => r.back_ms,
			'ms',
			1000,
		],
	];
	for (const [id, what, figure, unit, goal] of rows) {
		const has = peer && !Number.isNaN(figure(peer[0]) ?? NaN);
		alone(ours.map(figure), {
			id: `waiters.${id}`,
			what: `${bare} wait at the edge: ${what}`,
			unit,
			goal,
			below: true,
			command,
			...(has ? beside(figure) : {}),
		});
	}
}

export async function waiters() {
	const ours = await all('waiters, bare', bareRound);
	const peer = existsSync(module_path)
		? await all('waiters, nchan', nchanRound)
		: undefined;
	report(ours, peer);
	const open = await all('half-open', halfRound);
	alone(
		open.map((r) => r.p99_us / 1000),
		{
			id: 'waiters.half-open',
			what: `p99 of another viewer's requests, ${half} half-open`,
			unit: 'ms',
			goal: 50,
			below: true,
			reference: `without them ${(median(open.map((r) => r.alone_us)) / 1000).toPrecision(3)}`,
			command: `ONLY=waiters HALF_OPEN=${half} make bench`,
		},
	);
	const what = `${behind} wait behind Varnish: a part at the last of them, the latest of all parts`;
	if (!['varnishd', 'hitch'].every((p) => installed(p, path))) {
		absent({
			id: 'waiters.varnish',
			what,
			peer: 'varnish, hitch',
			why: 'not installed',
		});
		return;
	}
	const through = await all('waiters, Varnish', varnishRound);
	alone(through.map(worst), {
		id: 'waiters.varnish',
		what,
		unit: 'ms',
		goal: 150,
		below: true,
		command: `ONLY=waiters WAITERS_BEHIND=${behind} make bench`,
		note: `median ${median(through.map((r) => median(r.late_ms))).toPrecision(3)} ms, ${median(through.map((r) => r.cpu_us_each)).toPrecision(3)} us of Varnish's processor time each`,
	});
	alone(
		through.map((r) => r.asked_each),
		{
			id: 'waiters.asked',
			what: 'the same: requests at the edge for each part',
			unit: '',
			goal: 1.5,
			below: true,
			command: 'ONLY=waiters make bench',
		},
	);
}
