// What every browser test opens: a mock with channels, and Chromium on it.
import { deep, openBrowser, videoState, watchErrors } from './browser.mjs';
import { Mock } from './mock.mjs';
import { equal, ok, until } from './tap.mjs';

// For tap.mjs's test(): the mock, and a function that opens a page.
export function site(options = {}) {
	return async (things) => {
		const mock = await Mock.open();
		things.push(mock);
		const browser = await openBrowser(options);
		things.push(browser, {
			close: () =>
				ok('every playlist that pages got is by RFC 8216', async () =>
					equal(await browser.playlistFaults(), []),
				),
		});
		const open = async (path) => {
			const page = await browser.context.newPage();
			const errors = watchErrors(page);
			await page.goto(path.startsWith('/') ? mock.url + path : path);
			return { page, errors };
		};
		return [mock, open];
	};
}

// The text of everything on the page that SELECTOR finds; of a component,
// what its shadow root shows.
export function texts(page, selector) {
	return page.locator(selector).evaluateAll((found) =>
		found.map((e) =>
			[...(e.shadowRoot?.children ?? [e])]
				.map((part) => part.innerText)
				.join(' ')
				.replace(/\s+/g, ' ')
				.trim(),
		),
	);
}

export function untilText(page, selector, pattern) {
	return until(`${selector} says ${pattern}`, async () =>
		(await texts(page, selector)).some((t) => pattern.test(t)),
	);
}

// The video, once it plays and then has played for SECONDS more.
export async function untilPlaying(page, seconds = 1) {
	const playing = async () => {
		const v = await videoState(page);
		return v !== null && !v.paused && v.readyState >= 3 && v.frames > 0 && v;
	};
	const from = await until('a video plays', playing);
	return until(`it plays for ${seconds} s`, async () => {
		const v = await playing();
		return v && v.currentTime >= from.currentTime + seconds && v;
	});
}

// From now on the page notes whether the player's controls are hidden, each time
// that changes; returns a function that tells what it noted, beginning with now.
export async function idles(page) {
	await page.evaluate(`(() => {
		const [player] = (${deep})('weir-player');
		const now = () => player.hasAttribute('data-idle');
		const seen = (window.idles = [now()]);
		new MutationObserver(() => now() !== seen.at(-1) && seen.push(now()))
			.observe(player, { attributeFilter: ['data-idle'] });
	})()`);
	return () => page.evaluate('window.idles');
}

// Moves the mouse about X and Y until FN is true: a first move only brings the
// player's controls back, should they have gone away.
export function untilPointed(page, what, x, y, fn) {
	let moves = 0;
	return until(what, async () => {
		await page.mouse.move(x + (moves++ % 2), y);
		return fn();
	});
}

// Clicks the player's control that SELECTOR finds.
export async function clickControl(page, selector) {
	const control = page.locator(selector);
	await control.waitFor();
	const { x, y, width, height } = await control.boundingBox();
	const there = () =>
		control.click({ timeout: 2000 }).then(
			() => true,
			() => false,
		);
	await untilPointed(
		page,
		`a click on ${selector}`,
		x + width / 2,
		y + height / 2,
		there,
	);
}
