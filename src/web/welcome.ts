import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import * as icons from './icons';
import { base } from './styles';

// What an operator reads on a weir that has no channels: how to get the
// first picture onto this page.
@customElement('weir-welcome')
export class WeirWelcome extends LitElement {
	@state() private copied = '';

	static override styles = [
		base,
		css`
			section {
				max-width: 640px;
				margin: 0 auto;
				padding: clamp(24px, 8vh, 88px) 0 64px;
			}
			.river {
				width: 132px;
				margin-bottom: 28px;
				color: var(--accent);
			}
			h1 {
				margin-bottom: 10px;
				font-size: clamp(28px, 6vw, 40px);
				line-height: 1.12;
				letter-spacing: -0.03em;
			}
			.lead {
				margin-bottom: 36px;
				color: var(--muted);
				font-size: 18px;
			}
			ol {
				display: grid;
				gap: 14px;
				list-style: none;
				counter-reset: step;
			}
			li {
				display: grid;
				grid-template-columns: 32px minmax(0, 1fr);
				gap: 16px;
				padding: 20px;
				border: 1px solid var(--line);
				border-radius: var(--radius);
				background: var(--surface);
				counter-increment: step;
			}
			li::before {
				content: counter(step);
				display: grid;
				place-items: center;
				width: 32px;
				height: 32px;
				border-radius: 50%;
				background: var(--raised);
				color: var(--accent);
				font-weight: 700;
			}
			h2 {
				margin-top: 3px;
				font-size: 17px;
				line-height: 1.5;
			}
			li p {
				margin-top: 2px;
				color: var(--muted);
				font-size: 15px;
			}
			.code {
				display: flex;
				align-items: center;
				gap: 4px;
				margin-top: 12px;
				border-radius: 10px;
				background: var(--raised);
				font-family: var(--mono);
				font-size: 14px;
			}
			.code code {
				flex: 1;
				min-width: 0;
				padding: 11px 4px 11px 14px;
				overflow-x: auto;
				font: inherit;
				white-space: nowrap;
			}
			.code button {
				display: grid;
				flex: none;
				place-items: center;
				width: 44px;
				height: 44px;
				padding: 0;
				border: 0;
				border-radius: 10px;
				background: none;
				color: var(--muted);
			}
			.code button:hover {
				color: var(--text);
			}
			.code svg {
				width: 19px;
				height: 19px;
			}
			dl {
				display: grid;
				grid-template-columns: auto minmax(0, 1fr);
				align-items: center;
				gap: 0 16px;
				margin-top: 6px;
				font-size: 15px;
			}
			dt {
				padding-top: 12px;
				color: var(--muted);
			}
			dd:not(.has-code) {
				padding-top: 12px;
			}
			@media (max-width: 520px) {
				li {
					grid-template-columns: minmax(0, 1fr);
					padding: 18px;
				}
				dl {
					grid-template-columns: minmax(0, 1fr);
				}
				dd:not(.has-code) {
					padding-top: 2px;
				}
				.code {
					margin-top: 6px;
				}
			}
		`,
	];

	override render(): TemplateResult {
		const host = location.hostname || 'localhost';
		return html`<section>
			<svg
				class="river"
				viewBox="0 0 96 48"
				fill="none"
				stroke="currentColor"
				stroke-width="3.5"
				stroke-linecap="round"
				aria-hidden="true"
			>
				<path d="M4 12h26c18 0 10 24 28 24h34" />
				<path d="M4 24h16c12 0 9 12 16 16" opacity=".45" />
			</svg>
			<h1>Nothing flows yet</h1>
			<p class="lead">
				This weir is up and has no channels. Two steps to the first picture:
			</p>
			<ol>
				<li>
					<div>
						<h2>Add a channel</h2>
						<p>On the server. It prints the stream key: keep it secret.</p>
						${this.#code('weir channel add alice')}
					</div>
				</li>
				<li>
					<div>
						<h2>Publish from OBS</h2>
						<p>Under Settings, Stream:</p>
						<dl>
							<dt>Service</dt>
							<dd>Custom…</dd>
							<dt>Server</dt>
							<dd class="has-code">
								${this.#code(`rtmp://${host}:1935/live`)}
							</dd>
							<dt>Stream key</dt>
							<dd>what the first step printed</dd>
						</dl>
					</div>
				</li>
			</ol>
			<p class="hush" role="status">${this.copied === '' ? '' : 'Copied'}</p>
		</section>`;
	}

	#code(text: string): TemplateResult {
		const done = this.copied === text;
		return html`<div class="code">
			<code tabindex="0">${text}</code>
			${
				'clipboard' in navigator
					? html`<button
							aria-label="Copy: ${text}"
							title="Copy"
							@click=${() => this.#copy(text)}
						>
							${done ? icons.check : icons.copy}
						</button>`
					: ''
			}
		</div>`;
	}

	async #copy(text: string): Promise<void> {
		try {
			await navigator.clipboard.writeText(text);
			this.copied = text;
			setTimeout(() => (this.copied = ''), 2000);
		} catch {
			// Refused by the browser: the text can still be selected.
		}
	}
}
