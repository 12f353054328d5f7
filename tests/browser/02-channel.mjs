#!/usr/bin/env node
// The channel page of a live channel: it plays, and the player obeys.
import { deep, videoState } from './browser.mjs';
import {
	clickControl,
	idles,
	site,
	texts,
	untilPlaying,
	untilText,
} from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.start(754);
	const { page, errors } = await open('/@alice');

	await ok('it plays by itself', () => untilPlaying(page, 2));
	await ok('pictures and sound are decoded', async () => {
		const v = await videoState(page);
		return v.videoBytes > 0 && v.audioBytes > 0 && v.width === 640;
	});
	await ok('title, badge, time since the start, tracks', async () => {
		equal(await texts(page, 'weir-channel h1'), ['Alice']);
		equal(await texts(page, 'weir-channel .sub .live'), ['LIVE']);
		const [elapsed] = await texts(page, '.elapsed');
		const [, min, s] = /^(\d+):(\d\d)$/.exec(elapsed);
		const told = 60 * Number(min) + Number(s);
		if (told < 753 || told > alice.ready + 1) {
			throw new Error(elapsed);
		}
		equal(await texts(page, '.tracks span'), [
			'640×360, 30 fps, H.264',
			'AAC, 48 kHz, stereo',
		]);
		equal(await page.title(), '● Alice · weir');
	});
	await ok('the time since the start ticks', async () => {
		const [before] = await texts(page, '.elapsed');
		await until(
			'another second',
			async () => (await texts(page, '.elapsed'))[0] !== before,
		);
	});

	const press = async (key, what, fn) => {
		await page.keyboard.press(key);
		await until(`${key}: ${what}`, async () => fn(await videoState(page)));
	};
	await ok('k and space pause and play', async () => {
		await press('k', 'pause', (v) => v.paused);
		await press(' ', 'play', (v) => !v.paused);
		await press(' ', 'pause', (v) => v.paused);
		await press('K', 'play', (v) => !v.paused);
	});
	await ok('m mutes, up and down change the volume', async () => {
		await press('m', 'mute', (v) => v.muted);
		await press('m', 'sound', (v) => !v.muted);
		await press('ArrowDown', 'quieter', (v) => v.volume < 0.95);
		await press('ArrowUp', 'louder', (v) => v.volume > 0.95);
	});
	await ok('left goes back, and then there is a way to live', async () => {
		await until('something to go back to', () =>
			page.evaluate(`(${deep})('.stage video').some((v) =>
				v.currentTime - v.seekable.start(0) > 6)`),
		);
		// Paused, so that nothing else moves it.
		await press('k', 'pause', (v) => v.paused);
		const { currentTime } = await videoState(page);
		await press('ArrowLeft', 'back', (v) => v.currentTime < currentTime - 3);
		await untilText(page, 'button.edge', /GO LIVE/);
		await press('k', 'play', (v) => !v.paused);
		await press('End', 'live', (v) => v.currentTime > currentTime - 1);
		await untilText(page, 'button.edge', /^LIVE$/);
	});
	await ok('the button leads to live, too', async () => {
		await press('ArrowLeft', 'back', () => true);
		await untilText(page, 'button.edge', /GO LIVE/);
		await clickControl(page, 'button.edge');
		await untilText(page, 'button.edge', /^LIVE$/);
	});
	await ok('f goes to full screen and back', async () => {
		const full = () =>
			page.evaluate(`(${deep})('weir-player')[0].matches(':fullscreen')`);
		await page.keyboard.press('f');
		await until('full screen', full);
		await page.keyboard.press('f');
		await until('not full screen', async () => !(await full()));
	});
	await ok('keys with modifiers are the browser’s', async () => {
		await page.keyboard.press('Control+k');
		equal((await videoState(page)).paused, false);
	});
	await ok('every control has a name and can be reached by Tab', async () => {
		const names = await page.evaluate(
			`(${deep})('weir-player button, weir-player input').map((e) =>
				e.getAttribute('aria-label') ?? e.innerText.trim())`,
		);
		equal(
			names.every((n) => n !== ''),
			true,
		);
		const reached = async () => {
			await page.evaluate(`(${deep})('main')[0].focus()`);
			const seen = [];
			for (let i = 0; i < 9; i++) {
				await page.keyboard.press('Tab');
				seen.push(
					await page.evaluate(`(${deep})(':focus-visible')
						.map((e) => e.getAttribute('aria-label')).at(-1)`),
				);
			}
			return JSON.stringify(seen);
		};
		const wanted = JSON.stringify([
			'Seek',
			'Pause',
			'Mute',
			'Volume',
			'You are watching live',
			'Clip',
			'Settings',
			'Picture-in-picture',
			'Full screen',
		]);
		// Who just fell behind is not at live for a moment.
		await until('all of them', async () => (await reached()) === wanted);
	});
	await ok('the controls go away and come back', async () => {
		await page.evaluate('document.activeElement.blur()');
		await page.mouse.move(500, 300);
		const seen = await idles(page);
		await until('controls hidden', async () => (await seen()).at(-1) === true);
		const before = (await seen()).length;
		await page.mouse.move(520, 300);
		// They go away again.
		await until('controls shown', async () => (await seen())[before] === false);
	});
	await ok('the delay is told and small', async () => {
		await untilText(page, '.time', /^[1-5]\.\d s delay$/);
	});
	await ok('nothing went wrong, nothing was forbidden', () =>
		equal(errors, []),
	);
	await page.close();
});

await test(site({ sound: false }), async (mock, open) => {
	(await mock.add('alice', { title: 'Alice' })).start(20);
	const { page, errors } = await open('about:blank');
	// Whatever playwright evaluates counts as a click, so the page itself has
	// to tell how it plays before one.
	const told = page.waitForEvent('console', {
		predicate: (m) => m.text().startsWith('playing: '),
	});
	await page.addInitScript(`setInterval(() => {
		const v = (${deep})('.stage video').find((v) => v.currentTime > 0 && !v.paused);
		const [pill] = (${deep})('button.unmute');
		if (v && pill) {
			console.log('playing: muted ' + v.muted + ', ' + pill.innerText.trim());
		}
	}, 100)`);
	await ok('without leave for sound it plays muted and says so', async () => {
		await page.goto(`${mock.url}/@alice`);
		equal((await told).text(), 'playing: muted true, Tap to unmute');
	});
	await ok('a click on that brings the sound', async () => {
		await page.click('button.unmute');
		await until('sound', async () => !(await videoState(page)).muted);
		equal(await texts(page, 'button.unmute'), []);
	});
	await ok('nothing went wrong', () => equal(errors, []));
});
