// What the mock of weir-edged shows: channels, their broadcasts, clips of these.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

// The mock's time: tests let hours pass.
export const time = {
	ahead_ms: 0,
	now: () => Date.now() + time.ahead_ms,
	pass: (seconds) => (time.ahead_ms += seconds * 1000),
};

const iso = (ms) => new Date(ms).toISOString().replace('Z', '000Z');

// One clip as two tracks of segments of a second, in a directory of its own.
export async function cut(dir, clip) {
	const input =
		clip === undefined
			? [
					...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=60'],
					...['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=60'],
				]
			: ['-i', clip];
	const out = await mkdtemp(join(dir, 'clip-'));
	const hls = (track) => [
		...['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0'],
		...['-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod'],
		...['-hls_fmp4_init_filename', `${track}-init.mp4`],
		...['-hls_segment_filename', join(out, `${track}-%d.m4s`)],
		join(out, `${track}.m3u8`),
	];
	await run('ffmpeg', [
		...['-v', 'error', '-nostdin', ...input],
		...['-map', '0:v', ...(clip ? [] : ['-map', '1:a'])].slice(0, 2),
		...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30'],
		...['-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-b:v', '1M'],
		...hls('video'),
		...['-map', clip === undefined ? '1:a' : '0:a'],
		...['-c:a', 'aac', '-ar', '48000', '-ac', '2', '-b:a', '96k'],
		...hls('audio'),
	]);
	const { stdout } = await run('ffprobe', [
		...['-v', 'error', '-select_streams', 'v', '-of', 'json'],
		...['-show_entries', 'stream=width,height', join(out, 'video.m3u8')],
	]);
	const { width, height } = JSON.parse(stdout).streams[0];
	const tracks = {};
	for (const track of ['video', 'audio']) {
		const text = await readFile(join(out, `${track}.m3u8`), 'utf8');
		tracks[track] = [...text.matchAll(/#EXTINF:([\d.]+)/g)].map((m) =>
			Number(m[1]),
		);
	}
	const segments = Math.min(tracks.video.length, tracks.audio.length);
	return { out, tracks, segments, width, height };
}

// From one start to its end; a segment a second.
class Broadcast {
	id = randomUUID();
	live = true;
	endedAt = 0;
	interruptedAt = 0;

	constructor(channel, startedAt) {
		this.channel = channel;
		this.startedAt = startedAt;
		// An interruption moves the start, so to say, but not what was recorded.
		this.firstAt = startedAt;
	}

	// How many segments are complete.
	get ready() {
		if (this.channel.held && this.live) {
			return 0;
		}
		const until = this.live ? this.interruptedAt || time.now() : this.endedAt;
		return Math.floor((until - this.startedAt) / 1000);
	}

	get preview() {
		const media = `/media/${this.id}/video`;
		return this.ready > 0
			? {
					init: `${media}/init-1.mp4`,
					segment: `${media}/${this.ready - 1}.m4s`,
				}
			: null;
	}

	get tracks() {
		const { width, height } = this.channel.clip;
		return [
			{
				...{ name: 'video', kind: 'video', codecs: 'avc1.42c01e' },
				...{ width, height, frame_rate: 30 },
			},
			{
				...{ name: 'audio', kind: 'audio', codecs: 'mp4a.40.2' },
				...{ sample_rate: 48000, channels: 2 },
			},
		];
	}

	json() {
		return {
			broadcast: this.id,
			channel: this.channel.name,
			title: this.channel.title,
			live: this.live,
			since: iso(this.startedAt),
			ended: this.live ? null : iso(this.endedAt),
			duration: this.ready,
			playlist: `/vod/${this.id}/index.m3u8`,
			manifest: `/vod/${this.id}/manifest.mpd`,
			download: this.live ? null : `/vod/${this.id}.mp4`,
			preview: this.preview,
			thumbnail: this.channel.looks ? `/vod/${this.id}/thumb.webp` : null,
			storyboard:
				this.channel.looks && !this.live
					? `/vod/${this.id}/storyboard.vtt`
					: null,
			tracks: this.tracks,
		};
	}

	// The qualities are the same pictures under several names.
	multivariant(query) {
		const { width, height } = this.channel.clip;
		const lines = [
			'#EXTM3U',
			'#EXT-X-VERSION:7',
			'#EXT-X-INDEPENDENT-SEGMENTS',
			'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,' +
				`AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8${query}"`,
		];
		for (let i = 0; i < this.channel.qualities; i++) {
			lines.push(
				`#EXT-X-STREAM-INF:BANDWIDTH=${1500000 >> i},` +
					'CODECS="avc1.42c01e,mp4a.40.2",' +
					`RESOLUTION=${width >> i}x${height >> i},FRAME-RATE=30,` +
					'AUDIO="audio"',
				`video${i === 0 ? '' : i + 1}/index.m3u8${query}`,
			);
		}
		return [...lines, ''].join('\n');
	}

	// The clip is played again and again, with a discontinuity between; of it
	// the segments from FIRST on, before LAST.
	playlist(track, first, last, over) {
		const kind = track.replace(/\d+$/, '');
		const n = this.channel.clip.segments;
		const lines = [
			'#EXTM3U',
			'#EXT-X-VERSION:7',
			'#EXT-X-TARGETDURATION:1',
			`#EXT-X-MEDIA-SEQUENCE:${first}`,
			`#EXT-X-DISCONTINUITY-SEQUENCE:${Math.floor(Math.max(0, first - 1) / n)}`,
			'#EXT-X-INDEPENDENT-SEGMENTS',
		];
		for (let msn = first; msn < last; msn++) {
			if (msn > 0 && msn % n === 0) {
				lines.push('#EXT-X-DISCONTINUITY');
			}
			if (msn === first || msn % n === 0) {
				lines.push(`#EXT-X-MAP:URI="/media/${this.id}/${kind}/init-1.mp4"`);
			}
			const at = new Date(this.firstAt + msn * 1000).toISOString();
			lines.push(
				`#EXT-X-PROGRAM-DATE-TIME:${at}`,
				`#EXTINF:${this.channel.clip.tracks[kind][msn % n].toFixed(5)},`,
				`/media/${this.id}/${kind}/${msn}.m4s`,
			);
		}
		if (over) {
			lines.push('#EXT-X-ENDLIST');
		}
		return `${lines.join('\n')}\n`;
	}
}

export class Channel {
	// Live, but without a segment so far.
	held = false;
	// How many segments a live playlist holds.
	window = Infinity;
	qualities = 1;
	// Whether there are pictures of it, made by the server.
	looks = false;
	// Newest first.
	broadcasts = [];

	constructor(name, title, clip) {
		Object.assign(this, { name, title, clip });
	}

	get current() {
		return this.broadcasts[0];
	}

	get broadcast() {
		return this.current?.id ?? null;
	}

	get ready() {
		return this.current?.ready ?? 0;
	}

	get live() {
		return this.current?.live ?? false;
	}

	// Go live; AGE_S seconds of it are there already.
	start(age_s = 5) {
		this.broadcasts.unshift(new Broadcast(this, time.now() - age_s * 1000));
	}

	// The encoder is gone: nothing comes until resume(), or end().
	interrupt() {
		this.current.interruptedAt = time.now();
	}

	resume() {
		const now = this.current;
		now.startedAt += time.now() - now.interruptedAt;
		now.interruptedAt = 0;
	}

	end() {
		const now = this.current;
		now.live = false;
		now.endedAt = now.interruptedAt || time.now();
		now.interruptedAt = 0;
	}

	// A broadcast that was over SECONDS ago.
	wasLive(seconds, length_s = 3600) {
		this.start(seconds + length_s);
		this.current.live = false;
		this.current.endedAt = time.now() - seconds * 1000;
	}

	json() {
		const now = this.current;
		return {
			name: this.name,
			title: this.title,
			live: this.live,
			broadcast: this.broadcast,
			since: now ? iso(now.startedAt) : null,
			ended: now && !now.live ? iso(now.endedAt) : null,
			interrupted: now !== undefined && now.interruptedAt > 0,
			interrupted_since: now?.interruptedAt ? iso(now.interruptedAt) : null,
			encoder: 'mock',
			playlist: now ? `/live/${this.name}/index.m3u8` : null,
			preview: now?.preview ?? null,
			thumbnail: this.looks && now ? `/live/${this.name}/thumb.webp` : null,
			tracks: now?.tracks ?? [],
		};
	}

	multivariant() {
		return this.current.multivariant(`?broadcast=${this.broadcast}`);
	}

	playlist(track) {
		const last = this.ready;
		const first = Math.max(0, last - this.window);
		return this.current.playlist(track, first, last, !this.live);
	}
}

export class Clip {
	id = randomUUID().slice(0, 13);
	created = time.now();

	constructor(broadcast, from, to, title) {
		Object.assign(this, { broadcast, from, to, title });
	}

	json() {
		return {
			clip: this.id,
			broadcast: this.broadcast.id,
			channel: this.broadcast.channel.name,
			title: this.title,
			from: this.from,
			to: this.to,
			duration: this.to - this.from,
			created: iso(this.created),
			playlist: `/clip/${this.id}/index.m3u8`,
			manifest: `/clip/${this.id}/manifest.mpd`,
			download: `/clip/${this.id}.mp4`,
		};
	}
}
