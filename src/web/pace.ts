// How fast to play so that a viewer who follows live stays where they should
// be: never so fast or slow that it is heard.

const most = 0.05;
// How much of the distance is made good in a second.
const pull = 0.1;
// How much one look counts: playlists come in steps, which is no distance.
const weight = 0.15;
// More than this in one step is another place.
const jump_s = 2;
// Playing faster must not empty the buffer.
const ahead_min_s = 0.2;

export class Pace {
	#mean_s = 0;
	#moving = false;

	// Asked several times a second.  DISTANCE_S: how much too late what plays
	// is (negative: too early), with AHEAD_S buffered; up to STRAY_S is well.
	rate(distance_s: number, ahead_s: number, stray_s: number): number {
		const step = distance_s - this.#mean_s;
		this.#mean_s += Math.abs(step) > jump_s ? step : step * weight;
		const off = Math.abs(this.#mean_s);
		this.#moving = off > (this.#moving ? stray_s / 3 : stray_s);
		if (!this.#moving || (this.#mean_s > 0 && ahead_s < ahead_min_s)) {
			return 1;
		}
		const by = Math.min(most, Math.max(0.01, off * pull));
		return Number((1 + Math.sign(this.#mean_s) * by).toFixed(2));
	}
}
