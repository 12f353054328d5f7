#!/usr/bin/env node
// The words and routes of the pages, which need no browser.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { equal, ok } from './tap.mjs';

process.env.TZ = 'UTC';
const web = new URL('../../src/web/', import.meta.url);
const { build } = createRequire(new URL('package.json', web))('esbuild');

async function load(name) {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL(`${name}.ts`, web))],
		bundle: true,
		format: 'esm',
		write: false,
	});
	const code = Buffer.from(outputFiles[0].contents).toString('base64');
	return import(`data:text/javascript;base64,${code}`);
}

const clock = await load('clock');
const s = 1000;
const min = 60 * s;
const h = 60 * min;
const day = 24 * h;
const before = (ms) => new Date(Date.now() - ms).toISOString();

await ok('a length in words', () =>
	equal(
		[0, 59 * s, min, 59.9 * min, h, h + 5 * min, day, 49 * h].map(
			clock.lengthWords,
		),
		['1 s', '59 s', '1 min', '59 min', '1 h', '1 h 5 min', '1 day', '2 days'],
	),
);
await ok('how long ago in words', () =>
	equal(
		[-5 * s, 30 * s, 5 * min, 3 * h, 30 * h, 5 * day].map((ms) =>
			clock.agoWords(before(ms)),
		),
		['just now', 'just now', '5 min ago', '3 h ago', 'yesterday', '5 days ago'],
	),
);
await ok('long ago is a date', () => {
	const words = clock.agoWords('2020-05-03T12:00:00.000001Z');
	return /^on .*2020/.test(words);
});
await ok('a clock', () =>
	equal([-s, 0, 65 * s, 10 * min, h + 2 * min + 3 * s].map(clock.clockDigits), [
		'0:00',
		'0:00',
		'1:05',
		'10:00',
		'1:02:03',
	]),
);
await ok('the server’s clock counts when the viewer’s is wrong', () => {
	const now = Date.now();
	clock.learnServerTime(new Date(now + h).toUTCString(), now, now);
	const ahead = Math.abs(clock.now() - now - h) < 2 * s;
	clock.learnServerTime(new Date(now + s).toUTCString(), now, now);
	return ahead && Math.abs(clock.now() - now) < s;
});
await ok('a Date that is none changes nothing', () => {
	clock.learnServerTime('soon', 0, 0);
	clock.learnServerTime(null, 0, 0);
	return Math.abs(clock.now() - Date.now()) < s;
});

const { routeOf } = await load('router');
await ok('paths are pages', () =>
	equal(
		['/', '/@alice', '/@alice/', '/@Al_1-x', '/@', '/@-a', '/@a/b', '/x'].map(
			(path) => {
				const route = routeOf(path);
				return route.page === 'channel' ? route.name : route.page;
			},
		),
		[
			'home',
			'alice',
			'alice',
			'al_1-x',
			'missing',
			'missing',
			'missing',
			'missing',
		],
	),
);
await ok('a name has 64 characters at most', () =>
	equal(
		[routeOf(`/@${'a'.repeat(64)}`).page, routeOf(`/@${'a'.repeat(65)}`).page],
		['channel', 'missing'],
	),
);

const { trackWords, aspect } = await load('tracks');
const video = {
	name: 'video',
	kind: 'video',
	codecs: 'avc1.64001f',
	width: 1280,
	height: 720,
	frame_rate: 29.97,
};
await ok('tracks in words', () =>
	equal(
		trackWords([
			video,
			{
				name: 'audio',
				kind: 'audio',
				codecs: 'mp4a.40.2',
				sample_rate: 44100,
				channels: 2,
			},
			{ name: 'audio2', kind: 'audio', codecs: 'what.1' },
		]),
		['1280×720, 29.97 fps, H.264', 'AAC, 44.1 kHz, stereo', 'what.1'],
	),
);
await ok('the shape of the stage keeps within reason', () =>
	equal(
		[[], [video], [{ ...video, width: 10 }], [{ ...video, height: 0 }]].map(
			aspect,
		),
		[16 / 9, 1280 / 720, 9 / 16, 16 / 9],
	),
);

const { gradient, initial } = await load('hue');
await ok('a channel’s colours are its own and stay', () =>
	equal(
		[gradient('alice') === gradient('alice'), gradient('a') === gradient('b')],
		[true, false],
	),
);
await ok('an initial is one character of any script', () =>
	equal(['alice', ' élan', '🐸 pond', ''].map(initial), ['A', 'É', '🐸', '?']),
);
