// A ladder of 1080p30 to 720p, 480p and 360p: processor time against what its
// works cost alone, one ffmpeg with a split, and three ffmpegs; how the
// pictures look beside theirs; how long a frame takes.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { bin, built, place, root, run } from './host.mjs';
import { alone, claim, interleaveAll, progress, rounds } from './report.mjs';

const seconds = 10;
const rate = 30;
const preset = 'veryfast';
const rungs = [
	{ size: '1280:720', name: '720p', kbit: 2800 },
	{ size: '854:480', name: '480p', kbit: 1400 },
	{ size: '640:360', name: '360p', kbit: 800 },
];
const policy = ['source', ...rungs.map((r) => r.name)].join(',');
const footage = join(root, 'tests', 'data', 'frog.mp4');

// Nine times the footage, each a little later, side by side: as much detail
// as a camera of that size gives.  Without B-frames, as live encoders send it.
function clip() {
	const file = join(built, 'hd.mp4');
	if (existsSync(file)) {
		return file;
	}
	progress('making the clip');
	mkdirSync(built, { recursive: true });
	const inputs = Array.from({ length: 9 }, (_, i) => [
		...['-ss', `0.${i}`, '-stream_loop', '-1', '-i', footage],
	]).flat();
	run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-y', ...inputs, '-t', String(seconds)],
		...['-filter_complex', 'xstack=inputs=9:grid=3x3,scale=1920:1080,setsar=1'],
		...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '6M', '-r', '30'],
		...[
			'-g',
			'60',
			'-sc_threshold',
			'0',
			'-bf',
			'0',
			'-pix_fmt',
			'yuv420p',
			'-an',
		],
		...['-f', 'mp4', `${file}.tmp`],
	]);
	renameSync(`${file}.tmp`, file);
	return file;
}

// The clip on a pipe, as weir-rtmpd would write it.
function nut() {
	const file = join(built, 'hd.nut');
	const input = clip();
	if (!existsSync(file)) {
		run('ffmpeg', [
			...['-v', 'error', '-nostdin', '-y', '-i', input],
			...['-c', 'copy', '-f', 'nut', `${file}.tmp`],
		]);
		renameSync(`${file}.tmp`, file);
	}
	return file;
}

// Seconds of processor time, user's and system's, of a shell command.
function cpu(command) {
	const told = run('bash', [
		'-c',
		`set -euo pipefail; TIMEFORMAT='%3U %3S'; { time { ${command}; } 2>/dev/null; } 2>&1`,
	]);
	const [user, system] = told.trim().split('\n').at(-1).split(' ').map(Number);
	return user + system;
}

const encoder = ({ kbit }, stream = '') =>
	`-c:v${stream} libx264 -b:v${stream} ${kbit}k -maxrate:v${stream} ${(kbit * 5) / 4}k ` +
	`-bufsize:v${stream} ${(kbit * 5) / 4}k`;
const same =
	`-preset ${preset} -tune zerolatency -threads 1 -g 1073741824 ` +
	`-x264-params scenecut=0:force-cfr=1 -forced-idr 1 -force_key_frames source`;

const ours = (file) =>
	`${bin}/weir-transcode --threads 1 --preset ${preset} --ladder ${policy} <${nut()} >${file}`;

// One ffmpeg: the source passes, its pictures are scaled once for each rung.
function split(file) {
	const names = rungs.map((_, i) => `[s${i}]`).join('');
	const scales = rungs.map(({ size }, i) => `[s${i}]scale=${size}[r${i}]`);
	return (
		`ffmpeg -v error -nostdin -y -threads 1 -i ${nut()} -filter_complex_threads 1 ` +
		`-filter_complex '[0:v]split=${rungs.length}${names};${scales.join(';')}' ` +
		`-map 0:v -c:v:0 copy ${rungs.map((_, i) => `-map '[r${i}]'`).join(' ')} ` +
		`${rungs.map((r, i) => encoder(r, `:${i + 1}`)).join(' ')} ${same} ` +
		`-f nut -write_index 0 ${file}`
	);
}

const separate = (dir) =>
	rungs
		.map(
			(r, i) =>
				`ffmpeg -v error -nostdin -y -threads 1 -i ${nut()} -map 0:v -filter_threads 1 ` +
				`-vf scale=${r.size} ${encoder(r)} ${same} -f nut -write_index 0 ${dir}/${i}.nut`,
		)
		.join('; ');

const least = () =>
	JSON.parse(
		run(join(built, 'rungs'), [
			...[clip(), String(seconds * rate), preset],
			...rungs.map(({ name, kbit }) => `${name.slice(0, -1)}:${kbit}`),
		]),
	).sum;

// How much the rungs in FILE are like the source, scaled: SSIM of each.
function likeness(file) {
	return rungs.map(({ size }, i) => {
		const told = run('bash', [
			'-c',
			`cat ${file} | ffmpeg -v info -i - -i ${clip()} -filter_complex ` +
				`'[0:v:${i + 1}]setpts=N/30/TB[a];[1:v]scale=${size},setpts=N/30/TB[b];[a][b]ssim' ` +
				`-f null - 2>&1 | sed -n 's/.*All:\\([0-9.]*\\).*/\\1/p'`,
		]);
		return Number(told);
	});
}

const lag = () =>
	JSON.parse(
		run(join(built, 'lag'), [
			...[clip(), `${bin}/weir-transcode`, '--live'],
			...['--preset', preset, '--ladder', policy],
		]),
	);

export async function ladder() {
	const dir = place(join(root, '.build'));
	nut();
	const results = await interleaveAll('ladder', {
		ours: () => ({ cpu: cpu(ours(`${dir}/ours.nut`)) }),
		least: () => ({ cpu: least() }),
		split: () => ({ cpu: cpu(split(`${dir}/split.nut`)) }),
		separate: () => ({ cpu: cpu(separate(dir)) }),
	});
	const what = `processor time of 1080p30 to 720p, 480p, 360p, ${seconds} s`;
	const command = ours('/dev/null');
	for (const [against, peer, goal, note] of [
		[
			'least',
			'each work alone',
			1.03,
			'rungs.c: decode, cascade, encodes, timed one by one',
		],
		['split', 'ffmpeg, split', 0.97, split('out.nut')],
		['separate', 'three ffmpegs', 0.77, separate('.')],
	]) {
		claim(results, {
			id: `ladder-cpu-${against}`,
			what,
			figure: 'cpu',
			unit: 's',
			below: true,
			against,
			peer,
			goal,
			command,
			note,
		});
	}
	progress('comparing pictures');
	const mine = likeness(`${dir}/ours.nut`);
	const theirs = likeness(`${dir}/split.nut`);
	alone([Math.max(...mine.map((v, i) => theirs[i] - v), 0.000001)], {
		id: 'ladder-ssim',
		what: 'SSIM lost against ffmpeg with a split, the worst rung',
		unit: '',
		below: true,
		goal: 0.002,
		command,
		reference: `${mine.map((v) => v.toFixed(4))} | ${theirs.map((v) => v.toFixed(4))}`,
	});
	const lags = [];
	for (let i = 0; i < rounds; i++) {
		progress(`latency: round ${i + 1} of ${rounds}`);
		lags.push(lag());
	}
	alone(
		lags.map((l) => l.p99),
		{
			id: 'ladder-latency',
			what: 'frame in to frame out of all rungs, p99',
			unit: 'ms',
			below: true,
			goal: 150,
			command: `lag hd.mp4 weir-transcode --live --preset ${preset} --ladder ${policy}`,
			reference: `p50 ${lags.map((l) => l.p50.toFixed(0))} ms`,
		},
	);
}
