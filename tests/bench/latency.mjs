// From the last byte of a part's last frame at the RTMP socket to the last
// byte of that part, and of the playlist that names it, at a reader who waits.
// READERS others (1 and 1000) wait for the same playlist.  Beside it, in the same
// run, the encoder's bytes through a bare epoll loop to as many readers.
import { createServer, connect } from 'node:net';
import { Agent, get as request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { built, root, start, stop, until } from './host.mjs';
import {
	alone,
	claim,
	median,
	percentile,
	progress,
	rounds,
} from './report.mjs';
import { Weir } from './weir.mjs';

const crowds = (process.env.READERS ?? '1 1000').split(/[ ,]+/).map(Number);
const seconds = Number(process.env.LATENCY_SECONDS ?? 10);
const kept_chunks = 1000;
const tail_bytes = 20;
const list = '/live/alice/video/index.m3u8';

// The bare relay with N readers; what is SENT through it takes so many
// milliseconds to the first of them.
async function bareRelay(n) {
	const child = start(join(built, 'relay'), [], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const [port] = await once(child.stdout, 'data');
	const source = connect(Number(port), '127.0.0.1');
	await once(source, 'connect');
	source.setNoDelay();
	const others = await crowd('127.0.0.1', Number(port), n);
	const probe = connect(Number(port), '127.0.0.1');
	await once(probe, 'connect');
	const on_way = [];
	const took_ms = [];
	let sent = 0;
	let got = 0;
	probe.on('data', (bytes) => {
		got += bytes.length;
		while (on_way.length > 0 && on_way[0].end <= got) {
			took_ms.push(performance.now() - on_way.shift().at);
		}
	});
	source.on('error', () => undefined);
	probe.on('error', () => undefined);
	return {
		send: (bytes) => {
			sent += bytes.length;
			on_way.push({ end: sent, at: performance.now() });
			source.write(bytes);
		},
		took_ms,
		close: async () => {
			probe.destroy();
			others.close();
			source.destroy();
			await stop(child);
		},
	};
}

// A relay to PORT that remembers when what came by, and gives it to BARE, too.
async function relay(port, bare) {
	const chunks = [];
	const server = createServer((from) => {
		const to = connect(port, '127.0.0.1');
		from.on('data', (bytes) => {
			chunks.push({ at: performance.now(), bytes });
			chunks.splice(0, chunks.length - kept_chunks);
			to.write(bytes);
			bare.send(bytes);
		});
		to.pipe(from);
		for (const [one, other] of [
			[from, to],
			[to, from],
		]) {
			one.on('error', () => undefined);
			one.on('close', () => other.destroy());
		}
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	// When the last byte of WHAT came by; frames of one content come again.
	const passed = (what) => {
		for (let i = chunks.length - 1; i >= 0; i--) {
			const before = chunks[i - 1]?.bytes.subarray(-what.length) ?? [];
			if (
				Buffer.concat([Buffer.from(before), chunks[i].bytes]).includes(what)
			) {
				return chunks[i].at;
			}
		}
		return undefined;
	};
	return { port: server.address().port, passed, close: () => server.close() };
}

function fetcher(base) {
	const agent = new Agent({ keepAlive: true });
	return (path, headers = {}) =>
		new Promise((done, fail) => {
			request(base + path, { agent, headers }, async (r) => {
				const chunks = [];
				for await (const chunk of r) {
					chunks.push(chunk);
				}
				const body = Buffer.concat(chunks);
				done({ status: r.statusCode, body, at: performance.now() });
			}).on('error', fail);
		});
}

// Where the playlist TEXT ends: what to ask for next.
function end(text) {
	const lines = text.trim().split('\n');
	const last = lines.findLastIndex((l) => !l.startsWith('#'));
	const segments = lines.filter((l) => !l.startsWith('#')).length;
	const hint = /HINT:TYPE=PART,URI="([^"]+)",BYTERANGE-START=(\d+)/.exec(text);
	return {
		msn: Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)[1]) + segments,
		part: lines.slice(last).filter((l) => l.startsWith('#EXT-X-PART:')).length,
		uri: hint[1],
		offset: hint[2],
	};
}

// Readers that ask for what the probe asks for, and read what they get.
async function crowd(host, port, n) {
	const sockets = [];
	for (let i = 0; i < n; i++) {
		const s = connect(port, host);
		s.on('error', () => undefined);
		await new Promise((done) => s.once('connect', done));
		s.resume();
		sockets.push(s);
	}
	return {
		ask: (path) => {
			for (const s of sockets) {
				s.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
			}
		},
		close: () => sockets.forEach((s) => s.destroy()),
	};
}

async function measure(get, others, passed) {
	const part_ms = [];
	const list_ms = [];
	const stop_at = performance.now() + seconds * 1000;
	let text = (await get(list)).body.toString();
	while (performance.now() < stop_at) {
		const { msn, part, uri, offset } = end(text);
		const next = `${list}?_HLS_msn=${msn}&_HLS_part=${part}`;
		others.ask(next);
		const reload = get(next);
		const media = await get(uri, { Range: `bytes=${offset}-` });
		const loaded = await reload;
		// 416: the segment had no further part.
		if (media.status === 206) {
			const at = passed(media.body.subarray(-tail_bytes));
			if (at !== undefined) {
				part_ms.push(media.at - at);
				list_ms.push(loaded.at - at);
			}
		}
		text = (loaded.status === 200 ? loaded : await get(list)).body.toString();
	}
	return { part_ms, list_ms };
}

async function round(readers) {
	const weir = new Weir(undefined, {
		WEIR_PIPELINES: `${root}/pipelines`,
		WEIR_HTTP_PER_ADDRESS: '0',
	});
	for (const name of ['logd', 'rtmpd', 'edged']) {
		await weir.up(name);
	}
	const key = weir.run('weir-channel', ['add', 'alice']).trim();
	const bare = await bareRelay(readers);
	const { port, passed, close } = await relay(
		Number(weir.address('rtmpd').split(':')[1]),
		bare,
	);
	const encoder = start('ffmpeg', [
		...'-nostdin -v error -re -f lavfi -i testsrc2=s=640x360:r=30'.split(' '),
		...'-re -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast'.split(' '),
		...'-tune zerolatency -g 30 -c:a aac -f flv'.split(' '),
		`rtmp://127.0.0.1:${port}/live/${key}`,
	]);
	const get = fetcher(`http://${weir.address('edged')}`);
	await until('parts', async () =>
		(await get(list)).body.includes('#EXT-X-PART:'),
	);
	const [host, http] = weir.address('edged').split(':');
	const others = await crowd(host, Number(http), readers);
	bare.took_ms.length = 0;
	const seen = await measure(get, others, passed);
	seen.bare_ms = [...bare.took_ms];
	await bare.close();
	others.close();
	close();
	await stop(encoder);
	await pause(500); // its pipeline ends
	await weir.down();
	return seen;
}

function report(all, readers) {
	const note = `${median(all.map((r) => r.part_ms.length))} parts`;
	const command = `ONLY=latency READERS=${readers} make bench`;
	const others = readers === 1 ? '1 other waits' : `${readers} others wait`;
	for (const [id, what, figure, goals] of [
		['part', 'a part at a waiting reader', 'part_ms', [2, 10]],
		['reload', 'its playlist', 'list_ms', [2, 10]],
	]) {
		for (const [k, p] of [0.5, 0.99].entries()) {
			alone(
				all.map((r) => percentile(r[figure], p)),
				{
					id: `latency.${id}.p${p * 100}.${readers}`,
					what: `${what}, p${p * 100}, ${others}`,
					unit: 'ms',
					goal: goals[k],
					below: true,
					command,
					note,
				},
			);
		}
	}
	const at = (r, figure) => ({ p50: percentile(r[figure], 0.5) });
	claim(
		all.map((r) => ({ ours: at(r, 'part_ms'), peer: at(r, 'bare_ms') })),
		{
			id: `latency.bare.${readers}`,
			what: `a part, p50, ${others}`,
			figure: 'p50',
			unit: 'ms',
			below: true,
			peer: 'a bare epoll relay, each write of the encoder',
			command,
		},
	);
}

export async function latency() {
	for (const readers of crowds) {
		const all = [];
		for (let i = 0; i < rounds; i++) {
			progress(`latency, ${readers} readers: round ${i + 1} of ${rounds}`);
			all.push(await round(readers));
		}
		progress('');
		report(all, readers);
	}
}
