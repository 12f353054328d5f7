#!/usr/bin/env node
// lost.mjs HTTP CHANNEL HEIGHT PLAYER...
//
// Watches CHANNEL live in headless Chromium with each PLAYER (page, dashjs,
// shaka), in the rendition of HEIGHT lines, which comes and goes.  Exit 0 when
// each of them had another picture when it went, and went on.
import { setTimeout as pause } from 'node:timers/promises';
import { deep, openBrowser } from './browser.mjs';
import { openDash } from './dash-page.mjs';
import { untilPlaying } from './site.mjs';
import { until } from './tap.mjs';

const [http, channel, lines, ...players] = process.argv.slice(2);
const height = Number(lines);

async function openPage(context) {
	const page = await context.newPage();
	await page.goto(`${http}/@${channel}`, { timeout: 90_000 });
	await untilPlaying(page, 1);
	return {
		choose: () =>
			page.evaluate(`((p) => p.choose(p.engine.renditions()
				.find((r) => r.height === ${height}).id))((${deep})('weir-player')[0].playback)`),
		state: () =>
			page.evaluate(
				`((v) => ({ time: v.currentTime, height: v.videoHeight }))((${deep})('.stage video')[0])`,
			),
	};
}

const choose = {
	dashjs: (p, _, h) =>
		p.setRepresentationForTypeById(
			'video',
			p.getRepresentationsByType('video').find((r) => r.height === h).id,
			false,
		),
	shaka: (p, _, h) =>
		p.selectVariantTrack(p.getVariantTracks().find((t) => t.height === h)),
};

// Chosen by hand, for as long as it is there.
const settings = {
	dashjs: { streaming: { abr: { autoSwitchBitrate: { video: false } } } },
	shaka: { abr: { enabled: false } },
};

async function openManifest(context, name) {
	const p = await openDash(
		context,
		name,
		`${http}/live/${channel}/manifest.mpd`,
		settings[name],
	);
	await p.when('plays', (s) => s.time > 0 && s.ready >= 3);
	return {
		choose: () => p.call(choose[name], height),
		state: async () => {
			const { time } = await p.state();
			return {
				time,
				height: await p.call((_, video) => video.videoHeight),
			};
		},
	};
}

async function watch(name, context) {
	const p = await (name === 'page'
		? openPage(context)
		: openManifest(context, name));
	// It is there for some seconds only: on a slow machine many times are missed.
	const chosen = async () => {
		await p.choose().catch(() => undefined);
		for (let n = 0; n < 40; n++) {
			if ((await p.state()).height === height) {
				return true;
			}
			await pause(100);
		}
		return false;
	};
	await until(`${name} is on what comes and goes`, chosen, 300_000);
	const began = performance.now();
	const from = await p.state();
	const other = await until(`${name} has another picture`, async () => {
		const s = await p.state();
		return s.height > 0 && s.height !== height && s;
	});
	const on = await until(`${name} goes on`, async () => {
		const s = await p.state();
		return s.time > other.time + 3 && s;
	});
	const took_s = (performance.now() - began) / 1000;
	console.log(
		`# ${name}: ${(on.time - from.time).toFixed(2)} s in ${took_s.toFixed(2)} s`,
	);
}

const browser = await openBrowser();
try {
	await Promise.all(players.map((name) => watch(name, browser.context)));
} finally {
	await browser.close();
}
