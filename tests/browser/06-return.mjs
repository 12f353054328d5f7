#!/usr/bin/env node
// The streamer's connection drops and comes back: viewers are told, and go on
// without a reload.
import { videoState } from './browser.mjs';
import { site, texts, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.start(20);
	const { page, errors } = await open('/@alice');
	await page.evaluate('window.untouched = true');
	const gaps = () => texts(page, '.message[slot=gap]:visible');

	await ok('it plays', () => untilPlaying(page, 2));
	alice.interrupt();
	await ok('what is buffered is played on', () => untilPlaying(page, 1));
	await ok('then it says that the streamer will be back', () =>
		until('the message', async () =>
			(await gaps()).some((t) => /^Alice will be right back/.test(t)),
		),
	);
	await ok('in place of a spinner', async () =>
		equal(await texts(page, 'weir-player .spin'), []),
	);
	await ok('it is live still', async () => {
		equal(await texts(page, 'weir-channel .sub .live'), ['LIVE']);
		equal(
			(await texts(page, '[role=status].hush')).includes(
				'Alice was interrupted and will be back',
			),
			true,
		);
	});
	const stopped = await videoState(page);
	alice.resume();
	await ok('it goes on by itself', () =>
		until('later pictures', async () => {
			const v = await videoState(page);
			return !v.paused && v.currentTime > stopped.currentTime + 2;
		}),
	);
	await ok('in the same player, with the same page', async () => {
		equal(await page.evaluate('window.untouched'), true);
		equal((await videoState(page)).frames > stopped.frames, true);
	});
	await ok('and the message is gone', () =>
		until('no message', async () => (await gaps()).length === 0),
	);
	alice.interrupt();
	await ok('again', () =>
		until('the message', async () => (await gaps()).length === 1),
	);
	alice.end();
	await ok('nobody comes back: the end is told', () =>
		untilText(page, '.message h2', /^The stream has ended$/),
	);
	await ok('nothing went wrong in the console', () => equal(errors, []));
});
