#!/usr/bin/env node
// The studio: a door with a token, figures and graphs, what is wrong in words.
import { deep, phone } from './browser.mjs';
import { token } from './mock-looks.mjs';
import { site, texts, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

const shots = process.env.SHOTS;
const shoot = async (page, name) => {
	if (shots) {
		await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
	}
};

const enter = async (page) => {
	await page.locator('weir-studio input').fill(token);
	await page.getByRole('button', { name: 'Open' }).click();
	await untilText(page, 'weir-studio .figure', /Mbit\/s/);
};

const fits = (page) =>
	page.evaluate(
		'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
	);

// The parts of graphs that are drawn, and what is no number in them.
const drawn = (page) =>
	page.evaluate(`(() => {
		const parts = (${deep})('weir-graph').map((g) =>
			[...g.shadowRoot.querySelectorAll('path, rect')]);
		return { graphs: parts.filter((p) => p.length > 0).length,
			broken: parts.flat().filter((p) => /NaN|undefined/.test(p.outerHTML)).length };
	})()`);

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice by the river' });
	alice.looks = true;
	alice.start(754);
	let { page, errors } = await open('/studio/alice');
	await ok('it is for operators', () =>
		untilText(page, 'weir-studio', /weir token --role operator/),
	);
	await ok('who is asked for a token, once', async () => {
		equal(
			mock.requests.filter((r) => r.endsWith('/health')),
			[],
		);
		await page.locator('weir-studio input').fill('nonsense');
		await page.getByRole('button', { name: 'Open' }).click();
		await untilText(page, 'weir-studio .refused', /for the role operator/);
	});
	await shoot(page, 'door');
	await ok('with a good one there are figures', () => enter(page));
	await ok('of all that counts', async () =>
		equal(await texts(page, 'weir-studio h3'), [
			'Bit rate',
			'Frame rate',
			'Keyframes every',
			'Dropped frames',
			'Sound',
			'Viewers',
		]),
	);
	await ok('with graphs', async () =>
		equal(await drawn(page), { graphs: 5, broken: 0 }),
	);
	await ok('all is well', () =>
		untilText(page, 'weir-studio .verdict', /All is well/),
	);
	await ok('they are asked for again and again', async () => {
		const asked = () =>
			mock.requests.filter((r) => r.endsWith('/health')).length;
		const before = asked();
		await until('they are', () => asked() > before + 1);
	});
	await ok('a reload does not ask for the token', async () => {
		await page.reload();
		await untilText(page, 'weir-studio .figure', /Mbit\/s/);
	});
	await until('the picture', async () =>
		page.evaluate(
			`(${deep})('weir-studio weir-picture, weir-picture').some((p) =>
				p.shadowRoot.querySelector('img.shown'))`,
		),
	);
	await shoot(page, 'studio');
	alice.trouble = {
		keyframes: 'keyframes every 10 s: low latency wants 2 s or less',
		dropped: 'dropped frames: 3',
		silence: 'no sound: silence',
	};
	await ok('what is wrong is said', async () => {
		await untilText(page, 'weir-studio .verdict', /3 things to look at/);
		await untilText(
			page,
			'weir-studio .verdict li',
			/^Keyframes every 10 s: low latency wants 2 s or less\.$/,
		);
	});
	await ok('and its figures are marked', async () =>
		equal(await texts(page, 'weir-studio .tile.odd h3'), [
			'Keyframes every',
			'Dropped frames',
			'Sound',
		]),
	);
	await shoot(page, 'studio-odd');
	await page.emulateMedia({ colorScheme: 'light' });
	await shoot(page, 'studio-light');
	alice.end();
	await ok('when it ends that is said', () =>
		untilText(page, 'weir-studio', /Not live/),
	);
	await shoot(page, 'studio-off');
	await ok('of no channel there is none', async () => {
		await page.goto(`${mock.url}/studio/nobody`);
		await untilText(page, 'weir-missing', /no channel @nobody/i);
	});
	await ok('nothing went wrong but what was refused', async () =>
		equal(
			errors.filter((e) => !/401|404/.test(e)),
			[],
		),
	);
});

await test(site(phone), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice by the river' });
	alice.looks = true;
	alice.start(754);
	alice.trouble = { quiet: 'sound is quiet: -48 dB' };
	const { page, errors } = await open('/studio/alice');
	await untilText(page, 'weir-studio', /weir token/);
	await ok('on a phone the door fits', () => fits(page));
	await shoot(page, 'phone-door');
	await enter(page);
	await ok('and all that is behind it', () => fits(page));
	await ok('in two columns', async () =>
		equal(
			await page.evaluate(`(() => {
				const x = (${deep})('weir-studio .tile, .tile').map((e) =>
					Math.round(e.getBoundingClientRect().left));
				return new Set(x).size;
			})()`),
			2,
		),
	);
	await until('the picture', async () =>
		page.evaluate(
			`(${deep})('weir-picture').some((p) => p.shadowRoot.querySelector('img.shown'))`,
		),
	);
	await shoot(page, 'phone-studio');
	await ok('nothing went wrong', async () => equal(errors, []));
});
