import { css, html, type TemplateResult } from 'lit';
import * as icons from './icons';

export const dialogStyle = css`
	dialog {
		width: min(480px, calc(100vw - 32px));
		max-height: calc(100svh - 32px);
		margin: auto;
		padding: 0;
		border: 1px solid var(--line);
		border-radius: 18px;
		background: var(--surface);
		color: var(--text);
		font-size: 15px;
		text-align: left;
		box-shadow: 0 24px 80px rgb(0 0 0 / 35%);
	}
	dialog::backdrop {
		background: rgb(4 10 12 / 55%);
	}
	.dialog {
		display: grid;
		gap: 14px;
		padding: 18px 22px 22px;
	}
	.dialog header {
		display: flex;
		align-items: center;
		justify-content: space-between;
		margin-right: -10px;
	}
	.dialog h2 {
		font-size: 19px;
		letter-spacing: -0.02em;
	}
	.dialog .close {
		display: grid;
		place-items: center;
		width: 44px;
		height: 44px;
		padding: 0;
		border: 0;
		border-radius: 50%;
		background: none;
		color: var(--muted);
	}
	.dialog .close:hover {
		background: var(--raised);
		color: var(--text);
	}
	@media (max-width: 600px) {
		dialog {
			width: 100vw;
			max-width: none;
			margin: auto 0 0;
			border-width: 1px 0 0;
			border-radius: 20px 20px 0 0;
		}
		.dialog {
			padding-bottom: calc(22px + env(safe-area-inset-bottom));
		}
	}
`;

// BODY in a window over the page, which a click beside it closes, and Escape.
export function dialog(title: string, body: TemplateResult): TemplateResult {
	return html`<dialog
		aria-label=${title}
		@click=${(e: Event) => {
			if (e.target === e.currentTarget) {
				(e.currentTarget as HTMLDialogElement).close();
			}
		}}
		@keydown=${(e: Event) => e.stopPropagation()}
	>
		<div class="dialog">
			<header>
				<h2>${title}</h2>
				<form method="dialog">
					<button class="close" aria-label="Close" title="Close">
						${icons.close}
					</button>
				</form>
			</header>
			${body}
		</div>
	</dialog>`;
}
