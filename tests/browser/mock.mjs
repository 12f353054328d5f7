#!/usr/bin/env node
// A stand-in for weir-edged: the pages of .build/www, the API and live HLS
// with separate CMAF tracks, made once by ffmpeg.  Tests steer it in-process;
// by hand:
//
//	tests/browser/mock.mjs [--port 8090] [--clip FILE.mp4]...
//
// shows a few channels; GET /mock/CHANNEL/live and /mock/CHANNEL/end
// start and end their broadcasts.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const window_segments = 45;

export const csp =
	"default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; " +
	"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"connect-src 'self'";

const types = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.mp4': 'video/mp4',
	'.m4s': 'video/iso.segment',
};

// One clip as two tracks of segments of a second, in a directory of its own.
async function cut(dir, clip) {
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

class Channel {
	constructor(name, title, clip) {
		Object.assign(this, { name, title, clip });
		this.broadcast = null;
		this.startedAt = 0;
		this.endedAt = 0;
		this.live = false;
		this.interruptedAt = 0;
		// Live, but without a segment so far.
		this.held = false;
	}

	// Go live; AGE_S seconds of it are there already.
	start(age_s = 5) {
		this.broadcast = randomUUID();
		this.startedAt = Date.now() - age_s * 1000;
		this.firstSegmentAt = this.startedAt;
		this.live = true;
	}

	// The encoder is gone: nothing comes until resume(), or end().
	interrupt() {
		this.interruptedAt = Date.now();
	}

	resume() {
		this.startedAt += Date.now() - this.interruptedAt;
		this.interruptedAt = 0;
	}

	end() {
		this.live = false;
		this.endedAt = this.interruptedAt || Date.now();
		this.interruptedAt = 0;
	}

	// A broadcast that was over SECONDS ago.
	wasLive(seconds, length_s = 3600) {
		this.start(seconds + length_s);
		this.live = false;
		this.endedAt = Date.now() - seconds * 1000;
	}

	// How many segments are complete.
	get ready() {
		if (this.held) {
			return 0;
		}
		const until = this.live ? this.interruptedAt || Date.now() : this.endedAt;
		return Math.floor((until - this.startedAt) / 1000);
	}

	json() {
		const newest = this.ready - 1;
		const media = `/media/${this.broadcast}/video`;
		const iso = (ms) => new Date(ms).toISOString().replace('Z', '000Z');
		return {
			name: this.name,
			title: this.title,
			live: this.live,
			broadcast: this.broadcast,
			since: this.broadcast && iso(this.startedAt),
			ended: this.broadcast && !this.live ? iso(this.endedAt) : null,
			interrupted: this.interruptedAt > 0,
			interrupted_since: this.interruptedAt ? iso(this.interruptedAt) : null,
			encoder: 'mock',
			playlist: this.broadcast && `/live/${this.name}/index.m3u8`,
			preview:
				this.broadcast && newest >= 0
					? { init: `${media}/init-1.mp4`, segment: `${media}/${newest}.m4s` }
					: null,
			tracks: this.broadcast
				? [
						{
							name: 'video',
							kind: 'video',
							codecs: 'avc1.42c01e',
							width: this.clip.width,
							height: this.clip.height,
							frame_rate: 30,
						},
						{
							name: 'audio',
							kind: 'audio',
							codecs: 'mp4a.40.2',
							sample_rate: 48000,
							channels: 2,
						},
					]
				: [],
		};
	}

	multivariant() {
		const q = `?broadcast=${this.broadcast}`;
		return [
			'#EXTM3U',
			'#EXT-X-VERSION:7',
			'#EXT-X-INDEPENDENT-SEGMENTS',
			'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,' +
				`AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8${q}"`,
			'#EXT-X-STREAM-INF:BANDWIDTH=1500000,CODECS="avc1.42c01e,mp4a.40.2",' +
				`RESOLUTION=${this.clip.width}x${this.clip.height},FRAME-RATE=30,` +
				'AUDIO="audio"',
			`video/index.m3u8${q}`,
			'',
		].join('\n');
	}

	// The clip is played again and again, with a discontinuity between.
	playlist(track) {
		const n = this.clip.segments;
		const last = this.ready;
		const first = Math.max(0, last - window_segments);
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
				lines.push(
					`#EXT-X-MAP:URI="/media/${this.broadcast}/${track}/init-1.mp4"`,
				);
			}
			const at = new Date(this.firstSegmentAt + msn * 1000).toISOString();
			lines.push(
				`#EXT-X-PROGRAM-DATE-TIME:${at}`,
				`#EXTINF:${this.clip.tracks[track][msn % n].toFixed(5)},`,
				`/media/${this.broadcast}/${track}/${msn}.m4s`,
			);
		}
		if (!this.live) {
			lines.push('#EXT-X-ENDLIST');
		}
		return `${lines.join('\n')}\n`;
	}
}

export class Mock {
	channels = new Map();
	// Every answered path, for tests to look at.
	requests = [];
	#clips = new Map();

	static async open({ www = join(root, '.build/www'), port = 0 } = {}) {
		const mock = new Mock();
		mock.www = resolve(www);
		mock.dir = await mkdtemp(join(tmpdir(), 'weir-mock-'));
		mock.port = port;
		await mock.up();
		return mock;
	}

	async add(name, { title = name, clip } = {}) {
		if (!this.#clips.has(clip)) {
			this.#clips.set(clip, cut(this.dir, clip));
		}
		const channel = new Channel(name, title, await this.#clips.get(clip));
		this.channels.set(name, channel);
		return channel;
	}

	get url() {
		return `http://127.0.0.1:${this.port}`;
	}

	// Listen, on the port of before if there was one.
	async up() {
		this.server = createServer((req, res) => {
			this.#answer(req, res).catch((e) => {
				res.writeHead(500).end(String(e));
			});
		});
		await new Promise((ok, no) => {
			this.server.once('error', no).listen(this.port, '127.0.0.1', ok);
		});
		this.port = this.server.address().port;
	}

	// Be gone, as a server that was killed.
	async down() {
		const closed = new Promise((ok) => this.server.close(ok));
		this.server.closeAllConnections();
		await closed;
	}

	async close() {
		await this.down();
		await rm(this.dir, { recursive: true, force: true });
	}

	async #answer(req, res) {
		const { pathname } = new URL(req.url, this.url);
		this.requests.push(pathname);
		const send = (status, type, body, cache = 'no-store') => {
			res.writeHead(status, {
				'content-type': type,
				'content-security-policy': csp,
				'x-content-type-options': 'nosniff',
				'cache-control': cache,
			});
			res.end(body);
		};
		const json = (status, body) =>
			send(status, 'application/json', JSON.stringify(body));
		const immutable = 'public, max-age=31536000, immutable';
		const missing = (message) => json(404, { error: { status: 404, message } });

		const part = pathname.split('/').slice(1);
		const channel = this.channels.get(part[part[0] === 'api' ? 2 : 1]);
		if (part[0] === 'api' && part[1] === 'channels') {
			if (part.length === 2) {
				const all = [...this.channels.values()].map((c) => c.json());
				all.sort(
					(a, b) =>
						Number(b.live) - Number(a.live) ||
						(b.since ?? '').localeCompare(a.since ?? '') ||
						a.name.localeCompare(b.name),
				);
				return json(200, { channels: all });
			}
			return channel === undefined
				? missing(`There is no channel ${part[2]}.`)
				: json(200, channel.json());
		}
		if (part[0] === 'mock' && channel !== undefined) {
			part[2] === 'live' ? channel.start() : channel.end();
			return json(200, channel.json());
		}
		if (part[0] === 'live' && channel?.ready > 0) {
			return send(
				200,
				'application/vnd.apple.mpegurl',
				part.length === 3 ? channel.multivariant() : channel.playlist(part[2]),
			);
		}
		if (part[0] === 'media') {
			const of = [...this.channels.values()].find(
				(c) => c.broadcast === part[1],
			);
			const m = /^(?:init-1|(\d+))\.(?:mp4|m4s)$/.exec(part[3] ?? '');
			if (of === undefined || m === null || Number(m[1] ?? 0) >= of.ready) {
				return missing('There is no such segment.');
			}
			const file =
				m[1] === undefined
					? `${part[2]}-init.mp4`
					: `${part[2]}-${Number(m[1]) % of.clip.segments}.m4s`;
			return send(
				200,
				types[extname(file)],
				await readFile(join(of.clip.out, file)),
				immutable,
			);
		}
		if (part[0] === 'assets') {
			if (!(await readdir(join(this.www, 'assets'))).includes(part[1])) {
				return missing('There is no such file.');
			}
			return send(
				200,
				types[extname(part[1])] ?? 'application/octet-stream',
				await readFile(join(this.www, 'assets', part[1])),
				immutable,
			);
		}
		const known = pathname === '/' || pathname.startsWith('/@');
		return send(
			known ? 200 : 404,
			types['.html'],
			await readFile(join(this.www, 'index.html')),
			'no-cache',
		);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8090' },
			clip: { type: 'string', multiple: true, default: [] },
			www: { type: 'string' },
		},
	});
	const mock = await Mock.open({
		port: Number(values.port),
		...(values.www ? { www: values.www } : {}),
	});
	const [a, b, c] = values.clip;
	const add = async (name, title, clip) => mock.add(name, { title, clip });
	(await add('alice', 'Alice by the river', a)).start(754);
	(await add('bob', 'Frog pond, all day', b ?? a)).start(7500);
	(await add('carol', 'Carol', c ?? a)).wasLive(3 * 3600, 4000);
	(await add('dave', 'Dave plays old games', a)).wasLive(2 * 86400, 4000);
	await add('erin', 'Erin', a);
	process.on('SIGINT', () => void mock.close().then(() => process.exit(0)));
	process.on('SIGTERM', () => void mock.close().then(() => process.exit(0)));
	console.log(mock.url);
}
