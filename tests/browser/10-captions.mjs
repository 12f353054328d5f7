#!/usr/bin/env node
// Captions that are inside the pictures (CEA-608) are shown when wanted, and
// the wish is remembered.
import { deep } from './browser.mjs';
import { captioned } from './captions.mjs';
import { clickControl, site, texts, untilPlaying } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const clip = await captioned(mock.dir, 'HELLO WEIR');
	(await mock.add('alice', { title: 'Alice', clip })).start(30);
	const { page, errors } = await open('/@alice');
	const shown = () =>
		page.evaluate(`[...(${deep})('.stage video')[0].textTracks]
			.filter((t) => t.mode === 'showing')
			.flatMap((t) => [...(t.activeCues ?? [])].map((c) => c.text.trim()))`);

	await ok('it plays', () => untilPlaying(page, 1));
	await ok('it is found that there are captions', () =>
		page.locator('button.captions').waitFor(),
	);
	await ok('they are not shown unasked', async () => equal(await shown(), []));
	await ok('c shows them', async () => {
		await page.keyboard.press('c');
		await until('the text', async () => (await shown()).includes('HELLO WEIR'));
	});
	await ok('the menu has them', async () => {
		await clickControl(page, 'button.settings');
		await page.getByRole('menuitem', { name: 'Captions Captions' }).click();
		/* It opens, and is filled, in its own time. */
		const want = JSON.stringify([
			['Off', 'false'],
			['Captions', 'true'],
		]);
		await until('the menu', async () => {
			const there = await page
				.getByRole('menuitemradio')
				.evaluateAll((all) => all.map((e) => [e.dataset.label, e.ariaChecked]));
			return JSON.stringify(there) === want;
		});
		await page.keyboard.press('Escape');
	});
	await ok('who wanted them has them the next time', async () => {
		await page.reload();
		await until('the text', async () => (await shown()).includes('HELLO WEIR'));
	});
	await ok('c takes them away', async () => {
		await page.keyboard.press('c');
		await until('nothing', async () => (await shown()).length === 0);
		equal(await texts(page, 'button.captions.on'), []);
	});
	await ok('nothing went wrong', () => equal(errors, []));
});
