import type { ReactiveController, ReactiveControllerHost } from 'lit';

// What older Safari calls the same things.
type AppleVideo = HTMLVideoElement & {
	webkitEnterFullscreen?: () => void;
	webkitSupportsFullscreen?: boolean;
};

type Orientation = ScreenOrientation & {
	lock?: (to: string) => Promise<void>;
};

// Full screen and picture-in-picture of a player, as far as the browser
// has them.
export class Screen implements ReactiveController {
	#listening: AbortController | undefined;

	constructor(
		private readonly host: ReactiveControllerHost & HTMLElement,
		private readonly video: () => HTMLVideoElement,
	) {
		host.addController(this);
	}

	hostConnected(): void {
		this.#listening = new AbortController();
		const { signal } = this.#listening;
		const changed = (): void => this.host.requestUpdate();
		document.addEventListener('fullscreenchange', changed, { signal });
	}

	// The video exists from the first update on.
	hostUpdated(): void {
		const video = this.video();
		if (video.dataset['screen'] === undefined) {
			video.dataset['screen'] = '';
			const changed = (): void => this.host.requestUpdate();
			video.addEventListener('enterpictureinpicture', changed);
			video.addEventListener('leavepictureinpicture', changed);
		}
	}

	hostDisconnected(): void {
		this.#listening?.abort();
	}

	view(): {
		canPip: boolean;
		inPip: boolean;
		canFullscreen: boolean;
		inFullscreen: boolean;
	} {
		return {
			canPip: document.pictureInPictureEnabled === true,
			inPip: this.#inPip(),
			canFullscreen:
				document.fullscreenEnabled === true ||
				'webkitEnterFullscreen' in this.video(),
			inFullscreen: this.#inFullscreen(),
		};
	}

	// document.fullscreenElement names the outermost shadow host; the
	// selector asks for this one.
	#inFullscreen(): boolean {
		return this.host.matches(':fullscreen');
	}

	#inPip(): boolean {
		const root = this.video().getRootNode() as ShadowRoot;
		return root.pictureInPictureElement === this.video();
	}

	async toggleFullscreen(): Promise<void> {
		try {
			if (this.#inFullscreen()) {
				await document.exitFullscreen();
			} else if (document.fullscreenEnabled) {
				await this.host.requestFullscreen({ navigationUI: 'hide' });
				await this.#turn();
			} else {
				(this.video() as AppleVideo).webkitEnterFullscreen?.();
			}
		} catch {
			// The browser refused (no user gesture, a policy): nothing changes.
		}
	}

	// A phone held upright shows a wide picture sideways, where it can.
	async #turn(): Promise<void> {
		const video = this.video();
		if (video.videoWidth > video.videoHeight) {
			const orientation = screen.orientation as Orientation | undefined;
			await orientation?.lock?.('landscape');
		}
	}

	async togglePip(): Promise<void> {
		try {
			if (this.#inPip()) {
				await document.exitPictureInPicture();
			} else {
				await this.video().requestPictureInPicture();
			}
		} catch {
			// As above.
		}
	}
}
