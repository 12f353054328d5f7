#!/usr/bin/env node
// A stand-in for weir-edged: the pages of .build/www, the API and live HLS
// with separate CMAF tracks, made once by ffmpeg.  Tests steer it in-process;
// by hand:
//
//	tests/browser/mock.mjs [--port 8090] [--clip FILE.mp4]...
//
// shows a few channels; GET /mock/CHANNEL/live and /mock/CHANNEL/end
// start and end their broadcasts.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Channel, Clip, cut } from './mock-channel.mjs';
import { health, look, token } from './mock-looks.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const csp =
	"default-src 'self'; media-src 'self' blob: data:; worker-src 'self' blob:; " +
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

const immutable = 'public, max-age=31536000, immutable';

// The keys of the headers CMCD-*, as they stand.
function measured(headers) {
	const text = Object.entries(headers)
		.filter(([name]) => name.startsWith('cmcd-'))
		.map(([, value]) => value)
		.join(',');
	return Object.fromEntries(
		[...text.matchAll(/([a-z]+)(?:=("[^"]*"|[^,]*))?/g)].map((m) => [
			m[1],
			m[2] ?? true,
		]),
	);
}

export class Mock {
	channels = new Map();
	// Every answered path, for tests to look at.
	requests = [];
	// And what the player told with each (CTA-5004).
	cmcd = [];
	clips = [];
	// [status, message] in answer to whoever wants to make a clip.
	refuseClips = null;
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

	broadcast(id) {
		return [...this.channels.values()]
			.flatMap((c) => c.broadcasts)
			.find((b) => b.id === id);
	}

	// What POST /api/clips does; an error message when it refuses.
	makeClip({ broadcast, from, to, title }) {
		const of = this.broadcast(broadcast);
		const second = (t) =>
			typeof t === 'string' ? (Date.parse(t) - of.firstAt) / 1000 : t;
		if (this.refuseClips) {
			return this.refuseClips;
		}
		if (of === undefined) {
			return [404, 'There is no such broadcast.'];
		}
		if (!(second(from) >= 0 && second(from) < second(to))) {
			return [422, 'A clip ends after it begins.'];
		}
		const clip = new Clip(of, second(from), second(to), title);
		this.clips.unshift(clip);
		return clip;
	}

	async #answer(req, res) {
		const { pathname, searchParams } = new URL(req.url, this.url);
		this.requests.push(pathname);
		this.cmcd.push({ path: pathname, ...measured(req.headers) });
		const send = (status, type, body, cache = 'no-store', more = {}) => {
			res.writeHead(status, {
				'content-type': type,
				'content-security-policy': csp,
				'x-content-type-options': 'nosniff',
				'cache-control': cache,
				...more,
			});
			res.end(body);
		};
		const reply = {
			send,
			json: (status, body, more) =>
				send(
					status,
					'application/json',
					JSON.stringify(body),
					'no-store',
					more,
				),
			error: (status, message) =>
				reply.json(status, { error: { status, message } }),
			playlist: (text) => send(200, 'application/vnd.apple.mpegurl', text),
		};
		const part = pathname.split('/').slice(1);
		switch (part[0]) {
			case 'api':
				return this.#api(req, part, searchParams, reply);
			case 'mock': {
				const channel = this.channels.get(part[1]);
				part[2] === 'live' ? channel.start() : channel.end();
				return reply.json(200, channel.json());
			}
			case 'live':
			case 'vod':
			case 'clip':
				if (
					await look(
						part[0] === 'live'
							? this.channels.get(part[1])?.current
							: this.broadcast(part[1]),
						part,
						(...what) => send(...what) ?? true,
					)
				) {
					return undefined;
				}
				if (part.length > 2) {
					return this.#stream(part, reply);
				}
				break;
			case 'media':
				return this.#media(part, reply);
			case 'assets':
				return this.#asset(part, reply);
		}
		const known = /^\/(@.*|vod\/.*|clip\/.*|studio\/.*)?$/.test(pathname);
		return send(
			known ? 200 : 404,
			types['.html'],
			await readFile(join(this.www, 'index.html')),
			'no-cache',
		);
	}

	async #api(req, part, query, { json, error }) {
		if (part[1] === 'clips' && req.method === 'POST') {
			let body = '';
			for await (const chunk of req) {
				body += chunk;
			}
			const made = this.makeClip(JSON.parse(body));
			return made instanceof Clip
				? json(201, made.json(), { location: `/api/clips/${made.id}` })
				: error(...made);
		}
		if (part[1] === 'clips') {
			const clip = this.clips.find((c) => c.id === part[2]);
			return clip
				? json(200, clip.json())
				: error(404, 'There is no such clip.');
		}
		if (part[1] === 'broadcasts') {
			const of = this.broadcast(part[2]);
			return of
				? json(200, of.json())
				: error(404, 'There is no such broadcast.');
		}
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
		const channel = this.channels.get(part[2]);
		if (channel === undefined) {
			return error(404, `There is no channel ${part[2]}.`);
		}
		const page = (all, id) => {
			const after = all.findIndex((x) => id(x) === query.get('before')) + 1;
			const limit = Number(query.get('limit') ?? 24);
			return all.slice(after, after + limit).map((x) => x.json());
		};
		switch (part[3]) {
			case 'broadcasts':
				return json(200, {
					broadcasts: page(channel.broadcasts, (b) => b.id),
				});
			case 'clips':
				return json(200, {
					clips: page(
						this.clips.filter((c) => c.broadcast.channel === channel),
						(c) => c.id,
					),
				});
			case 'health':
				return req.headers.authorization === `Bearer ${token}`
					? json(200, health(channel))
					: error(401, 'This takes a token for the role operator.');
			default:
				return json(200, channel.json());
		}
	}

	#stream([kind, name, track, file], { playlist, error }) {
		const clip = this.clips.find((c) => c.id === name);
		const of =
			kind === 'live'
				? this.channels.get(name)?.current
				: kind === 'clip'
					? clip?.broadcast
					: this.broadcast(name);
		if (of === undefined || of.ready === 0) {
			return error(404, 'There is no such stream.');
		}
		if (file === undefined) {
			return playlist(
				of.multivariant(kind === 'live' ? `?broadcast=${of.id}` : ''),
			);
		}
		return playlist(
			kind === 'live'
				? of.channel.playlist(track)
				: kind === 'clip'
					? of.playlist(track, Math.floor(clip.from), Math.ceil(clip.to), true)
					: of.playlist(track, 0, of.ready, !of.live),
		);
	}

	async #media(part, { send, error }) {
		const of = this.broadcast(part[1]);
		if (await look(of, part, (...what) => send(...what) ?? true)) {
			return undefined;
		}
		const m = /^(?:init-1|(\d+))\.(?:mp4|m4s)$/.exec(part[3] ?? '');
		if (of === undefined || m === null || Number(m[1] ?? 0) >= of.ready) {
			return error(404, 'There is no such segment.');
		}
		const { clip } = of.channel;
		const file =
			m[1] === undefined
				? `${part[2]}-init.mp4`
				: `${part[2]}-${Number(m[1]) % clip.segments}.m4s`;
		const bytes = await readFile(join(clip.out, file));
		return send(200, types[extname(file)], bytes, immutable);
	}

	async #asset(part, { send, error }) {
		if (!(await readdir(join(this.www, 'assets'))).includes(part[1])) {
			return error(404, 'There is no such file.');
		}
		return send(
			200,
			types[extname(part[1])] ?? 'application/octet-stream',
			await readFile(join(this.www, 'assets', part[1])),
			immutable,
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
	const alice = await add('alice', 'Alice by the river', a);
	alice.start(754);
	alice.looks = true;
	const bob = await add('bob', 'Frog pond, all day', b ?? a);
	bob.wasLive(3 * 86400, 5000);
	bob.wasLive(86400, 2900);
	bob.start(7500);
	bob.qualities = 3;
	bob.looks = true;
	bob.trouble = {
		keyframes: 'keyframes every 10 s: low latency wants 2 s or less',
		silence: 'no sound: silence',
	};
	(await add('carol', 'Carol', c ?? a)).wasLive(3 * 3600, 4000);
	for (const [from, to, title] of [
		[600, 642, 'The big jump'],
		[1200, 1230, ''],
	]) {
		mock.makeClip({ broadcast: bob.broadcasts[1].id, from, to, title });
	}
	(await add('dave', 'Dave plays old games', a)).wasLive(2 * 86400, 4000);
	await add('erin', 'Erin', a);
	process.on('SIGINT', () => void mock.close().then(() => process.exit(0)));
	process.on('SIGTERM', () => void mock.close().then(() => process.exit(0)));
	console.log(mock.url);
}
