// Between the seconds of a video and the clock on the wall: each piece of a
// playlist bears the time at which it was recorded.

export interface Piece {
	start: number;
	duration: number;
	programDateTime: number | null;
}

// The last of PIECES for which BEFORE holds, or the first one; BEFORE holds
// for the first ones and for none after those.
function lastOf<P>(pieces: P[], before: (p: P) => boolean): P | undefined {
	let low = 0;
	let high = pieces.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (before(pieces[middle]!)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return pieces[Math.max(0, low - 1)];
}

// The piece that shows TIME, or the nearest one.
export function pieceAt<P extends Piece>(
	pieces: P[],
	time: number,
): P | undefined {
	return lastOf(pieces, (p) => p.start <= time);
}

// In milliseconds since 1970.
export function dateAt(pieces: Piece[], time: number): number | undefined {
	const p = pieceAt(pieces, time);
	return p === undefined || p.programDateTime === null
		? undefined
		: p.programDateTime + (time - p.start) * 1000;
}

// Where what was recorded at DATE stands.  What was not recorded, since the
// streamer was away, stands at the end of what came before.
export function timeAt(pieces: Piece[], date: number): number | undefined {
	const p = lastOf(pieces, (q) => (q.programDateTime ?? Infinity) <= date);
	return p === undefined || p.programDateTime === null
		? undefined
		: p.start + Math.min(p.duration, (date - p.programDateTime) / 1000);
}
