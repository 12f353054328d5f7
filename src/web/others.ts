import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { listChannels, type Channel } from './api';
import './card';
import { Poll } from './poll';
import { base } from './styles';

const refresh_ms = 15_000;
const shown_max = 8;

// What else is live, below a channel: somewhere to go while one waits.
@customElement('weir-others')
export class WeirOthers extends LitElement {
	@property() except = '';
	@state() private channels: Channel[] = [];
	@state() private tick = 0;

	static override styles = [
		base,
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
				gap: 24px 20px;
				list-style: none;
			}
		`,
	];

	constructor() {
		super();
		new Poll(this, () => this.#refresh(), {
			visible: () => refresh_ms,
			hidden: () => 0,
		});
	}

	async #refresh(): Promise<void> {
		this.channels = await listChannels();
		this.tick++;
	}

	override render(): TemplateResult | typeof nothing {
		const live = this.channels
			.filter((c) => c.live && c.name !== this.except)
			.slice(0, shown_max);
		if (live.length === 0) {
			return nothing;
		}
		return html`<section aria-labelledby="also">
			<h2 id="also">Also live</h2>
			<ul role="list">
				${repeat(
					live,
					(c) => c.name,
					(c) =>
						html`<li>
							<weir-card .channel=${c} .tick=${this.tick}></weir-card>
						</li>`,
				)}
			</ul>
		</section>`;
	}
}
