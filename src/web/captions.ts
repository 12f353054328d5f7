// The captions of a video, from wherever: inside the picture's stream
// (CEA-608) or beside it.

import { recall, remember } from './memory';

const key = 'weir-captions';

export class Captions {
	constructor(
		private readonly video: HTMLVideoElement,
		changed: () => void,
	) {
		// Captions inside a stream are known when the first ones come.
		video.textTracks.addEventListener('addtrack', () => {
			if (recall(key) === 'on' && this.chosen() < 0) {
				this.#show(0);
			}
			changed();
		});
		video.textTracks.addEventListener('change', changed);
	}

	get #tracks(): TextTrack[] {
		return [...this.video.textTracks].filter(
			(t) => t.kind === 'captions' || t.kind === 'subtitles',
		);
	}

	names(): string[] {
		return this.#tracks.map((t, i) => t.label || t.language || `${i + 1}`);
	}

	// Which of them are shown; -1: none.
	chosen(): number {
		return this.#tracks.findIndex((t) => t.mode === 'showing');
	}

	choose(n: number): void {
		remember(key, n < 0 ? null : 'on');
		this.#show(n);
	}

	#show(n: number): void {
		this.#tracks.forEach((t, i) => (t.mode = i === n ? 'showing' : 'hidden'));
	}

	toggle(): void {
		this.choose(this.chosen() < 0 ? 0 : -1);
	}
}
