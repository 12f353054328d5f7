#!/usr/bin/env node
// rungs.mjs HTTP CHANNEL [--live] PLAYER...
//
// Watches CHANNEL, which has several renditions, in headless Chromium with each
// PLAYER (page: ours, with hls.js; dashjs; shaka), some seconds behind live or
// with --live at it, and goes from rendition to rendition by hand.  Prints what
// it saw, a line for each; exit 0 when every one came on the screen, and the
// picture and the sound went on: no stop, no leap, no seek, no hole in what was
// played.  Where the machine does not keep up players stop and catch up, so what
// was seen must not be there when it is tried again.
import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser, watchErrors } from './browser.mjs';
import { openDash, version } from './dash-page.mjs';
import { until } from './tap.mjs';

const tolerated_s = 0.1;
// How long it is tried again, while all of them play, and with one by itself:
// however slow the machine is.
const patience_ms = { together: 20_000, alone: 300_000 };
const live = process.argv.includes('--live');
const [http, channel, ...players] = process.argv
	.slice(2)
	.filter((a) => a !== '--live');
if (players.length === 0) {
	console.error('usage: rungs.mjs HTTP CHANNEL [--live] page|dashjs|shaka...');
	process.exit(2);
}

// Runs in the page: watch how the video plays, again and again.
const begin = `(video) => {
	clearInterval(globalThis.watching?.timer);
	const w = { least: 0, most: 0, off: 0, seeks: 0, waits: 0, hole: 0 };
	let time = video.currentTime, now = performance.now();
	const from = time;
	const look = () => {
		const t = video.currentTime, n = performance.now();
		w.off += t - time - ((n - now) / 1000) * video.playbackRate;
		w.least = Math.min(w.least, w.off);
		w.most = Math.max(w.most, w.off);
		w.leap = Math.max(w.leap ?? 0, w.off - w.least);
		w.stop = Math.max(w.stop ?? 0, w.most - w.off);
		[time, now] = [t, n];
		const b = video.buffered;
		for (let i = 1; i < b.length; i++) {
			if (b.end(i - 1) > from && b.start(i) <= t) {
				w.hole = Math.max(w.hole, b.start(i) - b.end(i - 1));
			}
		}
	};
	w.timer = setInterval(look, 40);
	video.onseeking = () => w.seeks++;
	video.onwaiting = () => w.waits++;
	globalThis.watching = w;
}`;
const look = `(video) => ({
	...globalThis.watching, timer: undefined,
	time: video.currentTime, height: video.videoHeight, ready: video.readyState,
	sound: video.webkitAudioDecodedByteCount, paused: video.paused,
	frames: video.getVideoPlaybackQuality().totalVideoFrames,
	error: video.error && String(video.error.code),
})`;
const deep = `(s) => {
	const find = (root) => [...root.querySelectorAll(s), ...[...root.querySelectorAll('*')]
		.flatMap((e) => (e.shadowRoot ? find(e.shadowRoot) : []))];
	return find(document);
}`;

// The page's own player.
async function openPage(context) {
	const page = await context.newPage();
	const errors = watchErrors(page);
	await page.goto(`${http}/@${channel}`, { timeout: 90_000 });
	const player = `(${deep})('weir-player')[0]`;
	const video = `(${deep})('.stage video')[0]`;
	await until('it plays', () => page.evaluate(`${video}?.currentTime > 1`));
	return {
		page,
		errors,
		name: 'page',
		run: (fn) => page.evaluate(`(${fn})(${video})`),
		heights: () =>
			page.evaluate(
				`${player}.playback.engine.renditions().map((r) => r.height).filter((h) => h > 0)`,
			),
		choose: (height) =>
			page.evaluate(`((p) => p.playback.choose(p.playback.engine
				.renditions().find((r) => r.height === ${height}).id))(${player})`),
		back: (s) =>
			page.evaluate(
				`${player}.playback.seek(${player}.playback.video.currentTime - ${s})`,
			),
	};
}

const dash = {
	dashjs: {
		settings: {
			streaming: { abr: { autoSwitchBitrate: { video: false } } },
		},
		heights: (p) => p.getRepresentationsByType('video').map((r) => r.height),
		choose: (p, _, height) =>
			p.setRepresentationForTypeById(
				'video',
				p.getRepresentationsByType('video').find((r) => r.height === height).id,
				false,
			),
	},
	shaka: {
		settings: { abr: { enabled: false } },
		heights: (p) => p.getVariantTracks().map((t) => t.height),
		choose: (p, _, height) =>
			p.selectVariantTrack(
				p.getVariantTracks().find((t) => t.height === height),
			),
	},
};

async function openManifest(context, name) {
	const url = `${http}/live/${channel}/manifest.mpd`;
	const { settings, heights, choose } = dash[name];
	const p = await openDash(context, name, url, settings);
	await p.when('plays', (s) => s.time > 0 && s.ready >= 3);
	return {
		page: p.page,
		errors: p.errors,
		name: `${name} ${await version(name)}`,
		run: (fn) => p.page.evaluate(`(${fn})(document.querySelector('video'))`),
		heights: () => p.call(heights),
		choose: (height) => p.call(choose, height),
		back: (s) => p.call((_, video, by) => (video.currentTime -= by), s),
	};
}

// Go to HEIGHT and watch it for a while.
async function go(p, height) {
	await p.run(begin);
	await p.choose(height);
	const s = await until(`${p.name} shows ${height} lines`, async () => {
		const now = await p.run(look);
		return now.height === height && now;
	});
	return until(`${p.name} goes on`, async () => {
		const now = await p.run(look);
		return (
			now.time > s.time + 1 &&
			now.frames > s.frames &&
			now.sound > s.sound &&
			now
		);
	});
}

const wrong = (s) =>
	[
		s.stop > tolerated_s ? `stops for ${s.stop.toFixed(3)} s` : '',
		s.leap > tolerated_s ? `leaps by ${s.leap.toFixed(3)} s` : '',
		s.hole > tolerated_s ? `has a hole of ${s.hole.toFixed(3)} s` : '',
		s.seeks > 0 ? `seeks ${s.seeks} times` : '',
		s.error ? `fails with ${s.error}` : '',
	].filter((w) => w !== '');

async function watch(p, patience_ms) {
	const heights = [...new Set(await p.heights())].sort((a, b) => b - a);
	if (heights.length < 2) {
		throw new Error(`${p.name} offers ${heights}`);
	}
	if (!live) {
		// Where there is something to buffer.
		await p.back(4);
	}
	await p.choose(heights[0]);
	await until(`${p.name} settles`, async () => {
		const s = await p.run(look);
		return s.ready >= 3 && s.height === heights[0];
	});
	await pause(1000);
	const faults = [];
	for (const height of [...heights.slice(1), heights[0]]) {
		const end = performance.now() + patience_ms;
		let s;
		let seen = [];
		for (;;) {
			s = await go(p, height);
			seen = wrong(s).map((w) => `${p.name} ${w} at ${height}`);
			if (seen.length === 0 || performance.now() > end) {
				break;
			}
			console.log(`# ${seen.join(', ')}, ${s.waits} waits`);
			// The same again: away, and back to it.
			await go(
				p,
				heights.find((h) => h !== height),
			);
		}
		console.log(
			`# ${p.name} ${height}: off by -${s.stop.toFixed(3)} +${s.leap.toFixed(3)} s, ${s.waits} waits`,
		);
		faults.push(...seen);
	}
	const errors = p.errors.filter((e) => e.startsWith('exception'));
	await p.page.close();
	return { faults, errors: errors.map((e) => `${p.name} ${e}`) };
}

const browser = await openBrowser();
const faults = [];
try {
	const open = (name) =>
		name === 'page'
			? openPage(browser.context)
			: openManifest(browser.context, name);
	const all = players.map(async (name) =>
		watch(await open(name), patience_ms.together),
	);
	for (const [n, seen] of (await Promise.all(all)).entries()) {
		const { errors } = seen;
		const alone = seen.faults.length > 0;
		const again =
			alone && (await watch(await open(players[n]), patience_ms.alone));
		faults.push(
			...errors,
			...(again ? [...again.faults, ...again.errors] : []),
		);
	}
} catch (e) {
	faults.push(e.message);
} finally {
	await browser.close();
}
for (const fault of faults) {
	console.log(fault);
}
process.exitCode = faults.length === 0 ? 0 : 1;
