#!/usr/bin/env node
// What the player offers: the whole broadcast to seek in, qualities, speed,
// captions, figures, keys.
import { deep, phone, videoState } from './browser.mjs';
import {
	clickControl,
	site,
	texts,
	untilPlaying,
	untilPointed,
	untilText,
} from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

const slider = (page, name) =>
	page.evaluate(`Number((${deep})('.rail')[0]
		.getAttribute('aria-value${name}'))`);
const rate = (page) =>
	page.evaluate(`(${deep})('.stage video')[0].playbackRate`);
const near = (got, want, by) => {
	if (!(Math.abs(got - want) <= by)) {
		throw new Error(`got ${got}, want ${want} give or take ${by}`);
	}
};

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.start(7500);
	alice.qualities = 3;
	const { page, errors } = await open('/@alice');
	const press = async (key, what, fn) => {
		await page.keyboard.press(key);
		await until(`${key}: ${what}`, async () => fn(await videoState(page)));
	};

	await ok('it plays live', async () => {
		await untilPlaying(page, 1);
		await page.locator('weir-seek').waitFor();
	});
	await ok('the bar holds all of the broadcast', async () => {
		const most = await slider(page, 'max');
		near(most, alice.ready - 3, 30);
		await until(
			'it plays at its end',
			async () => (await slider(page, 'now')) >= most - 3,
		);
	});
	await ok(
		'pointing at it tells how long ago, what time, and shows it',
		async () => {
			const box = await page.locator('weir-seek').boundingBox();
			const pointed = (what, fn) =>
				untilPointed(
					page,
					what,
					box.x + box.width / 2,
					box.y + box.height / 2,
					fn,
				);
			// With its date, where that was yesterday.
			const tip = /^−1:0[12]:\d\d (\d+\/\d+\/\d+, )?\d+:\d\d:\d\d/;
			await pointed('the time', async () =>
				(await texts(page, 'weir-seek .tip')).some((t) => tip.test(t)),
			);
			await pointed('a picture', () =>
				page.evaluate(
					`(${deep})('video').some((v) =>
					v.getRootNode().host.localName === 'weir-glimpse' &&
					v.videoWidth > 0)`,
				),
			);
		},
	);
	await ok('a click seeks there, and then one is behind', async () => {
		await clickControl(page, 'weir-seek');
		await untilText(page, 'button.edge', /GO LIVE/);
		await untilText(page, '.time', /^−1:0[12]:\d\d$/);
		await untilPlaying(page, 1);
	});
	await ok('keys seek', async () => {
		const { currentTime: t } = await videoState(page);
		await press('j', 'back', (v) => v.currentTime < t - 3);
		await press('l', 'forward', (v) => v.currentTime > t - 3);
		await press('0', 'the start', (v) => v.currentTime < 20);
		await press('9', 'nine tenths', (v) => v.currentTime > 6000);
		await press('Home', 'the start', (v) => v.currentTime < 20);
		await page.locator('.rail').focus();
		await press('PageUp', 'a minute on', (v) => v.currentTime > 55);
	});
	await ok('paused, comma and dot show the next frames', async () => {
		await press('k', 'pause', (v) => v.paused);
		const { currentTime: t } = await videoState(page);
		await press('.', 'on', (v) => v.currentTime > t + 0.02);
		const { currentTime: u } = await videoState(page);
		near(u - t, 1 / 30, 0.02);
		await press(',', 'back', (v) => v.currentTime < u - 0.02);
		await press('k', 'play', (v) => !v.paused);
	});
	await ok(
		'the speed is chosen with < and >, or in the menu, which stays',
		async () => {
			await page.keyboard.press('>');
			await until('1.25', async () => (await rate(page)) === 1.25);
			await page.keyboard.press('<');
			await until('1', async () => (await rate(page)) === 1);
			await clickControl(page, 'button.settings');
			const { currentTime } = await videoState(page);
			await until(
				'longer than the bar stays',
				async () => (await videoState(page)).currentTime > currentTime + 4,
			);
			equal(
				await page.evaluate(
					`(${deep})('weir-player')[0].hasAttribute('data-idle')`,
				),
				false,
			);
			await page.getByRole('menuitem', { name: /^Speed/ }).click();
			await page.getByRole('menuitemradio', { name: '1.5×' }).click();
			await until('1.5', async () => (await rate(page)) === 1.5);
			await page.keyboard.press('Escape');
		},
	);
	await ok('at live it is near 1 all the same', async () => {
		await page.keyboard.press('End');
		await untilText(page, 'button.edge', /^LIVE$/);
		await until('that', async () => Math.abs((await rate(page)) - 1) <= 0.05);
		const from = await videoState(page);
		const seen = [];
		await until('some seconds', async () => {
			seen.push(await rate(page));
			return (await videoState(page)).currentTime > from.currentTime + 4;
		});
		equal(
			seen.filter((r) => r < 0.95 || r > 1.05),
			[],
		);
	});
	await ok('a quality is chosen by keys alone', async () => {
		await page.locator('button.settings').focus();
		await page.keyboard.press('Enter');
		await page.getByRole('menuitem', { name: /^Quality/ }).waitFor();
		await page.keyboard.press('Enter');
		equal(
			await page
				.getByRole('menuitemradio')
				.evaluateAll((all) => all.map((e) => e.dataset.label)),
			['Automatic', '360p', '180p', '90p'],
		);
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		mock.requests.length = 0;
		await page.keyboard.press('Enter');
		await until('its playlist is asked for', () =>
			mock.requests.includes('/live/alice/video2/index.m3u8'),
		);
		await page.keyboard.press('Escape');
	});
	await ok('and remembered', async () => {
		await page.reload();
		await untilPlaying(page, 1);
		await clickControl(page, 'button.settings');
		await page.getByRole('menuitem', { name: 'Quality 180p' }).waitFor();
		await page.keyboard.press('Escape');
		await page.evaluate('localStorage.clear()');
	});
	await ok('captions are offered when there are any', async () => {
		equal(await texts(page, 'button.captions'), []);
		await page.evaluate(`(${deep})('.stage video')[0]
			.addTextTrack('captions', 'English', 'en')`);
		await page.locator('button.captions').waitFor();
		const shown = () =>
			page.evaluate(`(${deep})('.stage video')[0].textTracks[0].mode`);
		await page.keyboard.press('c');
		equal(await shown(), 'showing');
		await page.keyboard.press('c');
		equal(await shown(), 'hidden');
	});
	await ok('figures are told, and can be copied', async () => {
		await page
			.context()
			.grantPermissions(['clipboard-read', 'clipboard-write']);
		await page.keyboard.press('s');
		const [text] = await texts(page, 'weir-stats');
		for (const name of ['Delay to the playlist', 'Buffer', 'Connection']) {
			equal([name, text.includes(name)], [name, true]);
		}
		await page.click('weir-stats button.copy');
		await until('copied', async () =>
			/^Source: [0-9a-f-]+\nMode: live, segments of 1 s\n[^]*Frames dropped: \d+ of \d+\n[^]*hls\.js/.test(
				await page.evaluate('navigator.clipboard.readText()'),
			),
		);
		await page.click('weir-stats button.close');
		await until(
			'gone',
			async () => (await texts(page, 'weir-stats')).length === 0,
		);
	});
	await ok('? shows the keys, Escape puts them away', async () => {
		await page.keyboard.press('?');
		await page.locator('weir-keys dialog[open]').waitFor();
		await page.keyboard.press('Escape');
		await page.locator('weir-keys dialog[open]').waitFor({ state: 'detached' });
	});
	await ok('the system is told what plays', async () =>
		equal(
			await page.evaluate('navigator.mediaSession.metadata.title'),
			'Alice',
		),
	);
	await ok('each request says how it goes (CTA-5004), in headers', async () => {
		const media = mock.cmcd.filter((c) => /\/media\/.*\/\d+\.m4s/.test(c.path));
		const told = media.filter((c) => 'sid' in c);
		equal(told.length > 0, true);
		for (const c of told) {
			equal(/^"[0-9a-f]{32}"$/.test(c.sid), true);
			equal(c.cid, `"${alice.broadcast}"`);
			equal([c.sf, c.st, ['v', 'a'].includes(c.ot)], ['h', 'l', true]);
		}
		equal(
			told.some((c) => Number(c.mtp) > 0 && Number(c.bl) > 0),
			true,
		);
		// One for the first page view, one after the reload.
		equal(new Set(told.map((c) => c.sid)).size, 2);
	});
	await ok('nothing went wrong', () => equal(errors, []));
});

await test(site(phone), async (mock, open) => {
	(await mock.add('alice', { title: 'Alice' })).start(3600);
	const { page, errors } = await open('/@alice');
	const touch = await page.context().newCDPSession(page);
	const finger = (type, x, y) =>
		touch.send('Input.dispatchTouchEvent', {
			type,
			touchPoints: type === 'touchEnd' ? [] : [{ x, y }],
		});
	await ok('on a phone it plays', () => untilPlaying(page, 1));
	await ok('a finger scrubs', async () => {
		const { x, y, width, height } = await page
			.locator('weir-seek')
			.boundingBox();
		const middle = y + height / 2;
		await finger('touchStart', x + width - 8, middle);
		await finger('touchMove', x + width / 2, middle);
		await untilText(page, 'weir-seek .tip', /^−(29|30):\d\d /);
		equal((await texts(page, 'button.edge'))[0], 'LIVE');
		await finger('touchEnd');
		await untilText(page, '.time', /^−(29|30):\d\d$/);
	});
	await ok('two taps at the side seek', async () => {
		const { x, y, width, height } = await page
			.locator('weir-player')
			.boundingBox();
		await untilPlaying(page, 1);
		const before = await videoState(page);
		for (let i = 0; i < 2; i++) {
			await page.touchscreen.tap(x + width - 40, y + height / 3);
		}
		await until(
			'forward',
			async () => (await videoState(page)).currentTime > before.currentTime + 9,
		);
	});
	await ok('the settings are a sheet at the bottom', async () => {
		await until('controls', async () => {
			await page
				.locator('button.settings')
				.click({ timeout: 3000 })
				.catch(() => {});
			return (await page.locator('weir-menu .menu:popover-open').count()) === 1;
		});
		const box = await page.locator('weir-menu .menu').boundingBox();
		near(box.y + box.height, 844, 1);
		near(box.width, 390, 1);
	});
	await ok('nothing went wrong', () => equal(errors, []));
});
