#!/usr/bin/env node
// throttle.mjs HTTP CHANNEL
//
// Watches CHANNEL, which has several renditions, in headless Chromium, then on a
// line of 240 kbit/s, then without that limit.  Exit 0 when the page takes a
// smaller picture there, goes on, and the best one again afterwards.
import { deep, openBrowser, videoState } from './browser.mjs';
import { untilPlaying } from './site.mjs';
import { until } from './tap.mjs';

const [http, channel] = process.argv.slice(2);
const browser = await openBrowser();
try {
	const page = await browser.context.newPage();
	await page.goto(`${http}/@${channel}`, { timeout: 90_000 });
	await untilPlaying(page, 1);
	const best = Math.max(
		...(await page.evaluate(`(${deep})('weir-player')[0].playback.engine
			.renditions().map((r) => r.height)`)),
	);
	const shows = (what, fn) =>
		until(what, async () => fn((await videoState(page))?.height));
	await shows('the best picture', (h) => h === best);
	const devtools = await browser.context.newCDPSession(page);
	await devtools.send('Network.enable');
	const line = (downloadThroughput) =>
		devtools.send('Network.emulateNetworkConditions', {
			offline: false,
			latency: 20,
			downloadThroughput,
			uploadThroughput: -1,
		});
	await line(30_000);
	await shows('a smaller picture', (h) => h > 0 && h < best);
	await untilPlaying(page, 2);
	await line(-1);
	await shows('the best picture again', (h) => h === best);
} finally {
	await browser.close();
}
