// What the system's media keys, lock screen and headphones say and show.

export interface SessionActs {
	play(): void;
	pause(): void;
	seek(by: number): void;
	seekTo(time: number): void;
}

const step_s = 10;

// Hand the system's wishes to ACTS while the player is there; undefined lets
// go of them.
export function listenToSystem(acts: SessionActs | undefined): void {
	if (!('mediaSession' in navigator)) {
		return;
	}
	const on = (
		action: MediaSessionAction,
		fn: MediaSessionActionHandler,
	): void => {
		try {
			navigator.mediaSession.setActionHandler(
				action,
				acts === undefined ? null : fn,
			);
		} catch {
			// A browser that does not know this one.
		}
	};
	on('play', () => acts!.play());
	on('pause', () => acts!.pause());
	on('seekbackward', (d) => acts!.seek(-(d.seekOffset ?? step_s)));
	on('seekforward', (d) => acts!.seek(d.seekOffset ?? step_s));
	on('seekto', (d) => d.seekTime !== undefined && acts!.seekTo(d.seekTime));
	if (acts === undefined) {
		navigator.mediaSession.metadata = null;
		navigator.mediaSession.playbackState = 'none';
	}
}

export function tellSystem(title: string, artist: string): void {
	if ('mediaSession' in navigator) {
		navigator.mediaSession.metadata = new MediaMetadata({ title, artist });
	}
}

// AT and LENGTH in seconds since the beginning.
export function tellPosition(
	playing: boolean,
	at: number,
	length: number,
	speed: number,
): void {
	if (!('mediaSession' in navigator) || !(length > 0)) {
		return;
	}
	navigator.mediaSession.playbackState = playing ? 'playing' : 'paused';
	navigator.mediaSession.setPositionState({
		duration: length,
		position: Math.min(length, Math.max(0, at)),
		playbackRate: speed,
	});
}
