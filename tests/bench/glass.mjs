// Glass to glass: from a picture being painted to its being on the screen, with
// an encoder, the daemons and a browser on one machine.  Beside our page the
// same browser shows what nginx's RTMP module makes of the same encoder's output,
// HLS of segments of a second, in hls.js with its defaults.  Then the encoder is
// killed, and another comes after three seconds.  Last, one encoder of 360p
// publishes to two channels: one as it is, one through a ladder that leaves
// nothing as it came, again side by side.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser } from '../browser/browser.mjs';
import { built, freePort, place, root, start, stop, until } from './host.mjs';
import { http, nginx, version } from './nginx.mjs';
import {
	alone,
	claim,
	median,
	percentile,
	progress,
	rounds,
} from './report.mjs';
import { Screen } from './screen.mjs';
import { Weir } from './weir.mjs';

const seconds = Number(process.env.GLASS_SECONDS ?? 20);
const settle_ms = 10_000;
const away_ms = 3000;
const patience_ms = 30_000;
// A picture that stays for that long has stopped.
const still_ms = 250;
const ladder = '360p,240p,144p';
const ladder_source = 'scale=640:360:flags=neighbor';
const hls = join(root, 'src', 'web', 'node_modules', 'hls.js', 'dist');

const player = `<!doctype html><title>hls.js</title>
<video muted autoplay></video><script src="hls.min.js"></script><script>
const hls = new Hls();
hls.loadSource('hls/alice.m3u8');
hls.attachMedia(document.querySelector('video'));
hls.on(Hls.Events.ERROR, (_, data) => {
	if (data.fatal) setTimeout(() => hls.loadSource('hls/alice.m3u8'), 500);
});
</script>`;

async function peer() {
	const dir = place();
	const rtmp = await freePort();
	const port = await freePort();
	mkdirSync(join(dir, 'hls'));
	copyFileSync(join(hls, 'hls.min.js'), join(dir, 'hls.min.js'));
	writeFileSync(join(dir, 'index.html'), player);
	const server = await nginx(
		dir,
		`rtmp { server {
	listen 127.0.0.1:${rtmp};
	application live { live on; hls on; hls_path ${dir}/hls; hls_fragment 1s; }
} }
${http(dir, port).replace('types {', 'types { text/html html; text/javascript js; video/mp2t ts;')}`,
		{ rtmp: true, workers: 1 },
	);
	return {
		server,
		ingest: `rtmp://127.0.0.1:${rtmp}/live/alice`,
		url: `http://127.0.0.1:${port}/index.html`,
	};
}

// A camera and an encoder that publishes to all of URLS, its pictures seen through
// FILTER; `first` is when the first picture was painted, `pid` the encoder.
async function publish(urls, filter = 'null') {
	const clock = start(join(built, 'clock'), [
		...'ffmpeg -v error -f rawvideo -pix_fmt yuv420p -s 320x180 -r 30'.split(
			' ',
		),
		...'-i pipe:0 -f lavfi -i anullsrc=r=48000:cl=stereo'.split(' '),
		...`-map 0:v -map 1:a -vf ${filter} -c:v libx264 -preset ultrafast`.split(
			' ',
		),
		...'-tune zerolatency -g 30 -c:a aac -flags +global_header'.split(' '),
		...['-f', 'tee', urls.map((url) => `[f=flv]${url}`).join('|')],
	]);
	await until('a picture', () => /\d \d+\n/.test(clock.said));
	const [pid, first] = clock.said.split(/\s/).map(Number);
	return { clock, pid, first };
}

async function instance(env = {}) {
	const pipelines = { WEIR_PIPELINES: `${root}/pipelines` };
	const weir = new Weir(place(), { ...pipelines, ...env });
	for (const name of ['logd', 'rtmpd', 'edged']) {
		await weir.up(name);
	}
	return weir;
}

const looks = (screen) =>
	until('pictures on the screen', () => screen.look(), patience_ms);

function figures(shown) {
	const delays = shown.map(({ at, painted }) => at - painted);
	const gaps = shown.slice(1).map(({ at }, i) => at - shown[i].at);
	return {
		p50: percentile(delays, 0.5),
		p95: percentile(delays, 0.95),
		stalls: gaps.filter((gap) => gap > still_ms).length,
		longest: Math.max(...gaps),
		pictures: shown.length,
	};
}

// How long after FIRST was painted something of since then was on SCREEN;
// Infinity when that did not come to pass.
async function returned(screen, first) {
	const end = performance.now() + patience_ms;
	while (performance.now() < end) {
		const found = (await screen.shown()).find((p) => p.painted >= first);
		if (found !== undefined) {
			return found.at - first;
		}
		await pause(100);
	}
	return Infinity;
}

// What both screens show, from when they have settled on.
async function watch(...screens) {
	await pause(settle_ms);
	await Promise.all(screens.map((screen) => screen.shown()));
	await pause(seconds * 1000);
	return (await Promise.all(screens.map((screen) => screen.shown()))).map(
		figures,
	);
}

async function round() {
	const weir = await instance();
	const other = await peer();
	const key = weir.run('weir-channel', ['add', 'alice']).trim();
	const ingest = `rtmp://${weir.address('rtmpd')}/live/${key}`;
	let encoder = await publish([ingest, other.ingest]);
	const browser = await openBrowser({ checked: false });
	try {
		const page = `http://${weir.address('edged')}/@alice`;
		const ours = await Screen.open(browser.context, page);
		await looks(ours);
		const theirs = await Screen.open(browser.context, other.url);
		await looks(theirs);
		const [mine, peers] = await watch(ours, theirs);
		process.kill(encoder.pid, 'SIGKILL');
		await until('its end', () => encoder.clock.exitCode !== null);
		await pause(away_ms);
		encoder = await publish([ingest, other.ingest]);
		const return_ms = await returned(ours, encoder.first);
		return {
			ours: { ...mine, return_ms },
			peer: peers,
			load: loadavg()[0],
		};
	} finally {
		await browser.close();
		await stop(encoder.clock);
		await stop(other.server);
		await weir.down();
	}
}

// A channel with a ladder beside one without, of one encoder.
async function ladderRound() {
	const weir = await instance({ WEIR_LADDER: ladder });
	const add = (name, ...args) =>
		weir.run('weir-channel', ['add', name, ...args]).trim();
	const keys = [add('alice'), add('bob')];
	weir.run('weir-channel', ['pipeline', 'bob', 'live-ladder']);
	const ingest = `rtmp://${weir.address('rtmpd')}/live`;
	const encoder = await publish(
		keys.map((key) => `${ingest}/${key}`),
		ladder_source,
	);
	const browser = await openBrowser({ checked: false });
	try {
		const screens = [];
		for (const name of ['alice', 'bob']) {
			const page = `http://${weir.address('edged')}/@${name}`;
			screens.push(await Screen.open(browser.context, page));
			await looks(screens.at(-1));
		}
		const [without, laddered] = await watch(...screens);
		const height = await screens[1].height();
		return { without, laddered, height, load: loadavg()[0] };
	} finally {
		await browser.close();
		await stop(encoder.clock);
		await weir.down();
	}
}

const load = (all) => Math.round(median(all.map((r) => r.load)));

function stops(all, side) {
	const longest = Math.max(...all.map((r) => r[side].longest));
	return `${median(all.map((r) => r[side].stalls))} stops, the longest ${longest} ms`;
}

function reportLadder(all) {
	const command = 'ONLY=glass-ladder make bench';
	const p50 = (side) => all.map((r) => r[side].p50.toFixed(0)).join(', ');
	alone(
		all.map((r) => r.laddered.p50 - r.without.p50),
		{
			id: 'glass.ladder',
			what: `glass to glass, what a ladder (360p to ${ladder}) adds, median`,
			unit: 'ms',
			goal: 400,
			below: true,
			command,
			reference: `${p50('laddered')} | ${p50('without')}`,
			note:
				`load ${load(all)}; shown ${all.map((r) => r.height)}; ` +
				`${stops(all, 'laddered')}; without ${stops(all, 'without')}`,
		},
	);
}

function report(all) {
	const command = 'ONLY=glass make bench';
	const mine = all.map((r) => r.ours);
	alone(
		mine.map((f) => f.p50),
		{
			id: 'glass.p50',
			what: 'glass to glass, median',
			unit: 'ms',
			goal: 750,
			below: true,
			command,
			note: `load ${load(all)}; ${stops(all, 'ours')}`,
		},
	);
	alone(
		mine.map((f) => f.p95),
		{
			id: 'glass.p95',
			what: 'the same, p95',
			unit: 'ms',
			below: true,
			command,
		},
	);
	claim(all, {
		id: 'glass.peer',
		what: 'the same beside HLS of 1 s, median',
		figure: 'p50',
		unit: 'ms',
		goal: 0.25,
		below: true,
		peer: `${version()} rtmp, hls.js`,
		command,
		note: `there ${stops(all, 'peer')}`,
	});
	alone(
		mine.map((f) => f.return_ms),
		{
			id: 'glass.return',
			what: 'an encoder returns: its first picture on the screen',
			unit: 'ms',
			goal: 2000,
			below: true,
			command,
		},
	);
}

async function repeat(what, one) {
	const all = [];
	for (let i = 0; i < rounds; i++) {
		progress(`${what}: round ${i + 1} of ${rounds}`);
		all.push(await one());
	}
	progress('');
	return all;
}

export async function glass() {
	report(await repeat('glass to glass', round));
}

export async function glassLadder() {
	reportLadder(await repeat('glass to glass, a ladder', ladderRound));
}
