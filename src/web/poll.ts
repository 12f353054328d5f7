import type { ReactiveController, ReactiveControllerHost } from 'lit';

// How often to ask, in milliseconds; 0: not until somebody says kick().
export interface Pace {
	visible: () => number;
	hidden: () => number;
}

// Asks again and again while its component is on the page: with a little
// jitter, so that a thousand viewers do not ask in step, slower after
// failures, and at once when the tab comes back to the front.
export class Poll implements ReactiveController {
	// Consecutive failures.
	failures = 0;
	#timer: number | undefined;
	#running = false;
	#connected = false;

	constructor(
		host: ReactiveControllerHost,
		private readonly ask: () => Promise<void>,
		private readonly pace: Pace,
	) {
		host.addController(this);
	}

	hostConnected(): void {
		this.#connected = true;
		document.addEventListener('visibilitychange', this.#shown);
		addEventListener('online', this.#shown);
		this.kick();
	}

	hostDisconnected(): void {
		this.#connected = false;
		clearTimeout(this.#timer);
		document.removeEventListener('visibilitychange', this.#shown);
		removeEventListener('online', this.#shown);
	}

	// Ask now, whatever was planned.
	kick(): void {
		clearTimeout(this.#timer);
		void this.#run();
	}

	readonly #shown = (): void => {
		if (document.visibilityState === 'visible') {
			this.kick();
		}
	};

	async #run(): Promise<void> {
		if (this.#running) {
			return;
		}
		this.#running = true;
		try {
			await this.ask();
			this.failures = 0;
		} catch {
			// The component has noted what it shows; here it is only counted.
			this.failures++;
		} finally {
			this.#running = false;
			this.#plan();
		}
	}

	#plan(): void {
		clearTimeout(this.#timer);
		const base =
			document.visibilityState === 'visible'
				? this.pace.visible()
				: this.pace.hidden();
		if (!this.#connected || base === 0) {
			return;
		}
		const slower = Math.min(4, 2 ** Math.max(0, this.failures - 2));
		const delay = base * slower * (0.85 + 0.3 * Math.random());
		this.#timer = setTimeout(() => void this.#run(), delay);
	}
}
