#!/usr/bin/env node
// The home page: cards in order, badges, pictures, and its other states.
import { deep } from './browser.mjs';
import { site, texts, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

const pictures = (page) =>
	page.evaluate(
		`(${deep})('weir-picture').filter((p) =>
			p.getRootNode().host.localName === 'weir-card').map((p) => {
			const v = p.shadowRoot.querySelector('video.shown');
			return v !== null && v.readyState >= 2 && v.videoWidth > 0 && v.paused
				&& v.muted;
		})`,
	);

await test(site(), async (mock, open) => {
	let { page, errors } = await open('/');
	await ok('without channels the page says how to add one', async () => {
		await untilText(page, 'weir-welcome', /weir channel add/);
		await untilText(page, 'weir-welcome', /rtmp:\/\/127\.0\.0\.1:1935\/live/);
	});

	(await mock.add('alice', { title: 'Alice by the river' })).start(721);
	(await mock.add('carol', { title: 'Carol' })).wasLive(3 * 3600);
	await mock.add('erin');
	await ok('a new channel appears without a reload', () =>
		untilText(page, 'weir-card', /Alice by the river/),
	);
	await ok('live ones come first, with what is known of them', async () =>
		equal(await texts(page, 'weir-card h3, weir-card .sub'), [
			'Alice by the river',
			'@alice · live for 12 min',
			'Carol',
			'was live 3 h ago',
			'erin',
			'@erin · not live yet',
		]),
	);
	await ok('only the live one has a badge', async () =>
		equal(await texts(page, 'weir-card .live'), ['LIVE']),
	);
	await ok('pictures are first frames of paused, muted videos', () =>
		until('two pictures and a stand-in', async () => {
			const got = JSON.stringify(await pictures(page));
			return got === '[true,true,false]';
		}),
	);
	await ok('the title counts what is live', async () =>
		equal(await page.title(), '(1) Live now · weir'),
	);
	await ok('a live picture is refreshed', async () => {
		const media = () =>
			new Set(mock.requests.filter((r) => /video\/\d+\.m4s/.test(r))).size;
		const before = media();
		await until('a newer segment is fetched', () => media() > before);
	});
	await ok('hls.js is not fetched by the home page', () =>
		mock.requests.every((r) => !r.includes('/assets/hls-')),
	);

	const live = await mock.add('bob', { title: 'Bob' });
	live.start();
	await ok('a channel that goes live moves up', () =>
		until(
			'two badges',
			async () => (await texts(page, 'weir-card .live')).length === 2,
		),
	);
	await ok('a card leads to the channel without loading anew', async () => {
		await page.evaluate('window.stayed = true');
		await page.click('weir-card a[href="/@bob"]');
		await untilText(page, 'weir-channel h1', /^Bob$/);
		equal(new URL(page.url()).pathname, '/@bob');
		equal(await page.evaluate('window.stayed'), true);
	});
	await ok('and back', async () => {
		await page.goBack();
		await until(
			'the cards are there',
			async () => (await texts(page, 'weir-card')).length === 4,
		);
	});
	await ok('nothing went wrong in the console', () => equal(errors, []));

	await mock.down();
	await ok(
		'when the server goes away the cards stay, with a note',
		async () => {
			await untilText(page, '.stale', /Trying again/);
			equal((await texts(page, 'weir-card')).length, 4);
		},
	);
	await mock.up();
	await ok('the note goes when the server is back', () =>
		until('no note', async () => (await texts(page, '.stale')).length === 0),
	);
	await page.close();

	({ page, errors } = await open('/no/such/page'));
	await ok('another path is a page that leads home', async () => {
		await untilText(page, 'weir-missing h1', /does not run here/);
		equal(await page.title(), 'Page not found · weir');
		await page.click('weir-missing a[href="/"]');
		await until(
			'the cards are there',
			async () => (await texts(page, 'weir-card')).length === 4,
		);
	});
	await ok('the theme can be switched and is remembered', async () => {
		const theme = () => page.evaluate('document.documentElement.dataset.theme');
		equal(await theme(), 'light');
		await page.click('button.theme');
		equal(await theme(), 'dark');
		await page.reload();
		equal(await theme(), 'dark');
	});
	await page.route('**/api/**', (r) => r.abort());
	await page.reload();
	await ok(
		'a server that cannot be reached is told, with a retry',
		async () => {
			await untilText(page, '[role=alert]', /cannot be reached/);
			await page.unroute('**/api/**');
			await page.click('button.button');
			await until(
				'the cards are there',
				async () => (await texts(page, 'weir-card')).length === 4,
			);
		},
	);
});
