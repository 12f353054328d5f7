#!/usr/bin/env node
// dash-seek.mjs URL [PLAYER]...
//
// Opens a finished DASH manifest in headless Chromium with each PLAYER, plays
// its beginning, its middle, and its end until it is over.  Prints what it saw
// as one JSON object; exit 0 when all of that came about.
import { openBrowser } from './browser.mjs';
import { openDash, players, version } from './dash-page.mjs';

const [url, ...asked] = process.argv.slice(2);
const browser = await openBrowser();
const result = [];

async function playsFrom(page, time) {
	const from = await page.when(
		`something of ${time}`,
		(s) => s.time >= time - 0.5 && s.ready >= 3,
	);
	return page.when(
		`a second from ${time} on`,
		(s) => s.ended || (s.time >= from.time + 1 && s.frames > from.frames),
	);
}

async function watch(player) {
	const page = await openDash(browser.context, player, url);
	const first = await playsFrom(page, 0);
	const { duration } = first;
	// Where it begins: a window may have slid.
	const start = first.buffered[0][0];
	const seek = (to) => page.call((_, video, t) => (video.currentTime = t), to);
	const middle = start + (duration - start) / 2;
	await seek(middle);
	await playsFrom(page, middle);
	await seek(duration - 2);
	const last = await page.when('the end', (s) => s.ended);
	result.push({
		player: `${player} ${await version(player)}`,
		start,
		duration,
		end: last.time,
		width: last.width,
		errors: [...page.errors, ...last.said],
	});
	await page.close();
}

try {
	for (const player of asked.length > 0 ? asked : players) {
		await watch(player);
	}
} finally {
	await browser.close();
	console.log(JSON.stringify(result, null, '\t'));
}
