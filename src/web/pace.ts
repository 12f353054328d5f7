// How fast to play so that a viewer who follows live stays where they should
// be: never so fast or slow that it is heard, and never nearer than what
// arrives allows.

const most = 0.05;
// How much of the distance is made good in a second.
const pull = 0.3;
// How much one look counts: playlists come in steps, which is no distance.
const weight = 0.07;
// More than this in one step is another place.
const jump_s = 2;
// The least that should ever be buffered: at first; how much more after each
// stall, up to what, and how soon that is forgotten.
const reserve_s = 0.2;
const wary_s = 0.12;
const reserve_max_s = 1;
const forget_ms = 60_000;
// Over how long the least is looked for.
const look_back_ms = 2000;

export class Pace {
	#mean_s = 0;
	#moving = false;
	// The least that was buffered, in this stretch of time and the one before.
	#least_s = Infinity;
	#before_s = Infinity;
	#since_ms = 0;
	#stalls: number[] = [];

	// It ran out of media.
	stalled(now_ms: number): void {
		this.#stalls.push(now_ms);
	}

	// It plays somewhere else.
	reset(): void {
		this.#mean_s = 0;
		this.#moving = false;
		this.#least_s = Infinity;
		this.#before_s = Infinity;
	}

	#look(ahead_s: number, now_ms: number): number {
		if (now_ms - this.#since_ms > look_back_ms) {
			this.#before_s = this.#least_s;
			this.#least_s = Infinity;
			this.#since_ms = now_ms;
		}
		this.#least_s = Math.min(this.#least_s, ahead_s);
		return Math.min(this.#least_s, this.#before_s);
	}

	// Asked ten times a second.  DISTANCE_S: how much too late what plays is
	// (negative: too early), with AHEAD_S buffered; up to STRAY_S is well.
	rate(
		distance_s: number,
		ahead_s: number,
		stray_s: number,
		now_ms: number,
	): number {
		const step = distance_s - this.#mean_s;
		this.#mean_s += Math.abs(step) > jump_s ? step : step * weight;
		this.#stalls = this.#stalls.filter((t) => now_ms - t < forget_ms);
		const reserve = Math.min(
			reserve_max_s,
			reserve_s + wary_s * this.#stalls.length,
		);
		const spare = this.#look(ahead_s, now_ms) - reserve;
		const off = Math.abs(this.#mean_s);
		this.#moving = off > (this.#moving ? stray_s / 3 : stray_s);
		let by = 0;
		if (spare < 0) {
			by = spare / 2;
		} else if (this.#moving && this.#mean_s < 0) {
			by = -off * pull;
		} else if (this.#moving) {
			// What is spared is not eaten up at once.
			by = Math.min(off * pull, spare / 3);
		}
		return 1 + Math.round(Math.min(most, Math.max(-most, by)) * 100) / 100;
	}
}
