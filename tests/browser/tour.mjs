#!/usr/bin/env node
// tour.mjs HTTP CHANNEL
//
// A viewer's evening on a real instance, in headless Chromium: watches the
// channel live, goes back to the start and to live again, makes a clip, watches
// that, and from there the recording.  Prints what was seen as one JSON object;
// exit 0 when all of it worked and the pages reported no error.
import { deep, openBrowser, videoState, watchErrors } from './browser.mjs';
import { untilPlaying, untilText } from './site.mjs';
import { until } from './tap.mjs';

const [http, channel] = process.argv.slice(2);
if (channel === undefined) {
	console.error('usage: tour.mjs HTTP CHANNEL');
	process.exit(2);
}
const seen = { ok: false };
let errors = [];
const browser = await openBrowser();
try {
	const page = await browser.context.newPage();
	errors = watchErrors(page);
	// What a browser has kept it does not ask for, and so tells nothing.
	const devtools = await browser.context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
	const position = async () => (await videoState(page)).currentTime;

	await page.goto(`${http}/@${channel}`, { timeout: 90_000 });
	await untilPlaying(page, 2);
	await untilText(page, 'button.edge', /^LIVE$/);
	const live = await position();

	await page.keyboard.press('Home');
	await untilText(page, 'button.edge', /GO LIVE/);
	await untilPlaying(page, 2);
	seen.rewound_s = live - (await position());
	await page.keyboard.press('End');
	await untilText(page, 'button.edge', /^LIVE$/);
	await untilPlaying(page, 1);

	await page.keyboard.press('x');
	await page.fill('weir-clip-maker [name=title]', 'From the tour');
	seen.range = await page.evaluate(`(${deep})('weir-player')[0].range`);
	await page.getByRole('button', { name: 'Save the clip' }).click();
	await untilText(page, 'weir-clip-maker h2', /^Your clip is ready$/);
	await page.getByRole('link', { name: 'Watch', exact: true }).click();
	await until('its page', () => page.url().includes('/clip/'));
	await untilText(page, 'weir-clip h1', /^From the tour$/);
	await untilPlaying(page, 2);
	seen.clip = page.url();

	await page.getByRole('link', { name: /^Watch in full/ }).click();
	await until('its page', () => page.url().includes('/vod/'));
	await page.locator('weir-recording h1').waitFor({ timeout: 90_000 });
	await untilPlaying(page, 2);
	seen.recording = page.url();
	seen.at_s = await position();
	const asked = Number(new URL(page.url()).searchParams.get('t'));
	seen.ok = seen.at_s >= asked - 1 && seen.rewound_s > 1;
} catch (e) {
	seen.problem = e.message;
} finally {
	await browser.close();
}
// A request that failed and was made again is none.
seen.errors = errors.filter((e) => !/Failed to load resource/.test(e));
console.log(JSON.stringify(seen, null, '\t'));
process.exit(seen.ok && seen.errors.length === 0 ? 0 : 1);
