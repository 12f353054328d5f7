#!/usr/bin/env node
// witness.mjs URL
//
// Opens a channel's page in headless Chromium and prints a line whenever it
// shows something else, until SIGTERM: "playing" (pictures move), "stalled"
// (they do not), "gap" (it says that the streamer will be back), "ended", each
// with the video's time in seconds and the clock's in milliseconds.  Exit 0
// when the page was loaded once and reported no error but requests that failed.
import { setTimeout as pause } from 'node:timers/promises';
import { deep, openBrowser, videoState, watchErrors } from './browser.mjs';

const [url] = process.argv.slice(2);
if (url === undefined) {
	console.error('usage: witness.mjs URL');
	process.exit(2);
}
let stop = false;
process.on('SIGTERM', () => (stop = true));

// Not closed under our hands, while we look.
const browser = await openBrowser({ handleSIGTERM: false });
const page = await browser.context.newPage();
const said = watchErrors(page);
let loads = 0;
page.on('load', () => loads++);

// The message over the picture, if there is one.
const heading = () =>
	page.evaluate(
		`(${deep})('.message h2').filter((e) => e.checkVisibility())
			.map((e) => e.innerText).join(' ')`,
	);

async function look(before) {
	const v = await videoState(page);
	const words = await heading();
	if (/has ended/.test(words)) {
		return 'ended';
	}
	if (/right back/.test(words)) {
		return 'gap';
	}
	return v !== null && !v.paused && v.currentTime > (before ?? Infinity)
		? 'playing'
		: 'stalled';
}

await page.goto(url, { timeout: 90_000 });
let shown = '';
let time;
while (!stop) {
	const now = await look(time);
	time = (await videoState(page))?.currentTime;
	if (now !== shown) {
		shown = now;
		console.log(now, time?.toFixed(2), Date.now());
	}
	await pause(250);
}
await browser.close();
const errors = said.filter((l) => !/Failed to load resource/.test(l));
for (const line of errors) {
	console.log('#', line);
}
process.exitCode = loads === 1 && errors.length === 0 ? 0 : 1;
