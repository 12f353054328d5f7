#!/usr/bin/env node
// The server goes away and comes back, and viewers do nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { deep, videoState } from './browser.mjs';
import { site, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.start(30);
	const { page } = await open('/@alice');
	const exceptions = [];
	page.on('pageerror', (e) => exceptions.push(e.message));
	await ok('it plays', () => untilPlaying(page, 2));

	await ok('it goes on after the server was away for 3 s', async () => {
		await mock.down();
		// The time away is what is tested.
		await pause(3000);
		await mock.up();
		await untilPlaying(page, 3);
	});
	await ok('it says that it reconnects when that takes long', async () => {
		await mock.down();
		await untilText(page, '.chip', /Reconnecting/);
		await mock.up();
		await untilPlaying(page, 3);
		await until(
			'the note is gone',
			async () => (await page.locator('weir-player .chip').count()) === 0,
		);
	});
	await ok('a media error is recovered from', async () => {
		// Garbage in place of one video segment.
		let spoilt = 0;
		await page.route(/\/video\/\d+\.m4s/, async (route) => {
			if (spoilt++ === 0) {
				await route.fulfill({
					body: Buffer.alloc(20_000, 7),
					contentType: 'video/iso.segment',
				});
			} else {
				await route.continue();
			}
		});
		await until('the garbage was fetched', () => spoilt > 1);
		await page.unroute(/\/video\/\d+\.m4s/);
		await untilPlaying(page, 4);
	});
	await ok(
		'so is one of the decoder, and it goes on without a hand',
		async () => {
			const video = `(${deep})('.stage video')[0]`;
			await page.evaluate(`{
			window.stills = [];
			${video}.addEventListener('loadeddata', (e) => stills.push(e.target.paused));
		}`);
			// What is whole, but no picture.
			let spoilt = 0;
			await page.route(/\/video\/\d+\.m4s/, async (route) => {
				if (spoilt++ > 0) {
					return route.continue();
				}
				const response = await route.fetch();
				const body = await response.body();
				body.fill(0xa5, body.indexOf('mdat') + 4);
				return route.fulfill({ response, body });
			});
			const stills = () => page.evaluate('stills');
			await until('another beginning', async () => (await stills()).length > 0);
			await page.unroute(/\/video\/\d+\.m4s/);
			equal((await stills()).includes(true), false);
			await untilPlaying(page, 4);
		},
	);
	await ok('a broadcast that ended meanwhile is told as ended', async () => {
		await mock.down();
		alice.end();
		await mock.up();
		await untilText(page, '.message h2', /has ended/);
	});
	await mock.down();
	await ok('while it waits it says that the server is away', () =>
		untilText(page, '.message .wait', /server is away/),
	);
	await mock.up();
	alice.start(3);
	await ok('and starts when both are back', () => untilPlaying(page, 1));
	await ok('no exception was thrown', () => equal(exceptions, []));
	await page.close();

	await ok('a page opened without a server says so and recovers', async () => {
		const late = await open('/');
		await late.page.route('**/api/**', (r) => r.abort());
		await late.page.goto(`${mock.url}/@alice`);
		await untilText(late.page, '.message h2', /cannot be reached/);
		await late.page.unroute('**/api/**');
		await late.page.click('weir-channel .message button');
		await untilPlaying(late.page, 1);
		equal((await videoState(late.page)).error, null);
	});
});
