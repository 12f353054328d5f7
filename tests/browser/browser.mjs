// Headless Chromium for tests, through playwright-core as src/web has it.
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRecorded, record } from '../lib/hls-check/recorded.mjs';

const require = createRequire(
	new URL('../../src/web/package.json', import.meta.url),
);
const { chromium } = require('playwright-core');

const args = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

// A browser with a profile of its own, forgotten when it is closed.
// OPTIONS are playwright's for a context, SOUND: whether pages may play with
// sound before the first click, and CHECKED: whether playlists are kept for
// playlistFaults(), which takes time.
export async function openBrowser({
	sound = true,
	checked = true,
	...options
} = {}) {
	const profile = await mkdtemp(join(tmpdir(), 'weir-browser-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		headless: true,
		args: [
			...args,
			`--autoplay-policy=${sound ? 'no-user-gesture-required' : 'document-user-activation-required'}`,
		],
		viewport: { width: 1440, height: 900 },
		...options,
	});
	// However slow the machine is: only what fails takes that long.
	context.setDefaultTimeout(90_000);
	const playlists = checked ? recordPlaylists(context, profile) : undefined;
	return {
		context,
		// What is wrong with the playlists that pages got so far, unless the
		// script that started us checks them (see ../lib/sh.sh).
		async playlistFaults() {
			const faults = [];
			const say = (where, fault) => faults.push(`${where}: ${fault}`);
			await checkRecorded(playlists, undefined, [], say);
			return faults;
		},
		async close() {
			await context.close();
			await rm(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

// Keep each playlist that pages of CONTEXT get; returns the folder.
function recordPlaylists(context, profile) {
	const folder = process.env.WEIR_PLAYLISTS ?? join(profile, 'playlists');
	mkdirSync(folder, { recursive: true });
	context.on('response', async (answer) => {
		if (!answer.url().includes('.m3u8') || answer.status() !== 200) {
			return;
		}
		try {
			const { startTime } = answer.request().timing();
			record(folder, answer.url(), startTime, await answer.text(), true);
		} catch {
			// The page has left, and its answers with it.
		}
	});
	return folder;
}

export const phone = {
	viewport: { width: 390, height: 844 },
	deviceScaleFactor: 2,
	isMobile: true,
	hasTouch: true,
};

// What went wrong on PAGE, as lines: exceptions, console errors, violations
// of the content security policy.
export function watchErrors(page) {
	const errors = [];
	page.on('pageerror', (e) => errors.push(`exception: ${e.message}`));
	page.on('console', (m) => {
		if (m.type() === 'error') {
			errors.push(`console: ${m.text()} ${m.location().url ?? ''}`);
		}
	});
	return errors;
}

// Runs in the page: every element that SELECTOR finds, through shadow roots.
export const deep = `(selector) => {
	const found = [];
	const look = (root) => {
		found.push(...root.querySelectorAll(selector));
		for (const e of root.querySelectorAll('*')) {
			if (e.shadowRoot) look(e.shadowRoot);
		}
	};
	look(document);
	return found;
}`;

// How the video that plays (or, failing that, any that is not a preview)
// stands; null when the page has none.
export function videoState(page) {
	return page.evaluate(`(() => {
		const all = (${deep})('video').filter((v) => !v.src.startsWith('blob:') ||
			v.srcObject || v.closest('.stage'));
		const v = all.find((x) => !x.paused && x.currentTime > 0) ?? all[0];
		return v === undefined ? null : {
			currentTime: v.currentTime,
			paused: v.paused,
			ended: v.ended,
			muted: v.muted,
			volume: v.volume,
			readyState: v.readyState,
			width: v.videoWidth,
			height: v.videoHeight,
			error: v.error && (v.error.message || String(v.error.code)),
			audioBytes: v.webkitAudioDecodedByteCount,
			videoBytes: v.webkitVideoDecodedByteCount,
			droppedFrames: v.getVideoPlaybackQuality().droppedVideoFrames,
			frames: v.getVideoPlaybackQuality().totalVideoFrames,
		};
	})()`);
}
