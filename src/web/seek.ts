import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Preview } from './api';
import { clockDigits, timeWords } from './clock';
import './glimpse';
import { seekStyle } from './seek-style';
import type { Sprite } from './storyboard';

export interface Range {
	from: number;
	to: number;
}

type Grip = 'thumb' | 'from' | 'to';

const fine_s = 1;
const range_min_s = 1;

// The bar to seek in.  Fires "seek" with a time of the video, and "range"
// with both ends of a clip while one is made.
@customElement('weir-seek')
export class WeirSeek extends LitElement {
	// All in seconds of the video.
	@property({ type: Number }) start = 0;
	@property({ type: Number }) end = 1;
	@property({ type: Number }) at = 0;
	@property({ type: Boolean }) live = false;
	// Where live is; what time is counted from where the source is not live.
	@property({ type: Number }) newest = 0;
	@property({ type: Number }) zero = 0;
	@property({ attribute: false }) buffered: Range[] = [];
	// What is going to be a clip, and how long that may be.
	@property({ attribute: false }) range: Range | null = null;
	@property({ type: Number, attribute: 'range-max' }) rangeMax = 300;
	@property({ attribute: false }) dateAt: (t: number) => number | undefined =
		() => undefined;
	@property({ attribute: false }) pictureAt: (t: number) => Preview | null =
		() => null;
	@property({ attribute: false }) spriteAt: (t: number) => Sprite | null = () =>
		null;

	@state() private grip: Grip | null = null;
	// Where the pointer is, in seconds.
	@state() private point: number | null = null;

	static override styles = seekStyle;

	#timeOf(e: PointerEvent): number {
		const rail = this.renderRoot.querySelector('.rail')!;
		const { left, width } = rail.getBoundingClientRect();
		const share = Math.min(1, Math.max(0, (e.clientX - left) / width));
		return this.start + share * (this.end - this.start);
	}

	#percent(time: number): string {
		const share = (time - this.start) / (this.end - this.start);
		return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(3)}%`;
	}

	#down(e: PointerEvent): void {
		if (e.button !== 0) {
			return;
		}
		e.preventDefault();
		const found = (e.target as HTMLElement).closest<HTMLElement>('[data-grip]');
		this.grip = (found?.dataset['grip'] ?? 'thumb') as Grip;
		this.point = this.#timeOf(e);
		(e.currentTarget as HTMLElement).setPointerCapture(e.pointerId);
		this.#drag();
	}

	#move(e: PointerEvent): void {
		this.point = this.#timeOf(e);
		this.#drag();
	}

	#drag(): void {
		const to = this.point;
		if (to !== null && (this.grip === 'from' || this.grip === 'to')) {
			this.#pull(this.grip, to);
		}
	}

	#up(e: PointerEvent): void {
		if (this.grip === 'thumb') {
			this.#fire('seek', this.#timeOf(e));
		} else if (this.grip !== null && this.range !== null) {
			this.#fire('ranged', this.range);
		}
		this.#leave(e);
	}

	#leave(e: PointerEvent): void {
		this.grip = null;
		if (e.pointerType !== 'mouse' || e.type !== 'pointerup') {
			this.point = null;
		}
	}

	// Move one end of the range; the other keeps its distance.
	#pull(end: 'from' | 'to', to: number): void {
		const range = this.range;
		if (range === null) {
			return;
		}
		const within = (t: number): number =>
			Math.min(this.end, Math.max(this.start, t));
		const next: Range =
			end === 'from'
				? {
						from: Math.max(
							Math.min(within(to), range.to - range_min_s),
							range.to - this.rangeMax,
						),
						to: range.to,
					}
				: {
						from: range.from,
						to: Math.min(
							Math.max(within(to), range.from + range_min_s),
							range.from + this.rangeMax,
						),
					};
		this.#fire('range', next);
	}

	#fire(type: string, detail: number | Range): void {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}

	// The keys of a slider; the player has those for the rest.
	#key(e: KeyboardEvent): void {
		const by = { PageUp: 60, PageDown: -60 }[e.key];
		if (by !== undefined) {
			e.preventDefault();
			this.#fire('seek', this.at + by);
		}
	}

	#gripKey(end: 'from' | 'to', e: KeyboardEvent): void {
		const steps: Record<string, number> = {
			ArrowLeft: -fine_s,
			ArrowDown: -fine_s,
			ArrowRight: fine_s,
			ArrowUp: fine_s,
			PageDown: -10,
			PageUp: 10,
		};
		const by = steps[e.key];
		if (by !== undefined && this.range !== null) {
			e.preventDefault();
			this.#pull(end, this.range[end] + by);
		}
	}

	// "−1:23:45" behind live, or "12:34" from the beginning.
	#words(time: number): string {
		if (!this.live) {
			return clockDigits((time - this.zero) * 1000);
		}
		const behind = this.newest - time;
		return behind < 1 ? 'live' : `−${clockDigits(behind * 1000)}`;
	}

	#spoken(time: number): string {
		if (!this.live) {
			return `${this.#words(time)} of ${this.#words(this.end)}`;
		}
		const behind = this.newest - time;
		return behind < 3 ? 'live' : `${clockDigits(behind * 1000)} behind live`;
	}

	override render(): TemplateResult {
		const at = this.grip === 'thumb' ? (this.point ?? this.at) : this.at;
		return html`<div
			class="area"
			?data-held=${this.grip !== null}
			@pointerdown=${this.#down}
			@pointermove=${this.#move}
			@pointerup=${this.#up}
			@pointercancel=${this.#leave}
			@pointerleave=${(e: PointerEvent) => {
				if (this.grip === null) this.#leave(e);
			}}
		>
			<div
				class="rail"
				role="slider"
				tabindex="0"
				aria-label="Seek"
				aria-valuemin="0"
				aria-valuemax=${Math.round(this.end - this.start)}
				aria-valuenow=${Math.round(at - this.start)}
				aria-valuetext=${this.#spoken(at)}
				@keydown=${this.#key}
			>
				<div class="groove">
					${this.buffered.map((b) => this.#stretch('buffered', b))}
					${
						this.point !== null && this.grip === null && this.range === null
							? this.#stretch('reach', { from: this.start, to: this.point })
							: nothing
					}
					${this.#stretch('played', { from: this.start, to: at })}
					${this.range === null ? nothing : this.#stretch('cut', this.range)}
				</div>
				<div class="thumb" style=${styleMap({ left: this.#percent(at) })}></div>
			</div>
			${
				this.range === null
					? nothing
					: html`${this.#end('from', this.range)}${this.#end('to', this.range)}`
			}
			${this.point === null ? nothing : this.#tip(this.point)}
		</div>`;
	}

	#stretch(name: string, { from, to }: Range): TemplateResult {
		return html`<div
			class=${name}
			style=${styleMap({
				left: this.#percent(from),
				right: `calc(100% - ${this.#percent(to)})`,
			})}
		></div>`;
	}

	#end(end: 'from' | 'to', range: Range): TemplateResult {
		return html`<div
			class="grip ${end}"
			data-grip=${end}
			role="slider"
			tabindex="0"
			aria-label=${end === 'from' ? 'Start of the clip' : 'End of the clip'}
			aria-valuemin="0"
			aria-valuemax=${Math.round(this.end - this.start)}
			aria-valuenow=${Math.round(range[end] - this.start)}
			aria-valuetext=${this.#words(range[end])}
			style=${styleMap({ left: this.#percent(range[end]) })}
			@keydown=${(e: KeyboardEvent) => this.#gripKey(end, e)}
			@keyup=${() => this.range !== null && this.#fire('ranged', this.range)}
		></div>`;
	}

	#tip(time: number): TemplateResult {
		const date = this.dateAt(time);
		const sprite = this.spriteAt(time);
		const preview = sprite === null ? this.pictureAt(time) : null;
		return html`<div
			class="tip ${sprite === null && preview === null ? '' : 'seen'}"
			style=${styleMap({ '--at': this.#percent(time) })}
			aria-hidden="true"
		>
			${
				sprite === null && preview === null
					? nothing
					: html`<weir-glimpse
							.preview=${preview}
							.sprite=${sprite}
						></weir-glimpse>`
			}
			<p>
				<b>${this.#words(time)}</b>
				${date === undefined ? nothing : html`<span>${timeWords(date)}</span>`}
			</p>
		</div>`;
	}
}
