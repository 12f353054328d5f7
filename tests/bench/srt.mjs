// One encoder over SRT into weir-srtd, which takes the transport stream apart
// and has NUT for a program that keeps it, against srt-live-transmit, which
// writes what comes into a file as it is.
import {
	chmodSync,
	existsSync,
	mkdirSync,
	renameSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
	built,
	cpu,
	finish,
	freePort,
	installed,
	place,
	root,
	run,
	start,
	stop,
	until,
} from './host.mjs';
import { absent, claim, interleave, progress } from './report.mjs';
import { Weir } from './weir.mjs';

const seconds = Number(process.env.SRT_SECONDS ?? 10);
// Until what is kept for a pipeline that dies has its size.
const settle_ms = 8000;
const footage = join(root, 'tests', 'data', 'frog.mp4');

// Real footage at 20 Mbit/s, as a good encoder sends it for 1080p.
function clip() {
	const file = join(built, 'clip.ts');
	if (existsSync(file)) {
		return file;
	}
	progress('making the clip');
	mkdirSync(built, { recursive: true });
	run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-y', '-stream_loop', '-1', '-i', footage],
		...['-t', '10', '-vf', 'scale=1280:-2,noise=alls=12:allf=t'],
		...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
		...['-b:v', '20M', '-minrate', '20M', '-maxrate', '20M', '-bufsize', '20M'],
		...['-x264-params', 'nal-hrd=cbr:force-cfr=1', '-g', '30', '-r', '30'],
		...['-c:a', 'aac', '-b:a', '128k', '-f', 'mpegts', `${file}.tmp`],
	]);
	renameSync(`${file}.tmp`, file);
	return file;
}

// Send the clip, again and again, to URL; what PIDS use for a Gbit of it.
async function publish(url, pids) {
	const child = start('ffmpeg', [
		...['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1'],
		...['-i', clip(), '-t', String(seconds + settle_ms / 1000 + 1)],
		...['-c', 'copy', '-f', 'mpegts', url],
	]);
	const done = finish(child);
	done.catch(() => {}); // awaited below
	await pause(settle_ms);
	const before = pids.map((pid) => cpu(pid));
	const at = performance.now();
	await pause(seconds * 1000);
	const took_s = (performance.now() - at) / 1000;
	const gbit = (took_s * 20.6) / 1000;
	const [all, ...rest] = pids.map((pid, i) => (cpu(pid) - before[i]) / gbit);
	await done;
	return { all, rest };
}

async function ours() {
	const dir = place();
	const weir = new Weir(dir, {
		WEIR_SRT: '127.0.0.1:0',
		WEIR_PIPELINES: join(dir, 'pipelines'),
	});
	mkdirSync(join(dir, 'pipelines'));
	const live = join(dir, 'pipelines', 'live');
	writeFileSync(live, '#!/bin/sh\nexec cat >"$WEIR_STATE/all.nut"\n');
	chmodSync(live, 0o755);
	await weir.up('logd');
	const key = weir.run('weir-channel', ['add', 'alice']).trim();
	const srtd = await weir.up('srtd');
	const { all } = await publish(
		`srt://${weir.address('srtd')}?streamid=${key}`,
		[srtd.pid],
	);
	const frames = weir.figure('srtd', 'weir_srt_frames_total');
	await weir.down();
	if (!(frames > 20 * seconds)) {
		throw new Error(`weir-srtd took ${frames} frames only`);
	}
	return { cpu: all };
}

async function theirs() {
	const port = await freePort();
	const file = join(place(), 'all.ts');
	// A file it writes only as its stdout.
	const server = start('sh', [
		'-c',
		`exec srt-live-transmit -q 'srt://127.0.0.1:${port}?mode=listener' file://con >${file}`,
	]);
	await until('the file', () => existsSync(file));
	await pause(1000);
	const { all } = await publish(`srt://127.0.0.1:${port}`, [server.pid]);
	await stop(server);
	return { cpu: all };
}

export async function srt() {
	const about = {
		id: 'srt-cpu',
		what: 'CPU seconds a Gbit over SRT, taken apart',
		peer: 'srt-live-transmit to a file',
	};
	if (!installed('srt-live-transmit')) {
		absent({ ...about, why: 'srt-tools is not installed' });
		return;
	}
	clip();
	const results = await interleave('srt', ours, theirs);
	claim(results, {
		...about,
		figure: 'cpu',
		unit: 's/Gbit',
		goal: 1.0,
		below: true,
		command: `ffmpeg -re of 20 Mbit/s for ${seconds} s`,
		note: 'weir-srtd and its pipeline, cat to a file | srt-live-transmit',
	});
}
