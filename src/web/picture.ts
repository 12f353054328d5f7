import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Preview } from './api';
import { gradient, initial } from './hue';
import { base } from './styles';

const refresh_ms = 10_000;
const fetch_ms = 8000;
const fade_ms = 260;
const preview_max_bytes = 32 * 1024 * 1024;

interface Frame {
	url: string;
	ready: boolean;
	// A picture; or the beginning of a video.
	still: boolean;
}

export async function fetchPart(
	url: string,
	signal: AbortSignal,
): Promise<Blob> {
	const response = await fetch(url, { signal });
	if (!response.ok) {
		throw new Error(`${url}: ${response.status}`);
	}
	if (Number(response.headers.get('content-length')) > preview_max_bytes) {
		throw new Error(`${url}: too large for a preview`);
	}
	return response.blob();
}

// A still of a channel: the picture that the server made, or the first frame of
// its newest segment, decoded by a paused video element; where there is
// neither, the channel's colours and initial.  It loads only while it is on the
// screen.
@customElement('weir-picture')
export class WeirPicture extends LitElement {
	@property() name = '';
	@property() label = '';
	@property({ attribute: false }) preview: Preview | null = null;
	@property() thumbnail: string | null = null;
	// Fetch a newer picture now and then.
	@property({ type: Boolean }) fresh = false;
	// The initial is left out where the text beside it would repeat it.
	@property({ type: Boolean }) plain = false;

	// Oldest first.  More than one only while a new frame loads and fades in.
	@state() private frames: Frame[] = [];
	#visible = false;
	#loading: AbortController | undefined;
	#loadedAt = -Infinity;
	#loadedFrom = '';
	// The thumbnail could not be had; the preview may be.
	#bare = false;
	#timer: number | undefined;
	#observer: IntersectionObserver | undefined;

	static override styles = [
		base,
		css`
			:host {
				position: relative;
				overflow: hidden;
				container-type: size;
				background: var(--raised);
			}
			.stand-in,
			img,
			video {
				position: absolute;
				inset: 0;
				width: 100%;
				height: 100%;
			}
			.stand-in {
				display: grid;
				place-items: center;
				color: rgb(255 255 255 / 82%);
				font-size: 38cqmin;
				font-weight: 700;
				line-height: 1;
				user-select: none;
			}
			img,
			video {
				object-fit: cover;
				opacity: 0;
				pointer-events: none;
			}
			.shown {
				opacity: 1;
			}
			@media (prefers-reduced-motion: no-preference) {
				img,
				video {
					transition: opacity ${fade_ms}ms;
				}
			}
		`,
	];

	override connectedCallback(): void {
		super.connectedCallback();
		this.#observer = new IntersectionObserver(
			(entries) => {
				this.#visible = entries.at(-1)?.isIntersecting ?? false;
				this.#plan();
			},
			{ rootMargin: '100px' },
		);
		this.#observer.observe(this);
		document.addEventListener('visibilitychange', this.#plan);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#observer?.disconnect();
		document.removeEventListener('visibilitychange', this.#plan);
		clearTimeout(this.#timer);
		this.#loading?.abort();
		this.#loading = undefined;
		this.#keep(() => false);
		this.#loadedFrom = '';
		this.#loadedAt = -Infinity;
	}

	override updated(changed: Map<string, unknown>): void {
		if (changed.has('thumbnail')) {
			this.#bare = false;
		}
		if (
			changed.has('preview') ||
			changed.has('thumbnail') ||
			changed.has('fresh')
		) {
			this.#plan();
		}
	}

	get #still(): boolean {
		return !!this.thumbnail && !this.#bare;
	}

	// What is to be seen: the picture's URL, or the segment's.
	get #wanted(): string {
		return this.#still ? this.thumbnail! : (this.preview?.segment ?? '');
	}

	// Load at once, later, or not at all.
	readonly #plan = (): void => {
		clearTimeout(this.#timer);
		const wanted = this.#wanted;
		// A picture that is renewed keeps its name.
		const same = wanted === this.#loadedFrom && !(this.#still && this.fresh);
		if (
			!this.#visible ||
			document.visibilityState !== 'visible' ||
			wanted === '' ||
			same ||
			this.#loading !== undefined ||
			(this.#loadedFrom !== '' && !this.fresh)
		) {
			return;
		}
		const due = this.#loadedAt + refresh_ms - performance.now();
		if (due > 0) {
			this.#timer = setTimeout(this.#plan, due);
		} else {
			void this.#load(wanted, this.#still);
		}
	};

	async #fetch(still: boolean, signal: AbortSignal): Promise<Blob> {
		if (still) {
			return fetchPart(this.thumbnail!, signal);
		}
		const parts = await Promise.all([
			fetchPart(this.preview!.init, signal),
			fetchPart(this.preview!.segment, signal),
		]);
		return new Blob(parts, { type: 'video/mp4' });
	}

	async #load(from: string, still: boolean): Promise<void> {
		const loading = new AbortController();
		this.#loading = loading;
		const late = setTimeout(() => loading.abort(), fetch_ms);
		let loaded = true;
		try {
			const blob = await this.#fetch(still, loading.signal);
			if (this.#loading === loading) {
				const url = URL.createObjectURL(blob);
				this.#keep((frame) => frame.ready);
				this.frames = [...this.frames, { url, still, ready: false }];
			}
		} catch {
			// The old picture stays, or the stand-in; the next one may work.
			this.#bare ||= still;
			loaded = !still;
		} finally {
			clearTimeout(late);
			if (this.#loading === loading) {
				this.#loading = undefined;
				if (loaded) {
					this.#loadedAt = performance.now();
					this.#loadedFrom = from;
				}
				this.#plan();
			}
		}
	}

	// Some browsers decode the first frame only when asked to go to it.
	#seekFirst(e: Event): void {
		const video = e.target as HTMLVideoElement;
		if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
			video.currentTime =
				video.seekable.length > 0 ? video.seekable.start(0) : 0;
		}
	}

	#arrived(frame: Frame): void {
		this.frames = this.frames.map((f) =>
			f === frame ? { ...f, ready: true } : f,
		);
		// The old picture lies below until the new one has faded in.
		setTimeout(
			() => this.#keep((f) => f === this.frames.at(-1) || !f.ready),
			fade_ms + 100,
		);
	}

	// Let go of every frame but those that KEEP wants.  A video that still
	// reads from its URL must stop before the URL goes.
	#keep(keep: (frame: Frame) => boolean): void {
		const gone = new Set(this.frames.filter((f) => !keep(f)).map((f) => f.url));
		for (const video of this.renderRoot.querySelectorAll('video')) {
			if (gone.has(video.src)) {
				video.removeAttribute('src');
				video.load();
			}
		}
		for (const url of gone) {
			URL.revokeObjectURL(url);
		}
		this.frames = this.frames.filter((f) => !gone.has(f.url));
	}

	override render(): TemplateResult {
		return html`
			<div
				class="stand-in"
				style="background:${gradient(this.name)}"
				aria-hidden="true"
			>
				${this.plain ? nothing : initial(this.label || this.name)}
			</div>
			${repeat(
				this.frames,
				(frame) => frame.url,
				(frame) => (frame.still ? this.#image(frame) : this.#video(frame)),
			)}
		`;
	}

	#image(frame: Frame): TemplateResult {
		return html`<img
			class=${frame.ready ? 'shown' : ''}
			.src=${frame.url}
			alt=""
			draggable="false"
			@load=${() => this.#arrived(frame)}
			@error=${() => this.#keep((f) => f.url !== frame.url)}
		/>`;
	}

	#video(frame: Frame): TemplateResult {
		return html`<video
			class=${frame.ready ? 'shown' : ''}
			.src=${frame.url}
			.muted=${true}
			playsinline
			preload="auto"
			disablepictureinpicture
			disableremoteplayback
			tabindex="-1"
			aria-hidden="true"
			@loadedmetadata=${this.#seekFirst}
			@loadeddata=${() => this.#arrived(frame)}
			@error=${() => this.#keep((f) => f.url !== frame.url)}
		></video>`;
	}
}
