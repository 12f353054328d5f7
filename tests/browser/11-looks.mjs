#!/usr/bin/env node
// Pictures that the server made: on cards, behind players, over the seek bar.
import { deep } from './browser.mjs';
import { site, texts, untilPlaying, untilPointed, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

// How each card's picture is shown.
const pictures = (page, card) =>
	page.evaluate(
		`(${deep})('weir-picture').filter((p) =>
			p.getRootNode().host.localName === '${card}').map((p) => {
			const e = p.shadowRoot.querySelector('.shown');
			return e === null ? '' : e.localName === 'img' && e.naturalWidth === 640
				? 'picture' : e.localName;
		})`,
	);

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.looks = true;
	alice.wasLive(90_000, 1800);
	alice.start(600);
	const bob = await mock.add('bob', { title: 'Bob' });
	bob.start(600);
	const past = alice.broadcasts[1].id;
	const { page, errors } = await open('/');
	await ok('a card shows the picture that there is, or a frame', () =>
		until('both', async () => {
			const got = await pictures(page, 'weir-card');
			return got.includes('picture') && got.includes('video');
		}),
	);
	await ok('so do cards of recordings', () =>
		until('one', async () =>
			(await pictures(page, 'weir-video-card')).includes('picture'),
		),
	);
	const asked = () =>
		mock.requests.filter((r) => r === '/live/alice/thumb.webp').length;
	await ok('no segment is fetched for it', () =>
		mock.requests.every((r) => !r.includes(alice.current.id)),
	);
	await ok('it is fetched again by and by', async () => {
		const before = asked();
		await until('it is', () => asked() > before);
	});
	alice.looks = false;
	await ok('should it be gone, a frame takes its place', () =>
		until('it does', async () => {
			const got = await pictures(page, 'weir-card');
			return got.every((p) => p === 'video');
		}),
	);
	alice.looks = true;

	await page.goto(`${mock.url}/vod/${past}`);
	await ok('behind a player there is one', () =>
		until('it', async () =>
			(await pictures(page, 'weir-recording')).includes('picture'),
		),
	);
	await untilText(page, 'weir-recording h1', /^Alice$/);
	await untilPlaying(page, 1);
	const glimpse = () =>
		page.evaluate(`(() => {
			const g = (${deep})('weir-glimpse')[0];
			const svg = g?.shadowRoot.querySelector('svg');
			return svg === null || svg === undefined ? null : {
				box: svg.getAttribute('viewBox'),
				url: svg.querySelector('image').getAttribute('href'),
			};
		})()`);
	await ok('pointing at the bar shows a small picture of then', async () => {
		const rail = page.locator('weir-seek .rail');
		const box = await rail.boundingBox();
		// At 15:00 of 30 min: its clip of a minute begins anew each minute.
		const got = await untilPointed(
			page,
			'it',
			box.x + box.width / 2,
			box.y + box.height / 2,
			glimpse,
		);
		equal(got.url, `${mock.url}/media/${past}/thumb/board-0.webp`);
		equal(/^\d+ \d+ 192 108$/.test(got.box), true);
	});
	await ok('another one further on', async () => {
		const before = (await glimpse()).box;
		const box = await page.locator('weir-seek .rail').boundingBox();
		await untilPointed(
			page,
			'it',
			box.x + box.width * 0.51,
			box.y + box.height / 2,
			async () => {
				const now = await glimpse();
				return now !== null && now.box !== before;
			},
		);
	});
	await ok('for all of it one sheet is fetched', async () =>
		equal(mock.requests.filter((r) => r.includes('/thumb/board-')).length, 1),
	);
	await ok('where there is none, a frame of the segment', async () => {
		await page.goto(`${mock.url}/@bob`);
		await untilPlaying(page, 1);
		await page.mouse.move(10, 10);
		const box = await page.locator('weir-seek .rail').boundingBox();
		const { x, y, width, height } = box;
		await untilPointed(page, 'it', x + width / 2, y + height / 2, () =>
			page.evaluate(
				`(${deep})('weir-glimpse video').length === 1 ||
				(${deep})('weir-glimpse').some((g) => g.shadowRoot.querySelector('video'))`,
			),
		);
	});
	await ok('nothing went wrong but the picture that was gone', async () =>
		equal(
			errors.filter((e) => !/thumb\.webp/.test(e)),
			[],
		),
	);
	equal((await texts(page, 'weir-channel h1')).length, 1);
});
