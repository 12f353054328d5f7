import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { listRecordings, type Channel, type Recording } from './api';
import { base } from './styles';
import './video-card';

// Of how many channels, how many of each, and how many in all.
const channels_max = 6;
const each_max = 4;
const shown_max = 8;

// What was live lately, of any channel.
@customElement('weir-recent')
export class WeirRecent extends LitElement {
	@property({ attribute: false }) channels: Channel[] = [];
	@state() private recordings: Recording[] = [];
	// For which broadcasts that was asked.
	#asked = '';

	static override styles = [
		base,
		css`
			section {
				padding-top: 52px;
			}
			h2 {
				margin-bottom: 16px;
				font-size: 20px;
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
			@media (max-width: 600px) {
				ul {
					grid-template-columns: repeat(2, minmax(0, 1fr));
					gap: 22px 12px;
				}
			}
		`,
	];

	override willUpdate(): void {
		const asked = this.channels
			.map((c) => `${c.broadcast ?? ''}${c.live ? '+' : '-'}`)
			.join();
		if (asked !== this.#asked) {
			this.#asked = asked;
			void this.#load();
		}
	}

	async #load(): Promise<void> {
		const lists = await Promise.all(
			this.channels
				.filter((c) => c.since !== null)
				.slice(0, channels_max)
				.map((c) => listRecordings(c.name, each_max).catch(() => [])),
		);
		this.recordings = lists
			.flat()
			.filter((r) => !r.live && r.duration > 0)
			.sort((a, b) => Date.parse(b.since) - Date.parse(a.since))
			.slice(0, shown_max);
	}

	override render(): TemplateResult | typeof nothing {
		return this.recordings.length === 0
			? nothing
			: html`<section aria-labelledby="recent">
					<h2 id="recent">Recently live</h2>
					<ul role="list">
						${repeat(
							this.recordings,
							(r) => r.broadcast,
							(r) =>
								html`<li>
									<weir-video-card named .video=${r}></weir-video-card>
								</li>`,
						)}
					</ul>
				</section>`;
	}
}
