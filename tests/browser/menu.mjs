#!/usr/bin/env node
// menu.mjs HTTP CHANNEL
//
// Watches CHANNEL, which has several renditions, in headless Chromium: what the
// menu offers, the sound alone and pictures again, then a line of 240 kbit/s and
// no such limit.  Prints what the menu offered; exit 0 when the page played
// what was chosen, took a smaller picture on that line, and the best one again.
import { deep, openBrowser, videoState } from './browser.mjs';
import { untilPlaying } from './site.mjs';
import { until } from './tap.mjs';

const [http, channel] = process.argv.slice(2);
const browser = await openBrowser();
try {
	const page = await browser.context.newPage();
	await page.goto(`${http}/@${channel}`, { timeout: 90_000 });
	await untilPlaying(page, 1);
	const qualities = page.getByRole('menuitemradio');
	const open = async () => {
		await page.locator('button.settings').focus();
		await page.keyboard.press('Enter');
		await page.getByRole('menuitem', { name: /^Quality/ }).click();
		await qualities.first().waitFor();
	};
	const choose = async (name) => {
		await open();
		await page.getByRole('menuitemradio', { name, exact: true }).click();
		await page.keyboard.press('Escape');
	};
	await open();
	console.log(
		await qualities
			.evaluateAll((all) => all.map((e) => e.dataset.label))
			.then((labels) => labels.join(', ')),
	);
	await page.keyboard.press('Escape');

	await choose('Audio only');
	const heard = await until('there is sound alone', async () => {
		const v = await videoState(page);
		return v?.height === 0 && v.readyState >= 3 && v;
	});
	await until('it goes on', async () => {
		const v = await videoState(page);
		return v.height === 0 && v.audioBytes > heard.audioBytes && !v.paused;
	});
	await open();
	await page.getByRole('menuitemradio', { name: /^Automatic/ }).click();
	await page.keyboard.press('Escape');

	// The player begins anew with pictures, and knows none for a moment.
	const best = await until('pictures to choose from', async () =>
		Math.max(
			0,
			...(await page.evaluate(`(${deep})('weir-player')[0].playback.engine
				.renditions().map((r) => r.height)`)),
		),
	);
	// What is automatic follows how fast segments are fetched and unpacked, by
	// a mean of some seconds of fetching: parts of a small picture take long to
	// make that up.
	const shows = (what, fn) =>
		until(what, async () => fn((await videoState(page))?.height), 300_000);
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
