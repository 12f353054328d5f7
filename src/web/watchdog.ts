const first_bite_ms = 8000;
const last_bite_ms = 60_000;

// Notices that a video which should play does not.
export class Watchdog {
	#time = -1;
	#movedAt = performance.now();
	#bite_ms = first_bite_ms;

	reset(): void {
		this.#time = -1;
		this.#movedAt = performance.now();
	}

	// How long VIDEO has been stuck, in milliseconds; not at all while nobody
	// WANTS it to play.
	look(video: HTMLVideoElement, wanted: boolean): number {
		if (video.currentTime !== this.#time || !wanted) {
			if (this.#time >= 0 && video.currentTime !== this.#time) {
				this.#bite_ms = first_bite_ms;
			}
			this.#time = video.currentTime;
			this.#movedAt = performance.now();
		}
		return performance.now() - this.#movedAt;
	}

	// True when it is time to start over; each time it waits longer.
	bite(): boolean {
		if (performance.now() - this.#movedAt < this.#bite_ms) {
			return false;
		}
		this.#bite_ms = Math.min(last_bite_ms, this.#bite_ms * 2);
		this.reset();
		return true;
	}
}
