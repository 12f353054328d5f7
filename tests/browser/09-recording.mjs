#!/usr/bin/env node
// Recordings and clips: where they are listed, how they play, how a clip is
// made, and what is said when that does not work.
import { deep, videoState } from './browser.mjs';
import { clickControl, site, texts, untilPlaying, untilText } from './site.mjs';
import { equal, ok, test, until } from './tap.mjs';

await test(site(), async (mock, open) => {
	const alice = await mock.add('alice', { title: 'Alice' });
	alice.wasLive(90_000, 1800);
	alice.start(600);
	const past = alice.broadcasts[1].id;
	const { page, errors } = await open('/@alice');
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

	await ok('a channel shows what it sent before', async () => {
		await untilText(page, 'weir-video-card', /^30:00 Alice yesterday$/);
		equal(
			await page.evaluate(
				`(${deep})('weir-video-card').map((c) =>
					c.shadowRoot.querySelector('a').getAttribute('href'))`,
			),
			[`/vod/${past}`],
		);
	});
	await page.evaluate('window.untouched = true');
	await ok('one click leads there, without a load', async () => {
		await page.click('weir-video-card a');
		await until(
			'the page',
			() => new URL(page.url()).pathname === `/vod/${past}`,
		);
		await untilText(page, 'weir-recording h1', /^Alice$/);
		await untilPlaying(page, 2);
		equal(await page.evaluate('window.untouched'), true);
		equal((await videoState(page)).currentTime < 30, true);
	});
	await ok('it says what it is', async () => {
		equal(await texts(page, 'weir-recording h1'), ['Alice']);
		await untilText(page, 'weir-recording .sub', /^30:00 yesterday @alice$/);
		equal(await page.title(), 'Alice · weir');
		equal(
			await page.locator('a.fetch').getAttribute('href'),
			`/vod/${past}.mp4`,
		);
		await untilText(page, '.time', /^0:\d\d \/ (29|30):\d\d$/);
		equal(await texts(page, 'button.edge'), []);
	});
	await ok('a link may name a second', async () => {
		await page.goto(`${mock.url}/vod/${past}?t=10m5s`);
		await untilPlaying(page, 1);
		const { currentTime } = await videoState(page);
		equal(currentTime >= 604 && currentTime < 640, true);
	});
	await ok(
		'sharing gives such a link, and those for other players',
		async () => {
			await page.getByRole('button', { name: 'Share' }).click();
			await page.locator('dialog[open] input[type=checkbox]').check();
			const fields = () =>
				page
					.locator('dialog[open] input[type=text]')
					.evaluateAll((all) => all.map((i) => i.value));
			const [link, hls, dash] = await fields();
			const t = Number(/\?t=(\d+)$/.exec(link)[1]);
			equal(link, `${mock.url}/vod/${past}?t=${t}`);
			equal(t >= 604 && t < 660, true);
			equal(
				[hls, dash],
				[
					`${mock.url}/vod/${past}/index.m3u8`,
					`${mock.url}/vod/${past}/manifest.mpd`,
				],
			);
			await page
				.getByRole('button', { name: 'Copy: Link to this page' })
				.click();
			await until(
				'copied',
				async () =>
					(await page.evaluate('navigator.clipboard.readText()')) === link,
			);
			await page.keyboard.press('Escape');
		},
	);

	const range = () => page.evaluate(`(${deep})('weir-player')[0].range`);
	await ok('x begins a clip of the last 30 s', async () => {
		await page.keyboard.press('x');
		await page.locator('weir-clip-maker form').waitFor();
		const { from, to } = await range();
		equal(Math.abs(to - from - 30) < 0.1, true);
	});
	await ok('its ends are moved by keys', async () => {
		const before = await range();
		await page.getByRole('slider', { name: 'Start of the clip' }).focus();
		for (let i = 0; i < 3; i++) {
			await page.keyboard.press('ArrowRight');
		}
		await until(
			'three seconds less',
			async () => Math.abs((await range()).from - before.from - 3) < 0.01,
		);
		equal((await range()).to, before.to);
	});
	await ok('and by dragging, no farther than each other', async () => {
		const box = await page
			.getByRole('slider', { name: 'End of the clip' })
			.boundingBox();
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
		await page.mouse.down();
		await page.mouse.move(box.x - 1000, box.y + 5, { steps: 4 });
		await page.mouse.up();
		const { from, to } = await range();
		equal(Math.abs(to - from - 1) < 0.01, true);
		for (let i = 0; i < 2; i++) {
			await page.keyboard.press('PageUp');
		}
	});
	await ok('a refusal is told in words, and nothing is lost', async () => {
		for (const [status, words] of [
			[429, /many clips/],
			[503, /busy/],
			[403, /cannot be made by everybody/],
			[422, /^At most five minutes\.$/],
		]) {
			mock.refuseClips = [status, 'At most five minutes.'];
			await page.fill('weir-clip-maker [name=title]', 'A jump');
			await page.getByRole('button', { name: 'Save the clip' }).click();
			await untilText(page, 'weir-clip-maker [role=alert]', words);
		}
		mock.refuseClips = null;
	});
	await ok('saved, there is a link to it', async () => {
		const { from, to } = await range();
		await page.getByRole('button', { name: 'Save the clip' }).click();
		await untilText(page, 'weir-clip-maker h2', /^Your clip is ready$/);
		const [clip] = mock.clips;
		equal(
			[clip.title, clip.broadcast.id, clip.from.toFixed(1), clip.to.toFixed(1)],
			['A jump', past, from.toFixed(1), to.toFixed(1)],
		);
		await page.getByRole('button', { name: 'Copy link' }).click();
		await until('copied', async () =>
			(await page.evaluate('navigator.clipboard.readText()')).endsWith(
				`/clip/${clip.id}`,
			),
		);
		equal(await range(), null);
	});
	await ok('and it is listed below', () =>
		untilText(page, 'weir-video-card', /A jump just now$/),
	);
	await ok('it plays, and leads to the whole at that time', async () => {
		await page.getByRole('link', { name: 'Watch', exact: true }).click();
		await untilText(page, 'weir-clip h1', /^A jump$/);
		await untilPlaying(page, 1);
		const full = page.getByRole('link', {
			name: /^Watch in full from 9:\d\d|10:\d\d/,
		});
		const t = Math.floor(mock.clips[0].from);
		equal(await full.getAttribute('href'), `/vod/${past}?t=${t}`);
		await full.click();
		await untilText(page, 'weir-recording h1', /^Alice$/);
		await untilPlaying(page, 1);
		const { currentTime } = await videoState(page);
		equal(currentTime >= t - 1 && currentTime < t + 30, true);
	});
	await ok('at its end there is its last picture', async () => {
		const { frames } = await videoState(page);
		await page.keyboard.press('End');
		await until('the end', async () => (await videoState(page)).ended);
		equal((await videoState(page)).frames > frames, true);
		equal(
			await page.evaluate(`(() => {
				const v = (${deep})('weir-player')[0].shadowRoot.querySelector('video');
				return v.buffered.end(v.buffered.length - 1) > v.duration - 0.5 &&
					v.buffered.length > 0;
			})()`),
			true,
		);
	});
	await ok('and a way to see it again', async () => {
		await page.getByRole('button', { name: 'Watch again' }).click();
		await until('the start', async () => {
			const v = await videoState(page);
			return !v.paused && v.currentTime < 20;
		});
	});

	await ok('a clip of what is live is of that time', async () => {
		await page.goto(`${mock.url}/@alice`);
		await untilPlaying(page, 1);
		await clickControl(page, 'button.clip');
		await page.getByRole('button', { name: 'Save the clip' }).click();
		await untilText(page, 'weir-clip-maker h2', /ready/);
		const [clip] = mock.clips;
		equal(clip.broadcast.id, alice.broadcast);
		equal(Math.abs(clip.to - clip.from - 30) < 1, true);
		equal(clip.to > 590 && clip.to < alice.ready + 2, true);
		await untilText(page, 'button.edge', /^LIVE$/);
	});
	await ok('the recording of what is live can be watched already', async () => {
		await page.goto(`${mock.url}/vod/${alice.broadcast}`);
		await untilPlaying(page, 1);
		equal((await videoState(page)).currentTime < 30, true);
		await untilText(page, 'button.edge', /GO LIVE/);
	});
	await ok('home shows what was live lately', async () => {
		await page.goto(mock.url);
		await untilText(page, 'weir-recent', /^Recently live/);
		await untilText(
			page,
			'weir-video-card',
			/^30:00 Alice @alice · yesterday$/,
		);
	});
	const seen = errors.filter((e) => !/status of 4|status of 5/.test(e));
	await ok('nothing went wrong', () => equal(seen, []));
	for (const [path, words] of [
		['/vod/none', /This recording is not here/],
		['/clip/none', /This clip is not here/],
		['/nowhere', /The stream does not run here/],
	]) {
		await ok(`${path} says so`, async () => {
			await page.goto(mock.url + path);
			await untilText(page, 'weir-missing', words);
		});
	}
});
