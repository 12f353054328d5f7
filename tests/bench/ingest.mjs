// A hundred encoders into one weir-rtmpd and their pipelines, with parts and
// without, against nginx with its RTMP module: writing HLS from the same encoders,
// and taking them live only, to be played by RTMP.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
	built,
	busy,
	cpu,
	finish,
	freePort,
	memory,
	place,
	root,
	run,
	shares,
	start,
	stop,
	tree,
	until,
} from './host.mjs';
import { nginx, version } from './nginx.mjs';
import { alone, claim, interleaveAll, progress } from './report.mjs';
import { Weir } from './weir.mjs';

const publishers = Number(process.env.PUBLISHERS ?? 100);
const seconds = Number(process.env.INGEST_SECONDS ?? 15);
const settle_ms = 3000;
const disk = join(root, '.build');
const footage = join(root, 'tests', 'data', 'frog.mp4');

// Half a minute of real footage at 1 Mbit/s, a keyframe every two seconds.
function clip() {
	const file = join(built, 'clip.flv');
	if (existsSync(file)) {
		return file;
	}
	progress('making the clip');
	mkdirSync(built, { recursive: true });
	const video_k = 900;
	run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-y', '-stream_loop', '-1', '-i', footage],
		...['-t', '30', '-c:v', 'libx264', '-preset', 'veryfast'],
		...['-x264-params', 'nal-hrd=cbr:force-cfr=1', '-pix_fmt', 'yuv420p'],
		...['-b:v', `${video_k}k`, '-minrate', `${video_k}k`],
		...['-maxrate', `${video_k}k`, '-bufsize', `${video_k}k`],
		...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-r', '30'],
		...['-c:a', 'aac', '-b:a', '100k', '-ar', '48000', '-ac', '2'],
		...['-f', 'flv', `${file}.tmp`],
	]);
	renameSync(`${file}.tmp`, file);
	return file;
}

// Publish to KEYS; what PIDS cost while all of them are live.
async function publish(address, app, keys, pids, during) {
	const [host, port] = address.split(':');
	const child = start(
		join(built, 'publish'),
		[host, port, app, clip(), String(seconds + settle_ms / 1000 + 1)],
		{ stdio: ['pipe', 'pipe', 'pipe'] },
	);
	child.stdin.end(keys.map((key) => `${key}\n`).join(''));
	let live = false;
	child.stdout.on('data', (text) => (live ||= `${text}`.includes('live')));
	const done = finish(child);
	done.catch(() => {}); // awaited below
	await until(
		'publishers',
		() => {
			if (child.exitCode !== null) {
				throw new Error(child.said);
			}
			return live;
		},
		90_000,
	);
	await pause(settle_ms);
	const before = {
		server: cpu(...pids),
		each: shares(...pids),
		machine: busy(),
		at: performance.now(),
	};
	await pause(seconds * 1000);
	const took = (performance.now() - before.at) / 1000;
	const figures = {
		cpu: (100 * (cpu(...pids) - before.server)) / took,
		machine: (100 * (busy() - before.machine)) / took,
		each: Object.entries(shares(...pids)).map(([name, cpu_s]) => [
			name,
			(100 * (cpu_s - (before.each[name] ?? 0))) / took,
		]),
		...(await during?.()),
	};
	const told = JSON.parse((await done).trim().split('\n').at(-1));
	return { ...figures, late_max_us: told.late_max_us, live: told.live };
}

async function ours(env = {}) {
	const weir = new Weir(place(disk), env);
	await weir.up('logd');
	const keys = [];
	for (let i = 0; i < publishers; i++) {
		keys.push(weir.run('weir-channel', ['add', `c${i}`]).trim());
	}
	await weir.up('edged');
	const rtmpd = await weir.up('rtmpd');
	const idle = memory([rtmpd.pid]);
	const figures = await publish(
		weir.address('rtmpd'),
		'live',
		keys,
		weir.pids(),
		() => {
			const all = [...tree(rtmpd.pid).keys()];
			const live = JSON.parse(weir.run('weir-status', ['--json'])).live;
			return {
				processes: all.length,
				memory: (memory(all) - idle) / publishers,
				on_air: live?.length,
			};
		},
	);
	// The daemon writes its figures once a second.
	await pause(1100);
	const dropped = weir.figure('rtmpd', 'weir_rtmp_dropped_frames_total');
	const restarts = weir.figure('rtmpd', 'weir_rtmp_pipeline_restarts_total');
	await weir.down();
	return { ...figures, dropped, restarts };
}

const hls = (dir) => `
			hls on;
			hls_path ${dir}/hls;
			hls_fragment 2s;
			hls_playlist_length 60s;
			hls_nested on;`;

// What nginx does with them besides: MORE of its configuration, for DIR.
async function theirs(more = () => '') {
	const dir = place(disk);
	const port = await freePort();
	mkdirSync(join(dir, 'hls'));
	const server = await nginx(
		dir,
		`rtmp {
	access_log off;
	server {
		listen 127.0.0.1:${port};
		chunk_size 4096;
		application live {
			live on;${more(dir)}
		}
	}
}`,
		{ rtmp: true, workers: 1 },
	);
	const keys = Array.from({ length: publishers }, (_, i) => `c${i}`);
	const idle = memory([...tree(server.pid).keys()]);
	const figures = await publish(
		`127.0.0.1:${port}`,
		'live',
		keys,
		[server.pid],
		() => ({
			memory: (memory([...tree(server.pid).keys()]) - idle) / publishers,
		}),
	);
	await stop(server);
	return figures;
}

export async function ingest() {
	clip();
	const results = await interleaveAll('ingest', {
		ours: () => ours(),
		whole: () => ours({ WEIR_PART: '0' }),
		hls: () => theirs(hls),
		live: () => theirs(),
	});
	const mine = results.map((r) => r.ours);
	const peers = {
		hls: `${version()} rtmp, HLS`,
		live: `${version()} rtmp, live only`,
	};
	const command = `publish ${publishers} times clip.flv (1 Mbit/s) for ${seconds} s, CPU while all are live`;
	const what = `${publishers} broadcasts of 1 Mbit/s`;
	const each = mine[0].each.map(([name, cpu]) => `${name} ${cpu.toFixed(1)}`);
	const ratio = { figure: 'cpu', unit: '%', below: true, command };
	claim(results, {
		...ratio,
		id: 'ingest-cpu-live',
		what: `CPU of ${what} with parts, in % of a core`,
		goal: 0.8,
		against: 'live',
		peer: peers.live,
		note: `all daemons and pipelines | master and worker; ${each.join(', ')}`,
	});
	claim(results, {
		...ratio,
		id: 'ingest-cpu-hls',
		what: 'the same',
		goal: 0.6,
		against: 'hls',
		peer: peers.hls,
	});
	claim(
		results.map((r) => ({ ...r, ours: r.whole })),
		{
			...ratio,
			id: 'ingest-cpu-whole',
			what: 'the same, both without parts',
			goal: 1,
			against: 'hls',
			peer: peers.hls,
		},
	);
	claim(results, {
		...ratio,
		id: 'ingest-machine',
		what: 'with parts, of the whole machine, encoders included',
		figure: 'machine',
		against: 'hls',
		peer: peers.hls,
	});
	alone(
		mine.map((r) => r.dropped + (publishers - r.live) + r.restarts),
		{
			id: 'ingest-dropped',
			what: `frames dropped, broadcasts lost, of ${what}`,
			unit: '',
			goal: 0,
			below: true,
			command,
		},
	);
	alone(
		mine.map((r) => r.memory / 1e6),
		{
			id: 'ingest-memory',
			what: 'memory a broadcast (PSS of all its processes)',
			unit: 'MB',
			goal: 25,
			below: true,
			command,
			reference: `${(results[0].hls.memory / 1e6).toFixed(2)} MB (${peers.hls})`,
		},
	);
}
