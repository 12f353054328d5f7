const double_ms = 300;

// Tells a double touch at the left or right of a player, which seeks.
export class Taps {
	#at = -Infinity;
	#side = '';

	tap(
		e: PointerEvent,
		{ left, width }: DOMRect,
	): 'rewind' | 'skip' | undefined {
		const share = (e.clientX - left) / width;
		const side = share < 1 / 3 ? 'rewind' : share > 2 / 3 ? 'skip' : undefined;
		const again = e.timeStamp - this.#at < double_ms && side === this.#side;
		this.#at = e.timeStamp;
		this.#side = side ?? '';
		return again ? side : undefined;
	}
}
