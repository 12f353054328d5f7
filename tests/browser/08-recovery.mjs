#!/usr/bin/env node
// The viewer's network goes, the machine sleeps: who followed live is there
// again, and who rewound is where they were, without a reload.
import { setTimeout as pause } from 'node:timers/promises';
import { deep, videoState } from './browser.mjs';
import { time } from './mock-channel.mjs';
import { site, texts, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

// Longer than the player takes for a sleep.
const asleep_ms = 12_000;

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.start(1200);
	const { page } = await open('/@alice');
	const exceptions = [];
	page.on('pageerror', (e) => exceptions.push(e.message));
	await page.evaluate('window.untouched = true');
	const behind = () =>
		page.evaluate(`(${deep})('weir-player')[0].playback.behind`);
	const untilLive = () =>
		until('live again', async () => {
			const v = await videoState(page);
			return !v.paused && v.readyState >= 3 && (await behind()) < 3;
		});
	const sleep = async (seconds) => {
		const session = await page.context().newCDPSession(page);
		const state = (state) =>
			session.send('Page.setWebLifecycleState', { state });
		await state('frozen');
		time.pass(seconds - asleep_ms / 1000);
		// The time asleep is what is tested.
		await pause(asleep_ms);
		await state('active');
		await session.detach();
	};

	await ok('it plays live', () => untilPlaying(page, 2));
	await ok('after 5 s without a network it is live again', async () => {
		await page.context().setOffline(true);
		await pause(5000);
		await page.context().setOffline(false);
		await untilLive();
		await untilPlaying(page, 2);
	});
	await ok('after an hour of sleep it is live', async () => {
		const before = await videoState(page);
		await sleep(3600);
		await untilLive();
		const after = await videoState(page);
		equal(after.currentTime > before.currentTime + 3500, true);
		await untilPlaying(page, 2);
		await untilText(page, 'button.edge', /^LIVE$/);
	});

	await page.keyboard.press('5');
	await ok('rewound, it plays there', async () => {
		await untilText(page, 'button.edge', /GO LIVE/);
		await untilPlaying(page, 2);
	});
	await ok('and goes on there after an hour of sleep', async () => {
		const before = await videoState(page);
		await sleep(3600);
		await untilPlaying(page, 2);
		const after = await videoState(page);
		equal(Math.abs(after.currentTime - before.currentTime) < 60, true);
		equal((await behind()) > 3600, true);
	});
	await ok('and when the server was away', async () => {
		const before = await videoState(page);
		await mock.down();
		await pause(5000);
		await mock.up();
		await untilPlaying(page, 3);
		const after = await videoState(page);
		equal(Math.abs(after.currentTime - before.currentTime) < 60, true);
	});
	await ok('and when the player had to start over', async () => {
		const before = await videoState(page);
		await page.evaluate(
			`(${deep})('weir-player')[0].playback.engine.restart()`,
		);
		await untilPlaying(page, 2);
		const after = await videoState(page);
		equal(Math.abs(after.currentTime - before.currentTime) < 60, true);
		equal((await behind()) > 3600, true);
	});
	await ok('End leads to live from there', async () => {
		await page.keyboard.press('End');
		await untilLive();
		equal(await texts(page, 'weir-player .spin'), []);
	});
	await ok('the page was never loaded again', async () => {
		equal(await page.evaluate('window.untouched'), true);
		equal(exceptions, []);
	});
});
