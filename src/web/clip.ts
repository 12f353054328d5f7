import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
	ApiError,
	getClip,
	getRecording,
	type Clip,
	type Recording,
} from './api';
import { channelStyle } from './channel-style';
import { agoWords, clockDigits, exactWords } from './clock';
import { prepareEngine, type Source } from './engine';
import { away, bones, face } from './facts';
import * as icons from './icons';
import './missing';
import { describePage } from './page';
import './picture';
import './player';
import { Poll } from './poll';
import { tellSystem } from './session';
import './share';
import './shelf';
import { aspect } from './tracks';

const retry_ms = 3000;

// A clip's page.
@customElement('weir-clip')
export class WeirClip extends LitElement {
	// The clip's id.
	@property() name = '';
	@state() private clip: Clip | null = null;
	// What it is from, while that is there.
	@state() private recording: Recording | null = null;
	@state() private missing = false;
	@state() private away = false;
	@state() private source: Source | null = null;

	readonly #poll = new Poll(this, () => this.#refresh(), {
		visible: () => this.#pace(),
		hidden: () => this.#pace(),
	});

	static override styles = channelStyle;

	#pace(): number {
		return this.clip === null && !this.missing ? retry_ms : 0;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		prepareEngine();
	}

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('name') && changed.get('name') !== undefined) {
			this.clip = null;
			this.recording = null;
			this.missing = false;
			this.away = false;
			this.source = null;
			this.#poll.kick();
		}
	}

	async #refresh(): Promise<void> {
		const id = this.name;
		try {
			const clip = await getClip(id);
			if (id !== this.name) {
				return;
			}
			this.#learn(clip);
			const recording = await getRecording(clip.broadcast).catch(() => null);
			if (id === this.name) {
				this.recording = recording;
			}
		} catch (e) {
			if (id === this.name) {
				this.missing = e instanceof ApiError && e.status === 404;
				this.away = !this.missing;
			}
			if (!this.missing) {
				throw e;
			}
		}
	}

	#learn(c: Clip): void {
		this.clip = c;
		this.away = false;
		const title = c.title || `Clip of @${c.channel}`;
		this.source ??= {
			url: c.playlist,
			broadcast: c.broadcast,
			recorded: true,
		};
		tellSystem(title, `@${c.channel}`);
		describePage(`${title} · weir`, `${title}, a clip of @${c.channel}.`);
	}

	override render(): TemplateResult {
		if (this.missing) {
			return html`<weir-missing what="clip"></weir-missing>`;
		}
		const c = this.clip;
		return html`<article class="page">
			<weir-player
				part="stage"
				style="--shape:${aspect(this.recording?.tracks ?? [])}"
				.source=${this.source}
				.label=${c?.title ?? ''}
			>
				<weir-picture
					slot="behind"
					class="plain"
					plain
					.name=${c?.channel ?? ''}
				></weir-picture>
				${this.away && c === null ? away(() => this.#poll.kick()) : nothing}
			</weir-player>
			${c === null ? bones() : this.#facts(c)}
			<weir-shelf
				kind="clips"
				.channel=${c?.channel ?? ''}
				.except=${this.name}
			></weir-shelf>
		</article>`;
	}

	#facts(c: Clip): TemplateResult {
		const r = this.recording;
		return html`<div class="facts">
			<a href="/@${c.channel}" class="to" aria-label="@${c.channel}"
				>${face(c.channel, r?.title || c.channel)}</a
			>
			<div class="words">
				<h1>${c.title || 'Clip'}</h1>
				<p class="sub">
					<span class="elapsed">${clockDigits(c.duration * 1000)}</span>
					<time datetime=${c.created} title=${exactWords(c.created)}
						>${agoWords(c.created)}</time
					>
					<a class="handle" href="/@${c.channel}">@${c.channel}</a>
				</p>
				${
					r === null
						? nothing
						: html`<p class="from">
								From ${r.title || `@${r.channel}`}, live
								<time datetime=${r.since} title=${exactWords(r.since)}
									>${agoWords(r.since)}</time
								>.
								<a
									class="full"
									href="/vod/${c.broadcast}?t=${Math.floor(c.from)}"
									>Watch in full from ${clockDigits(c.from * 1000)}</a
								>
							</p>`
				}
			</div>
			<div class="actions">
				${
					c.download
						? html`<a class="button quiet fetch" href=${c.download} download>
								${icons.download}<span>Download</span>
							</a>`
						: nothing
				}
				<weir-share
					.path=${`/clip/${c.clip}`}
					.hls=${c.playlist}
					.dash=${c.manifest}
				></weir-share>
			</div>
		</div>`;
	}
}
