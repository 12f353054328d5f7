import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { listClips, listRecordings, type Clip, type Recording } from './api';
import { base, buttons } from './styles';
import './video-card';

const page_size = 12;

type Kind = 'recordings' | 'clips';

const words: Record<Kind, string> = {
	recordings: 'Past broadcasts',
	clips: 'Clips',
};

function idOf(video: Recording | Clip): string {
	return 'clip' in video ? video.clip : video.broadcast;
}

// What a channel has of one kind, newest first; nothing where it has none.
@customElement('weir-shelf')
export class WeirShelf extends LitElement {
	@property() channel = '';
	@property() kind: Kind = 'recordings';
	// The id of what is left out: it is watched already.
	@property() except: string | null = null;
	// Whether to leave out what is still live.
	@property({ type: Boolean }) past = false;
	// Changes when there may be something new.
	@property({ attribute: false }) edition: unknown = null;
	@state() private videos: (Recording | Clip)[] = [];
	@state() private more = false;

	static override styles = [
		base,
		buttons,
		css`
			section {
				padding-top: 40px;
			}
			h2 {
				margin-bottom: 16px;
				font-size: 18px;
				letter-spacing: -0.02em;
			}
			ul {
				display: grid;
				grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr));
				gap: 26px 20px;
				list-style: none;
			}
			li {
				min-width: 0;
			}
			.button {
				margin-top: 24px;
			}
			@media (max-width: 600px) {
				ul {
					grid-template-columns: repeat(2, minmax(0, 1fr));
					gap: 22px 12px;
				}
			}
		`,
	];

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('channel')) {
			this.videos = [];
		}
		if (changed.has('channel') || changed.has('edition')) {
			void this.#load();
		}
	}

	async #load(before?: string): Promise<void> {
		const { channel, kind } = this;
		if (channel === '') {
			return;
		}
		try {
			const list = kind === 'clips' ? listClips : listRecordings;
			const videos = await list(channel, page_size, before);
			if (channel === this.channel) {
				this.more = videos.length === page_size;
				this.videos =
					before === undefined ? videos : [...this.videos, ...videos];
			}
		} catch {
			// What is known stays; the page is about something else anyway.
		}
	}

	override render(): TemplateResult | typeof nothing {
		const shown = this.videos.filter(
			(v) => idOf(v) !== this.except && !(this.past && 'live' in v && v.live),
		);
		if (shown.length === 0) {
			return nothing;
		}
		return html`<section aria-labelledby="shelf">
			<h2 id="shelf">${words[this.kind]}</h2>
			<ul role="list">
				${repeat(
					shown,
					idOf,
					(v) =>
						html`<li>
							<weir-video-card .video=${v}></weir-video-card>
						</li>`,
				)}
			</ul>
			${
				this.more
					? html`<button
							class="button quiet"
							@click=${() => void this.#load(idOf(this.videos.at(-1)!))}
						>
							Show more
						</button>`
					: nothing
			}
		</section>`;
	}
}
