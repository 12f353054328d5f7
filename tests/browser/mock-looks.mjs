// What weir-thumb would have made of the mock's channels: pictures and
// storyboards; and how a channel is doing, as weir-edged would tell operators.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const token = 'a.good.token';

const cell = { width: 192, height: 108, columns: 10 };
const interval_s = 2;
const made = new Map();

// A picture and a sheet of CLIP, made once.
function pictures(clip) {
	const still = join(clip.out, 'thumb.webp');
	const sheet = join(clip.out, 'board.webp');
	const ffmpeg = (...more) =>
		run('ffmpeg', [
			...['-v', 'error', '-nostdin', '-y'],
			...['-i', join(clip.out, 'video.m3u8'), ...more],
		]);
	const { width, height, columns } = cell;
	made.set(
		clip,
		made.get(clip) ??
			Promise.all([
				ffmpeg(...['-frames:v', '1', '-vf', 'scale=640:-2'], still),
				ffmpeg(
					...['-frames:v', '1', '-vf'],
					`fps=1/${interval_s},scale=${width}:${height},tile=${columns}x10`,
					sheet,
				),
			]),
	);
	return made.get(clip).then(() => ({ still, sheet }));
}

const time = (s) =>
	[s / 3600, (s / 60) % 60, s % 60]
		.map((n) => String(Math.floor(n)).padStart(2, '0'))
		.join(':') + '.000';

// The storyboard of broadcast OF, whose clip plays again and again.
function storyboard(of) {
	const { width, height, columns } = cell;
	const each = Math.max(1, Math.floor(of.channel.clip.segments / interval_s));
	const cues = Array.from(
		{ length: Math.ceil(of.ready / interval_s) },
		(_, i) => {
			const at = i % each;
			const x = (at % columns) * width;
			const y = Math.floor(at / columns) * height;
			const from = i * interval_s;
			return (
				`${time(from)} --> ${time(from + interval_s)}\n` +
				`/media/${of.id}/thumb/board-0.webp#xywh=${x},${y},${width},${height}\n`
			);
		},
	);
	return ['WEBVTT\n', ...cues].join('\n');
}

// The answer to PART of a path about broadcast OF, or undefined.
export async function look(of, part, send) {
	if (!of?.channel.looks || of.ready === 0) {
		return undefined;
	}
	if (part[2] === 'storyboard.vtt' && !of.live) {
		return send(200, 'text/vtt; charset=utf-8', storyboard(of));
	}
	const { still, sheet } = await pictures(of.channel.clip);
	if (part[2] === 'thumb.webp') {
		return send(200, 'image/webp', await readFile(still), 'public, max-age=5');
	}
	return part[2] === 'thumb' && part[3] === 'board-0.webp'
		? send(200, 'image/webp', await readFile(sheet), 'public, max-age=60')
		: undefined;
}

// How CHANNEL is doing: well, unless its field "trouble" says what is wrong.
export function health(channel) {
	const now = channel.json();
	const trouble = channel.trouble ?? {};
	const warnings = Object.entries(trouble).map(([code, message]) => ({
		code,
		message,
	}));
	const wave = (i, of, by) => of + by * Math.sin(i / 5) * Math.cos(i / 17);
	const samples = Array.from(
		{ length: now.live ? Math.min(90, channel.current.ready >> 1) : 0 },
		(_, i) => ({
			time: new Date(Date.now() - (90 - i) * 2000).toISOString(),
			bit_rate: Math.round(wave(i, 4.6e6, 9e5)),
			frame_rate: i === 30 ? 24.5 : 30,
			keyframe_interval: 'keyframes' in trouble ? 10 : 2,
			dropped: 'dropped' in trouble && i > 80 ? i % 3 : 0,
			rms_dbfs: 'silence' in trouble ? -120 : wave(i, -21, 5),
			peak_dbfs: 'silence' in trouble ? -120 : wave(i, -5, 3),
			viewers: Math.round(Math.max(0, wave(i, 14 + i / 9, 6))),
		}),
	);
	return {
		channel: now.name,
		live: now.live,
		broadcast: now.broadcast,
		since: now.live ? now.since : null,
		interrupted: now.interrupted,
		viewers: samples.at(-1)?.viewers ?? 0,
		samples,
		loudness: now.live
			? Array.from({ length: 20 }, (_, i) =>
					'silence' in trouble ? -120 : wave(i * 3, -22, 12),
				)
			: [],
		warnings: now.live ? warnings : [],
	};
}
