#!/usr/bin/env node
// delay.mjs URL --below S [--seconds N] [--deadline N]
//
// Opens URL, a channel's page, in headless Chromium, and waits (--deadline
// seconds, 90) until it has played for --seconds (5) without a stop and told a
// delay below S all the while.  Prints what it saw as one JSON object; exit 0
// when it came to that, 1 when not.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openBrowser, videoState, watchErrors } from './browser.mjs';
import { texts } from './site.mjs';

const { values, positionals } = parseArgs({
	options: {
		below: { type: 'string' },
		seconds: { type: 'string', default: '5' },
		deadline: { type: 'string', default: '90' },
	},
	allowPositionals: true,
});
const below = Number(values.below);
const seconds = Number(values.seconds);
const browser = await openBrowser();
const delays = [];
let since = null;
let ok = false;
let errors = [];
try {
	const page = await browser.context.newPage();
	errors = watchErrors(page);
	await page.goto(positionals[0]);
	const end = performance.now() + Number(values.deadline) * 1000;
	while (!ok && performance.now() < end) {
		await pause(200);
		const v = await videoState(page);
		const time = (await texts(page, '.time')).join(' ');
		const delay = Number(/([\d.]+) s delay/.exec(time)?.[1] ?? NaN);
		if (!Number.isNaN(delay)) {
			delays.push(delay);
		}
		if (v === null || v.paused || v.readyState < 3 || !(delay < below)) {
			since = null;
		} else {
			since ??= v.currentTime;
			ok = v.currentTime >= since + seconds;
		}
	}
} finally {
	await browser.close();
}
const last = delays.slice(-Math.ceil(seconds * 5)).sort((a, b) => a - b);
console.log(
	JSON.stringify({
		ok,
		median: last[Math.floor(last.length / 2)],
		delays,
		errors,
	}),
);
process.exitCode = ok ? 0 : 1;
