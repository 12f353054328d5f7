// What of the clock that clock.c paints is on the screen of a page, and when.
import { deep } from '../browser/browser.mjs';

// Runs in the page, once it has a video: notes each picture as it is shown.
const look = `(() => {
	const all = (${deep})('video');
	const video = all.find((v) => v.closest('.stage')) ?? all[0];
	if (video === undefined || video.readyState < 2) return false;
	const [width, height, across, down] = [320, 180, 8, 5];
	const turn = 2 ** 32;
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d', { willReadFrequently: true });
	// The time that was painted, of less than a turn before NOW; undefined
	// where it cannot be read.
	const read = (now) => {
		context.drawImage(video, 0, 0, width, height);
		const { data } = context.getImageData(0, 0, width, height);
		const octets = [];
		for (let y = 0; y < down; y++) {
			let octet = 0;
			for (let x = 0; x < across; x++) {
				const row = Math.floor(((y + 0.5) * height) / down);
				const column = Math.floor(((x + 0.5) * width) / across);
				octet = octet * 2 + (data[4 * (row * width + column)] > 127);
			}
			octets.push(octet);
		}
		const sum = octets.slice(0, 4).reduce((a, b) => a + b);
		if ((~sum & 255) !== octets[4]) return undefined;
		const time = octets.slice(0, 4).reduce((a, b) => a * 256 + b);
		return now - ((((now - time) % turn) + turn) % turn);
	};
	globalThis.shown = [];
	globalThis.video = video;
	const next = () => {
		const at = Date.now();
		video.requestVideoFrameCallback(next);
		const painted = read(at);
		if (painted !== undefined) globalThis.shown.push({ at, painted });
	};
	video.requestVideoFrameCallback(next);
	return true;
})()`;

export class Screen {
	#page;

	// URL in a new page of CONTEXT.
	static async open(context, url) {
		const screen = new Screen();
		screen.#page = await context.newPage();
		await screen.#page.goto(url);
		return screen;
	}

	// Whether there is a video to look at; from then on it is.
	look() {
		return this.#page.evaluate(look);
	}

	// The height of the pictures as they come.
	height() {
		return this.#page.evaluate('globalThis.video.videoHeight');
	}

	// The pictures that were shown since the last call: when they were painted,
	// and `at` what time they were on the screen, in ms since 1970.
	shown() {
		return this.#page.evaluate('globalThis.shown.splice(0)');
	}
}
