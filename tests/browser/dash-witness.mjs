#!/usr/bin/env node
// dash-witness.mjs URL [PLAYER]...
//
// Opens a DASH manifest in headless Chromium with each PLAYER (dashjs and
// shaka), and prints a line whenever one does something else, until SIGTERM:
// "dashjs playing" (pictures move), "dashjs stalled" (they do not), "dashjs
// steady MS" (they have moved for three seconds more without a stop; MS is the
// median of how far behind the encoder they are), "dashjs ended".  Exit 0 when
// no page threw an exception and every video was sound.
import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser } from './browser.mjs';
import { openDash, players, version } from './dash-page.mjs';

const steady_s = 3;
const [url, ...asked] = process.argv.slice(2);
if (url === undefined) {
	console.error('usage: dash-witness.mjs URL [PLAYER]...');
	process.exit(2);
}
let stop = false;
process.on('SIGTERM', () => (stop = true));

// What an encoder did at second 0 of the timeline, in seconds.
async function begun() {
	const text = await (await fetch(url)).text();
	return Date.parse(/availabilityStartTime="([^"]+)"/.exec(text)[1]) / 1000;
}

class Witness {
	shown = '';
	time = Infinity;
	since = null;
	behind = [];

	constructor(player, page, epoch) {
		Object.assign(this, { player, page, epoch });
	}

	say(...words) {
		console.log(this.player, ...words);
	}

	async look() {
		const s = await this.page.state();
		let now = 'stalled';
		if (s.error !== null) {
			now = 'broken';
		} else if (s.ended) {
			now = 'ended';
		} else if (!s.paused && s.time > this.time) {
			now = 'playing';
		}
		this.time = s.time;
		if (now !== this.shown) {
			this.say(now, s.time.toFixed(2), s.error ?? '');
			this.shown = now;
			this.since = s.time;
			this.behind = [];
		}
		if (now === 'playing' && this.since !== null) {
			this.behind.push(s.now - this.epoch - s.time);
			if (s.time > this.since + steady_s && s.sound > 0) {
				this.behind.sort((a, b) => a - b);
				const median = this.behind[this.behind.length >> 1];
				this.say('steady', Math.round(median * 1000));
				// Again and again: one that is far behind catches up.
				this.since = s.time;
				this.behind = [];
			}
		}
	}
}

// Not closed under our hands, while we look.
const browser = await openBrowser({ handleSIGTERM: false });
const epoch = await begun();
const witnesses = [];
for (const player of asked.length > 0 ? asked : players) {
	console.log('#', player, await version(player));
	const page = await openDash(browser.context, player, url);
	witnesses.push(new Witness(player, page, epoch));
}
while (!stop) {
	await Promise.all(witnesses.map((w) => w.look()));
	await pause(250);
}
let bad = 0;
for (const w of witnesses) {
	console.log('#', w.player, JSON.stringify(await w.page.state()));
	for (const line of w.page.errors) {
		console.log('#', w.player, line);
		bad += line.startsWith('exception') ? 1 : 0;
	}
	bad += w.shown === 'broken' ? 1 : 0;
}
await browser.close();
process.exitCode = bad === 0 ? 0 : 1;
