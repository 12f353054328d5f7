import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { clockDigits } from './clock';
import { dialog, dialogStyle } from './dialog';
import * as icons from './icons';
import { base, buttons } from './styles';

// A button, and what it opens: links to a page, and to its streams for other
// players.
@customElement('weir-share')
export class WeirShare extends LitElement {
	// Paths on this server.
	@property() path = '';
	@property() hls: string | null = null;
	@property() dash: string | null = null;
	// The page that begins where the viewer is, and where that is in seconds.
	@property({ attribute: false }) moment:
		(() => { path: string; at: number } | undefined) | undefined;
	@state() private here: { path: string; at: number } | undefined;
	@state() private fromHere = false;
	@state() private copied = '';

	static override styles = [
		base,
		buttons,
		dialogStyle,
		css`
			.open svg {
				width: 19px;
				height: 19px;
			}
			label {
				display: grid;
				gap: 5px;
				color: var(--muted);
				font-size: 13px;
				font-weight: 600;
			}
			.field {
				display: flex;
				gap: 8px;
			}
			input[type='text'] {
				flex: 1;
				min-width: 0;
				height: 44px;
				padding: 0 13px;
				border: 1px solid var(--line);
				border-radius: 11px;
				background: var(--bg);
				color: var(--text);
				font: 14px var(--mono);
				text-overflow: ellipsis;
			}
			.field .button {
				flex: none;
				width: 44px;
				padding: 0;
				border-radius: 11px;
			}
			.field svg {
				width: 19px;
				height: 19px;
			}
			.check {
				display: flex;
				align-items: center;
				gap: 9px;
				min-height: 32px;
				margin-top: -6px;
				color: var(--text);
				font-size: 15px;
				font-weight: 500;
			}
			.check input {
				width: 18px;
				height: 18px;
				accent-color: var(--accent);
			}
			h3 {
				margin-top: 6px;
				padding-top: 16px;
				border-top: 1px solid var(--line);
				font-size: 15px;
			}
			.small {
				margin-top: -8px;
				color: var(--muted);
				font-size: 14px;
			}
			@media (max-width: 700px) {
				.open {
					width: 44px;
					padding: 0;
				}
				.open span {
					position: absolute;
					width: 1px;
					height: 1px;
					overflow: hidden;
					clip-path: inset(50%);
				}
			}
		`,
	];

	#open(): void {
		this.here = this.moment?.();
		this.fromHere = false;
		this.renderRoot.querySelector('dialog')!.showModal();
	}

	get #link(): string {
		const path =
			this.fromHere && this.here !== undefined ? this.here.path : this.path;
		return location.origin + path;
	}

	async #copy(what: string, url: string): Promise<void> {
		try {
			await navigator.clipboard.writeText(url);
		} catch {
			// Pages that came without TLS may not write there: mark the text.
			this.renderRoot
				.querySelector<HTMLInputElement>(`input[name="${what}"]`)
				?.select();
			document.execCommand('copy');
		}
		this.copied = what;
		setTimeout(() => (this.copied = ''), 2000);
	}

	#field(what: string, label: string, url: string): TemplateResult {
		return html`<label
			>${label}
			<span class="field">
				<input
					type="text"
					name=${what}
					readonly
					.value=${url}
					@focus=${(e: Event) => (e.target as HTMLInputElement).select()}
				/>
				<button
					class="button quiet"
					aria-label=${this.copied === what ? 'Copied' : `Copy: ${label}`}
					title="Copy"
					@click=${() => void this.#copy(what, url)}
				>
					${this.copied === what ? icons.check : icons.copy}
				</button>
			</span>
		</label>`;
	}

	override render(): TemplateResult {
		return html`<button class="button quiet open" @click=${this.#open}>
				${icons.share}<span>Share</span>
			</button>
			${dialog('Share', this.#body())}`;
	}

	#body(): TemplateResult {
		const { here, hls, dash } = this;
		return html`
			${this.#field('link', 'Link to this page', this.#link)}
			${
				here === undefined
					? nothing
					: html`<label class="check">
							<input
								type="checkbox"
								.checked=${this.fromHere}
								@change=${(e: Event) =>
									(this.fromHere = (e.target as HTMLInputElement).checked)}
							/>
							Start at ${clockDigits(here.at * 1000)}
						</label>`
			}
			${
				'share' in navigator
					? html`<button
							class="button"
							@click=${() =>
								void navigator
									.share({ title: document.title, url: this.#link })
									.catch(() => undefined)}
						>
							Send to…
						</button>`
					: nothing
			}
			${
				hls === null
					? nothing
					: html`<h3>For other players</h3>
							<p class="small">VLC, mpv, a television, your own page.</p>
							${this.#field('hls', 'HLS', location.origin + hls)}
							${
								dash === null
									? nothing
									: this.#field('dash', 'DASH', location.origin + dash)
							}`
			}
		`;
	}
}
