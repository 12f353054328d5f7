// The edge: segments and live playlists against nginx with the same bytes.
import { randomBytes, createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { busy, cpu, freePort, place, run } from './host.mjs';
import { http, nginx, version } from './nginx.mjs';
import { claim, interleave } from './report.mjs';
import { Weir } from './weir.mjs';

const seconds = Number(process.env.SECONDS_A_SIDE ?? 4);
const segment_bytes = 1 << 20;
const broadcast = 'b';
const window = 60;

// A broadcast that is live: what its pipeline would have said, and a file.
function story(now_us) {
	const at = (type, subject, data) => ({ type, subject, data });
	const segments = Array.from({ length: 2 * window }, (_, msn) =>
		at('SegmentReady', `broadcast/${broadcast}`, {
			broadcast,
			track: 'video',
			msn,
			run: 1,
			start_us: now_us - (2 * window - msn) * 1_000_000,
			duration_us: 1_000_000,
			bytes: segment_bytes,
			hash: createHash('sha256').update(String(msn)).digest('hex'),
			independent: true,
		}),
	);
	return [
		at('ChannelAdded', 'channel/alice', { name: 'alice' }),
		at('BroadcastStarted', 'live/alice', {
			channel: 'alice',
			broadcast,
			protocol: 'rtmp',
		}),
		at('TrackStarted', `broadcast/${broadcast}`, {
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
		}),
		...segments,
	];
}

// Requests for a while over connections that stay; what they cost.
function load(url, connections, pids) {
	const machine = busy();
	const server = cpu(...pids);
	const out = run('wrk', [
		...['-t', '1', '-c', String(connections), '-d', `${seconds}s`, url],
	]);
	const machine_s = busy() - machine;
	const server_s = cpu(...pids) - server;
	const requests = Number(/(\d+) requests in/.exec(out)[1]);
	const took = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]);
	const wrong = /Non-2xx|Socket errors/.exec(out);
	if (wrong !== null) {
		throw new Error(`${url}:\n${out}`);
	}
	return {
		rate: took,
		per_machine_s: requests / machine_s,
		per_server_s: requests / server_s,
	};
}

export async function edge() {
	const weir = new Weir();
	const www = place();
	const media = join(weir.env.WEIR_STATE, 'media', broadcast, 'video');
	const bytes = randomBytes(segment_bytes);
	mkdirSync(media, { recursive: true });
	writeFileSync(join(media, '119.m4s'), bytes);
	writeFileSync(join(www, '119.m4s'), bytes);
	await weir.up('logd');
	weir.append(story(Date.now() * 1000));
	const edged = await weir.up('edged');
	const base = `http://${weir.address('edged')}`;
	const playlist = `${base}/live/alice/video/index.m3u8`;
	const answer = await fetch(playlist);
	const text = await answer.text();
	if (answer.status !== 200 || !text.includes('119.m4s')) {
		throw new Error(`${playlist}: ${answer.status}\n${text}`);
	}
	writeFileSync(join(www, 'index.m3u8'), text);
	const port = await freePort();
	const server = await nginx(www, http(www, port));
	const peer = version();
	const other = `http://127.0.0.1:${port}`;
	const segment = `${base}/media/${broadcast}/video/119.m4s`;
	const row = (results, rest) => claim(results, { peer, ...rest });

	const large = await interleave(
		'segments of 1 MB',
		() => load(segment, 8, [edged.pid]),
		() => load(`${other}/119.m4s`, 8, [server.pid]),
	);
	const large_command = `wrk -t 1 -c 8 -d ${seconds}s /media/.../119.m4s`;
	row(large, {
		id: 'segment-machine',
		what: '1 MB segments a CPU second of the machine',
		figure: 'per_machine_s',
		unit: 'req',
		goal: 1.1,
		command: large_command,
	});
	row(large, {
		id: 'segment-rate',
		what: '1 MB segments/s',
		figure: 'rate',
		unit: 'req/s',
		command: large_command,
	});
	const small = await interleave(
		'live playlist',
		() => load(playlist, 16, [edged.pid]),
		() => load(`${other}/index.m3u8`, 16, [server.pid]),
	);
	const small_command = `wrk -t 1 -c 16 -d ${seconds}s /live/alice/video/index.m3u8 (${text.length} bytes)`;
	row(small, {
		id: 'playlist-rate',
		what: 'live playlists/s',
		figure: 'rate',
		unit: 'req/s',
		goal: 0.7,
		command: small_command,
	});
	row(small, {
		id: 'playlist-machine',
		what: 'live playlists a CPU second of the machine',
		figure: 'per_machine_s',
		unit: 'req',
		command: small_command,
	});
	row(small, {
		id: 'playlist-server',
		what: "live playlists a CPU second of the server's",
		figure: 'per_server_s',
		unit: 'req',
		command: small_command,
	});
	server.kill('SIGTERM');
	await weir.down();
}
