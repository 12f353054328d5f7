#!/usr/bin/env node
// On a phone: nothing to scroll sideways, targets a thumb can hit.
import { deep, phone, videoState } from './browser.mjs';
import { idles, site, texts, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

const long = 'A title that goes on and on, as titles of streams sometimes do';

const fits = (page) =>
	page.evaluate(
		'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
	);

// Controls that are shown but smaller than 44 x 44 CSS pixels.
const small = (page) =>
	page.evaluate(`(${deep})('button, .button, a.home').filter((e) => {
		const b = e.getBoundingClientRect();
		return b.width > 0 && (b.width < 44 || b.height < 44);
	}).map((e) => e.className)`);

// How many controls lie, in part, outside the player.
const outside = (page) =>
	page.evaluate(`(() => {
		const p = (${deep})('weir-player')[0].getBoundingClientRect();
		return (${deep})('weir-player button, weir-player input').filter((e) => {
			const b = e.getBoundingClientRect();
			return b.width > 0 && (b.left < p.left || b.right > p.right);
		}).length;
	})()`);

const playerWidth = (page) =>
	page.evaluate(`(${deep})('weir-player')[0].getBoundingClientRect().width`);

await test(site({ ...phone, sound: true }), async (mock, open) => {
	const { page, errors } = await open('/');
	await untilText(page, 'weir-welcome', /weir channel add/);
	await ok('the first page fits', () => fits(page));
	await ok('its targets are large', async () => equal(await small(page), []));

	(await mock.add('alice', { title: long })).start(754);
	(
		await mock.add(
			'a-very-long-name-of-a-channel-as-long-as-names-may-be-at-most0',
		)
	).start();
	(await mock.add('carol', { title: long })).wasLive(3 * 3600);
	await until(
		'the cards are there',
		async () => (await texts(page, 'weir-card')).length === 3,
	);
	await ok('the cards fit', () => fits(page));
	await ok('their targets are large', async () => equal(await small(page), []));

	await page.tap('weir-card a[href="/@alice"]');
	await untilPlaying(page, 1);
	await ok('the channel page fits', () => fits(page));
	await ok('its targets are large', async () => equal(await small(page), []));
	await ok('the player is as wide as the screen', async () =>
		equal(await playerWidth(page), 390),
	);
	await ok('all controls lie inside the player', async () =>
		equal(await outside(page), 0),
	);
	await ok(
		'a tap hides and shows the controls, and does not pause',
		async () => {
			const seen = await idles(page);
			await until(
				'controls hidden',
				async () => (await seen()).at(-1) === true,
			);
			const before = (await seen()).length;
			await page.touchscreen.tap(195, 120);
			// They go away again.
			await until(
				'controls shown',
				async () => (await seen())[before] === false,
			);
			equal((await videoState(page)).paused, false);
		},
	);
	await page.setViewportSize({ width: 360, height: 640 });
	await ok('they lie there on a narrower one, too', async () =>
		equal(await outside(page), 0),
	);
	await page.setViewportSize({ width: 844, height: 390 });
	await ok('held sideways it fits, too', () => fits(page));
	await ok('and the whole player can be seen', async () =>
		equal(
			await page.evaluate(
				`(${deep})('weir-player')[0].getBoundingClientRect().height <= 390`,
			),
			true,
		),
	);
	await page.setViewportSize({ width: 320, height: 568 });
	await ok('the narrowest phone fits', () => fits(page));

	await page.setViewportSize({ width: 390, height: 844 });
	const tall = await mock.add('tall');
	tall.clip = { ...tall.clip, width: 320, height: 568 };
	tall.start();
	await page.goto(new URL('/@tall', page.url()).href);
	await untilPlaying(page, 1);
	await ok('a picture that stands takes the width of the screen', async () =>
		equal(await playerWidth(page), 390),
	);
	await ok('its controls lie inside', async () =>
		equal(await outside(page), 0),
	);
	await ok('nothing went wrong', () => equal(errors, []));
});

await test(
	site({ viewport: { width: 390, height: 844 }, sound: true }),
	async (mock, open) => {
		(await mock.add('alice')).start();
		const { page } = await open('/@alice');
		await untilPlaying(page, 1);
		await ok(
			'in a narrow window with a mouse all controls lie inside',
			async () => equal(await outside(page), 0),
		);
	},
);
