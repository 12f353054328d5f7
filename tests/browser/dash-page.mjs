// A page with nothing but a video in it, fed by dash.js or by Shaka Player
// from a manifest, as anybody's page might.  It is served under the edge's own
// origin, from files of node_modules.
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { watchErrors } from './browser.mjs';

const modules = new URL('../../src/web/node_modules/', import.meta.url);
const scripts = {
	dashjs: 'dashjs/dist/modern/umd/dash.all.min.js',
	shaka: 'shaka-player/dist/shaka-player.dash.js',
};

// However slow the machine is: only what fails takes that long.
const deadline_ms = 90_000;

export const players = Object.keys(scripts);

export async function version(player) {
	const name = scripts[player].split('/')[0];
	const text = await readFile(new URL(`${name}/package.json`, modules));
	return JSON.parse(text).version;
}

const html = `<!doctype html><meta charset="utf-8"><title>DASH</title>
<link rel="icon" href="data:,">
<video muted width="640" height="360"></video><script src="/test/player.js"></script>`;

// Runs in the page: one player, and what it says when something is wrong.
const start = {
	dashjs: (url, settings) => {
		const said = [];
		const player = globalThis.dashjs.MediaPlayer().create();
		player.updateSettings({ debug: { logLevel: 1 }, ...settings });
		player.on('error', (e) =>
			said.push(`${e.error?.code} ${e.error?.message ?? e.error}`),
		);
		player.initialize(document.querySelector('video'), url, true);
		Object.assign(globalThis, { player, said, last: 1.1 });
	},
	shaka: async (url, settings) => {
		const said = [];
		const { shaka } = globalThis;
		const player = new shaka.Player();
		player.addEventListener('error', (e) =>
			said.push(`${e.detail.code} ${e.detail.data}`),
		);
		Object.assign(globalThis, { player, said });
		const video = document.querySelector('video');
		await player.attach(video);
		player.configure(settings);
		await player.load(url);
		await video.play();
	},
};

// How the video stands; LATENCY is how long ago, by the manifest's clock, what
// is shown came in.
function look() {
	const v = document.querySelector('video');
	const quality = v.getVideoPlaybackQuality();
	const ranges = [];
	for (let i = 0; i < v.buffered.length; i++) {
		ranges.push([v.buffered.start(i), v.buffered.end(i)]);
	}
	return {
		time: v.currentTime,
		now: Date.now() / 1000,
		rate: v.playbackRate,
		paused: v.paused,
		// Nobody pauses but the player.  The video may stop milliseconds before;
		// dash.js (5.2) a segment: it calls the stream ended when all but the
		// last one is appended, and a video whose decoders heard of that by
		// then stops there, though the last one comes.
		ended:
			v.ended ||
			(v.paused && v.currentTime > v.duration - (globalThis.last ?? 0.1)),
		ready: v.readyState,
		duration: v.duration,
		width: v.videoWidth,
		frames: quality.totalVideoFrames,
		dropped: quality.droppedVideoFrames,
		sound: v.webkitAudioDecodedByteCount,
		buffered: ranges,
		said: globalThis.said ?? [],
		error: v.error && (v.error.message || String(v.error.code)),
	};
}

// PLAYER on the manifest at URL; SETTINGS are the player's own.
export async function openDash(context, player, url, settings = {}) {
	const page = await context.newPage();
	const errors = watchErrors(page);
	const { origin } = new URL(url);
	const requests = [];
	page.on('request', (r) => requests.push(r.url()));
	await page.route(`${origin}/test/**`, async (route) => {
		const script = route.request().url().endsWith('/player.js');
		await route.fulfill({
			contentType: script ? 'text/javascript' : 'text/html',
			body: script
				? await readFile(new URL(scripts[player], modules), 'utf8')
				: html,
		});
	});
	await page.goto(`${origin}/test/${player}.html`);
	await page.evaluate(
		`(${start[player]})(${JSON.stringify(url)}, ${JSON.stringify(settings)})`,
	);
	const state = () => page.evaluate(look);
	return {
		page,
		errors,
		requests,
		state,
		// The state as soon as FN of it is true.
		async when(what, fn) {
			const end = performance.now() + deadline_ms;
			for (;;) {
				const now = await state();
				if (fn(now)) {
					return now;
				}
				if (performance.now() > end) {
					throw new Error(`${player}: never ${what}: ${JSON.stringify(now)}`);
				}
				await pause(50);
			}
		},
		// Run FN, a function of the player and the video, in the page.
		call: (fn, ...args) =>
			page.evaluate(
				`(${fn})(player, document.querySelector('video'), ...${JSON.stringify(args)})`,
			),
		close: () => page.close(),
	};
}
