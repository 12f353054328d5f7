#!/usr/bin/env node
// watch.mjs URL [--seconds N] [--deadline N] [--screenshot FILE]
//
// Opens URL in headless Chromium, waits (--deadline seconds, 90) for a video
// to play, watches --seconds (5) of it, and prints what it saw as one JSON
// object.  Exit 0 when the picture moved on by that much within the deadline,
// with sound decoded and without an error (a failed request alone is none);
// 1 when not; 2 when it was asked wrongly.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openBrowser, videoState, watchErrors } from './browser.mjs';

const options = {
	seconds: { type: 'string', default: '5' },
	deadline: { type: 'string', default: '90' },
	screenshot: { type: 'string' },
};

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			options,
			allowPositionals: true,
		});
		const seconds = Number(values.seconds);
		const deadline = Number(values.deadline);
		if (positionals.length === 1 && seconds > 0 && deadline > 0) {
			return { ...values, url: positionals[0], seconds, deadline };
		}
	} catch (e) {
		console.error(`watch.mjs: ${e.message}`);
	}
	console.error(
		'usage: watch.mjs URL [--seconds N] [--deadline N] [--screenshot FILE]',
	);
	process.exit(2);
}

async function watch(page, result, { url, seconds, deadline }) {
	await page.goto(url, { timeout: deadline * 1000 });
	const end = performance.now() + deadline * 1000;
	for (;;) {
		result.video = await videoState(page);
		const v = result.video;
		if (v !== null && !v.paused && v.currentTime > 0 && v.readyState >= 3) {
			break;
		}
		if (performance.now() > end) {
			result.problems.push(`no video played within ${deadline} s`);
			return;
		}
		await pause(100);
	}
	result.started_s = Number(
		((performance.now() - (end - deadline * 1000)) / 1000).toFixed(2),
	);

	const from = result.video;
	const began = performance.now();
	let to = from;
	while (
		to !== null &&
		to.currentTime < from.currentTime + seconds &&
		performance.now() < began + deadline * 1000
	) {
		await pause(100);
		to = await videoState(page);
	}
	const wall_s = (performance.now() - began) / 1000;
	result.video = to;
	if (to === null) {
		result.problems.push('the video went away');
		return;
	}
	result.wall_s = Number(wall_s.toFixed(3));
	result.advanced_s = Number((to.currentTime - from.currentTime).toFixed(3));
	if (result.advanced_s < seconds) {
		result.problems.push('the picture did not keep moving');
	}
	if (!(to.videoBytes > from.videoBytes)) {
		result.problems.push('no video was decoded');
	}
	if (!(to.audioBytes > from.audioBytes)) {
		result.problems.push('no sound was decoded');
	}
	if (to.error !== null) {
		result.problems.push(`video error: ${to.error}`);
	}
}

const asked = readArguments();
const result = {
	ok: false,
	url: asked.url,
	problems: [],
	errors: [],
	notes: [],
};
let said = [];
const browser = await openBrowser();
try {
	const page = await browser.context.newPage();
	said = watchErrors(page);
	await watch(page, result, asked);
	if (asked.screenshot !== undefined) {
		await page.screenshot({ path: asked.screenshot });
	}
} catch (e) {
	result.problems.push(e.message);
} finally {
	await browser.close();
}
// A request that failed and was made again is worth a note, no more.
const failedLoad = /^console: Failed to load resource/;
result.errors = said.filter((line) => !failedLoad.test(line));
result.notes = said.filter((line) => failedLoad.test(line));
result.ok = result.problems.length === 0 && result.errors.length === 0;
console.log(JSON.stringify(result, null, '\t'));
process.exitCode = result.ok ? 0 : 1;
