// Small pictures of all of a recording, in sheets, as WebVTT names them.

// One picture: a rectangle of the sheet URL.
export interface Sprite {
	url: string;
	x: number;
	y: number;
	width: number;
	height: number;
}

interface Cue {
	from: number;
	sprite: Sprite;
}

const time = /^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) -->/;
const place = /^(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/;

export class Storyboard {
	readonly #cues: Cue[];

	private constructor(cues: Cue[]) {
		this.#cues = cues;
	}

	// The cues of TEXT; what is none of ours is passed over.
	static read(text: string, base: string): Storyboard {
		const lines = text.split('\n');
		const cues: Cue[] = [];
		lines.forEach((line, i) => {
			const t = time.exec(line);
			const p = place.exec(lines[i + 1] ?? '');
			if (t === null || p === null) {
				return;
			}
			const [hours = 0, minutes, seconds, ms] = t.slice(1).map(Number);
			const [x, y, width, height] = p.slice(2).map(Number);
			cues.push({
				from: (hours || 0) * 3600 + minutes! * 60 + seconds! + ms! / 1000,
				sprite: {
					url: new URL(p[1]!, base).href,
					...{ x: x!, y: y!, width: width!, height: height! },
				},
			});
		});
		return new Storyboard(cues);
	}

	static async fetch(path: string): Promise<Storyboard> {
		const url = new URL(path, location.href);
		const response = await fetch(url);
		if (!response.ok) {
			throw new Error(`${path}: ${response.status}`);
		}
		return Storyboard.read(await response.text(), url.href);
	}

	// What is seen at the second T.
	at(t: number): Sprite | null {
		let low = 0;
		let high = this.#cues.length;
		while (low < high) {
			const mid = (low + high) >> 1;
			if (this.#cues[mid]!.from <= t) {
				low = mid + 1;
			} else {
				high = mid;
			}
		}
		return this.#cues[Math.max(0, low - 1)]?.sprite ?? null;
	}
}
