#!/usr/bin/env node
// A viewer who comes early: the page waits, starts by itself, tells the end,
// and starts again.
import { videoState } from './browser.mjs';
import { site, texts, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	await mock.add('bob', { title: 'Bob' });
	alice.wasLive(3 * 3600);
	const { page, errors } = await open('/@alice');

	await ok('a channel that is not live says so, and since when', async () => {
		await untilText(page, '.message h2', /^Alice is not live$/);
		await untilText(page, '.message p', /^Last live 3 h ago\.$/);
		equal(await texts(page, 'weir-channel .sub .live'), []);
		equal(await page.title(), 'Alice · weir');
	});
	await ok('nothing is played', async () =>
		equal((await videoState(page)).readyState, 0),
	);
	alice.start(0);
	alice.held = true;
	await ok('it says that a broadcast is about to start', () =>
		untilText(page, '.message h2', /^Alice is going live$/),
	);
	await ok('and asks for no playlist that is not there', () =>
		mock.requests.every((r) => !r.startsWith('/live/')),
	);
	alice.held = false;
	await ok('it starts by itself, before there is much to play', () =>
		untilPlaying(page, 1),
	);
	await ok('and is marked as live', async () => {
		equal(await texts(page, 'weir-channel .sub .live'), ['LIVE']);
		equal(await texts(page, '.message'), []);
	});
	alice.end();
	await ok('what is left is played, then the end is told', async () => {
		await untilText(page, '.message h2', /^The stream has ended$/);
		equal(await texts(page, 'weir-channel .sub .live'), []);
	});
	await ok('the page learns how long it was', () =>
		untilText(page, '.message p', /^Alice was live for \d+ s\.$/),
	);
	alice.start(2);
	await ok('the next broadcast starts by itself, too', async () => {
		await untilPlaying(page, 1);
		equal(await texts(page, '.message'), []);
	});
	await ok('leaving the page stops the player', async () => {
		await page.click('a.home');
		await until('no video plays', async () => {
			const v = await videoState(page);
			return v === null || v.paused;
		});
		const asked = () => mock.requests.filter((r) => r.endsWith('.m3u8')).length;
		const before = asked();
		// The home page asks for the list twice in this time.
		const polls = () =>
			mock.requests.filter((r) => r === '/api/channels').length;
		const polled = polls();
		await until('the home page polls', () => polls() >= polled + 2);
		equal(asked(), before);
	});
	await ok('nothing went wrong in the console', () => equal(errors, []));
	await page.close();

	const other = await open('/@bob');
	await ok('a channel that never was live says so', async () => {
		await untilText(other.page, '.message h2', /^Bob is not live$/);
		await untilText(other.page, '.message p', /no broadcast yet/);
	});
	await ok('and shows who else is live', () =>
		untilText(other.page, 'weir-others weir-card', /Alice/),
	);
	await other.page.goto(`${mock.url}/@nobody`);
	await ok('an unknown channel is told', async () => {
		await untilText(other.page, 'weir-missing h1', /no channel @nobody/);
		equal(await other.page.title(), 'Channel not found · weir');
	});
	await mock.add('nobody', { title: 'Nobody' });
	await ok('and found when it is made', () =>
		untilText(other.page, '.message h2', /^Nobody is not live$/),
	);
});
