import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Preview } from './api';
import { fetchPart } from './picture';
import type { Sprite } from './storyboard';
import { base } from './styles';

// A pointer that only passes by asks for nothing.
const rest_ms = 90;

type Thrifty = Navigator & { connection?: { saveData?: boolean } };

// The picture at the place in a video that somebody points at: that of the
// storyboard, or else the first frame of that segment.  The last one stays
// until the next has come.
@customElement('weir-glimpse')
export class WeirGlimpse extends LitElement {
	@property({ attribute: false }) preview: Preview | null = null;
	@property({ attribute: false }) sprite: Sprite | null = null;
	@state() private url = '';
	#timer: number | undefined;
	#loading: AbortController | undefined;
	#wanted = '';

	static override styles = [
		base,
		css`
			:host,
			svg,
			video {
				width: 100%;
				height: 100%;
			}
			video {
				display: block;
				object-fit: cover;
			}
		`,
	];

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		clearTimeout(this.#timer);
		this.#loading?.abort();
		this.#release();
		this.#wanted = '';
	}

	override willUpdate(): void {
		const wanted = this.sprite === null ? (this.preview?.segment ?? '') : '';
		if (wanted === this.#wanted) {
			return;
		}
		this.#wanted = wanted;
		clearTimeout(this.#timer);
		this.#loading?.abort();
		const saving = (navigator as Thrifty).connection?.saveData === true;
		if (wanted !== '' && this.preview !== null && !saving) {
			const preview = this.preview;
			this.#timer = setTimeout(() => void this.#load(preview), rest_ms);
		}
	}

	async #load(preview: Preview): Promise<void> {
		const loading = new AbortController();
		this.#loading = loading;
		try {
			const parts = await Promise.all([
				fetchPart(preview.init, loading.signal),
				fetchPart(preview.segment, loading.signal),
			]);
			if (this.#loading === loading && this.isConnected) {
				this.#release();
				this.url = URL.createObjectURL(new Blob(parts, { type: 'video/mp4' }));
			}
		} catch {
			// No picture, then: the time beside it says where one is.
		}
	}

	#release(): void {
		if (this.url !== '') {
			URL.revokeObjectURL(this.url);
			this.url = '';
		}
	}

	#first(e: Event): void {
		const video = e.target as HTMLVideoElement;
		if (video.seekable.length > 0) {
			video.currentTime = video.seekable.start(0);
		}
	}

	override render(): TemplateResult | typeof nothing {
		const s = this.sprite;
		if (s !== null) {
			return html`<svg
				viewBox="${s.x} ${s.y} ${s.width} ${s.height}"
				preserveAspectRatio="xMidYMid slice"
				aria-hidden="true"
			>
				<image href=${s.url} />
			</svg>`;
		}
		return this.url === ''
			? nothing
			: html`<video
					.src=${this.url}
					.muted=${true}
					playsinline
					preload="auto"
					disablepictureinpicture
					disableremoteplayback
					tabindex="-1"
					aria-hidden="true"
					@loadedmetadata=${this.#first}
				></video>`;
	}
}
