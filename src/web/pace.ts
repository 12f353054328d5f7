// How fast to play so that a viewer who follows live stays where they should
// be: never so fast or slow that it is heard.

const most = 0.05;
// How much of the distance is made good in a second.
const pull = 0.1;
// Nearer than this is near enough, and how far to stray before going back.
const near_s = 0.04;
const far_s = 0.1;
// Playing faster must not empty the buffer.
const ahead_min_s = 0.2;

export class Pace {
	#moving = false;

	// DISTANCE_S: how much too late what plays is (negative: too early), with
	// AHEAD_S buffered.
	rate(distance_s: number, ahead_s: number): number {
		const off = Math.abs(distance_s);
		this.#moving = off > (this.#moving ? near_s : far_s);
		if (!this.#moving || (distance_s > 0 && ahead_s < ahead_min_s)) {
			return 1;
		}
		const by = Math.min(most, Math.max(0.01, off * pull));
		return Number((1 + Math.sign(distance_s) * by).toFixed(2));
	}
}
