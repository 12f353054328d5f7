import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ApiError, makeClip, type Clip } from './api';
import { clockDigits } from './clock';
import * as icons from './icons';
import type { WeirPlayer } from './player';
import type { Range } from './seek';
import { base, buttons } from './styles';

// How much a clip takes at first, and what the bar shows around it.
const last_s = 30;
const before_s = 150;
const after_s = 60;
const title_max = 100;

// Why no clip was made, in words that say what to do.
function reason(e: unknown): string {
	if (!(e instanceof ApiError)) {
		return 'The server cannot be reached. Your clip is still here: try again.';
	}
	const wait = e.retryAfter_s > 0 ? `${e.retryAfter_s} s` : 'a moment';
	switch (e.status) {
		case 401:
		case 403:
			return 'Clips cannot be made by everybody here.';
		case 404:
		case 409:
		case 410:
			return 'This part of the broadcast is not there any more.';
		case 429:
			return `Those were many clips in a short time. Try again in ${wait}.`;
		case 503:
			return `The server is busy. Try again in ${wait}.`;
		default:
			return e.message;
	}
}

// Below a player: makes a clip of what it plays.
@customElement('weir-clip-maker')
export class WeirClipMaker extends LitElement {
	@property({ attribute: false }) player: WeirPlayer | null = null;
	@property() broadcast: string | null = null;
	@state() private range: Range | null = null;
	@state() private busy = false;
	@state() private problem = '';
	@state() private made: Clip | null = null;
	@state() private copied = false;
	#wasFollowing = false;
	#looping = false;
	#listening: AbortController | undefined;

	static override styles = [
		base,
		buttons,
		css`
			.panel {
				display: grid;
				gap: 12px;
				margin-top: 14px;
				padding: 18px 20px 20px;
				border: 1px solid var(--line);
				border-radius: var(--radius);
				background: var(--surface);
				box-shadow: var(--shadow);
			}
			.row {
				display: flex;
				flex-wrap: wrap;
				gap: 10px;
				align-items: center;
			}
			h2 {
				flex: 1;
				font-size: 17px;
				letter-spacing: -0.01em;
			}
			.length {
				color: var(--muted);
				font-size: 14px;
				font-variant-numeric: tabular-nums;
			}
			input {
				flex: 1 1 260px;
				min-width: 0;
				height: 44px;
				padding: 0 14px;
				border: 1px solid var(--line);
				border-radius: 12px;
				background: var(--bg);
				color: var(--text);
				font: inherit;
			}
			input.link {
				font: 14px var(--mono);
			}
			.button svg {
				width: 18px;
				height: 18px;
			}
			.button:disabled {
				opacity: 0.6;
				cursor: default;
			}
			.hint {
				color: var(--muted);
				font-size: 14px;
			}
			.problem {
				display: flex;
				gap: 9px;
				color: var(--text);
				font-size: 15px;
			}
			.problem svg {
				flex: none;
				width: 20px;
				color: var(--live);
			}
		`,
	];

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('player')) {
			this.#listen();
		}
		if (changed.has('broadcast') && changed.get('broadcast') !== undefined) {
			this.#leave();
			this.made = null;
		}
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.#listen();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#listening?.abort();
	}

	#listen(): void {
		this.#listening?.abort();
		const player = this.player;
		if (player === null) {
			return;
		}
		this.#listening = new AbortController();
		const { signal } = this.#listening;
		const on = (type: string, fn: (e: Event) => void): void =>
			player.addEventListener(type, fn, { signal });
		on('clip', () => (this.range === null ? this.#enter() : this.#cancel()));
		on('range', (e) => this.#take((e as CustomEvent<Range>).detail));
		on('ranged', () => this.#show());
		player.playback.video.addEventListener('timeupdate', () => this.#loop(), {
			signal,
		});
	}

	#take(range: Range | null): void {
		this.range = range;
		this.player!.range = range;
	}

	#enter(): void {
		const player = this.player!;
		const w = player.playback.window;
		if (w === undefined || this.broadcast === null) {
			return;
		}
		const to = Math.min(w.edge, Math.max(w.at, w.start + 1));
		this.#wasFollowing = player.playback.following;
		this.made = null;
		this.problem = '';
		this.#looping = false;
		this.#take({ from: Math.max(w.start, to - last_s), to });
		player.zoom = {
			from: Math.max(w.start, to - before_s),
			to: Math.min(w.edge, to + after_s),
		};
		player.leaveFullscreen();
		void this.#focus('input');
	}

	async #focus(selector: string): Promise<void> {
		await this.updateComplete;
		const found = this.renderRoot.querySelector<HTMLElement>(selector);
		// A keyboard that covers a phone's screen is not wanted at once.
		if (matchMedia('(hover: hover)').matches) {
			found?.focus({ preventScroll: true });
		}
		this.renderRoot
			.querySelector('.panel')
			?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
	}

	// Play what would be the clip, again and again.
	#show(): void {
		this.#looping = true;
		this.player!.playback.seek(this.range!.from);
		this.player!.playback.play();
	}

	#loop(): void {
		const { range, player } = this;
		const at = player!.playback.video.currentTime;
		if (this.#looping && range !== null && at >= range.to) {
			player!.playback.seek(range.from);
		}
	}

	#leave(): void {
		if (this.player !== null) {
			this.#take(null);
			this.player.zoom = null;
		}
		this.#looping = false;
	}

	#cancel(): void {
		this.#leave();
		if (this.#wasFollowing) {
			this.player!.playback.goLive();
		}
	}

	// As a date where the playlist tells one: it may not begin with the
	// broadcast.
	#place(time: number): number | string {
		const { playback } = this.player!;
		const date = playback.isLive ? playback.engine?.dateAt(time) : undefined;
		return date === undefined
			? Number((time - (playback.window?.start ?? 0)).toFixed(3))
			: new Date(date).toISOString();
	}

	async #save(e: Event): Promise<void> {
		e.preventDefault();
		const { range, broadcast } = this;
		if (range === null || broadcast === null || this.busy) {
			return;
		}
		const title = new FormData(e.target as HTMLFormElement).get('title');
		this.busy = true;
		this.problem = '';
		try {
			this.made = await makeClip({
				broadcast,
				from: this.#place(range.from),
				to: this.#place(range.to),
				title: String(title ?? '').trim(),
			});
			this.#cancel();
			this.dispatchEvent(new CustomEvent('made', { detail: this.made }));
			void this.#focus('.copy');
		} catch (problem) {
			this.problem = reason(problem);
		} finally {
			this.busy = false;
		}
	}

	async #copy(url: string): Promise<void> {
		try {
			await navigator.clipboard.writeText(url);
			this.copied = true;
			setTimeout(() => (this.copied = false), 2000);
		} catch {
			this.renderRoot.querySelector<HTMLInputElement>('.link')?.select();
		}
	}

	override render(): TemplateResult | typeof nothing {
		if (this.range !== null) {
			return this.#form(this.range);
		}
		return this.made === null ? nothing : this.#result(this.made);
	}

	#form(range: Range): TemplateResult {
		return html`<form
			class="panel"
			aria-label="New clip"
			@submit=${this.#save}
			@keydown=${(e: KeyboardEvent) => {
				if (e.key === 'Escape') this.#cancel();
			}}
		>
			<div class="row">
				<h2>New clip</h2>
				<span class="length"
					>${clockDigits(Math.round(range.to - range.from) * 1000)}</span
				>
				<button type="button" class="button quiet" @click=${this.#show}>
					Play it
				</button>
			</div>
			<p class="hint">
				Drag the yellow handles in the player to choose its ends.
			</p>
			<div class="row">
				<input
					name="title"
					maxlength=${title_max}
					aria-label="Title of the clip"
					placeholder="What happens in it?"
					autocomplete="off"
				/>
				<button class="button" ?disabled=${this.busy}>
					${this.busy ? 'Saving…' : 'Save the clip'}
				</button>
				<button type="button" class="button quiet" @click=${this.#cancel}>
					Cancel
				</button>
			</div>
			${
				this.problem === ''
					? nothing
					: html`<p class="problem" role="alert">
							${icons.alert}<span>${this.problem}</span>
						</p>`
			}
		</form>`;
	}

	#result(clip: Clip): TemplateResult {
		const url = `${location.origin}/clip/${clip.clip}`;
		return html`<div class="panel" role="status">
			<div class="row">
				<h2>Your clip is ready</h2>
				<button
					class="button quiet"
					aria-label="Put this away"
					@click=${() => (this.made = null)}
				>
					Done
				</button>
			</div>
			<div class="row">
				<input
					class="link"
					readonly
					aria-label="Link to the clip"
					.value=${url}
					@focus=${(e: Event) => (e.target as HTMLInputElement).select()}
				/>
				<button class="button copy" @click=${() => void this.#copy(url)}>
					${this.copied ? icons.check : icons.copy}
					${this.copied ? 'Copied' : 'Copy link'}
				</button>
				<a class="button quiet" href="/clip/${clip.clip}">Watch</a>
				${
					clip.download
						? html`<a class="button quiet" href=${clip.download} download>
								${icons.download} Download
							</a>`
						: nothing
				}
			</div>
		</div>`;
	}
}
