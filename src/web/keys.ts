import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { keyWords } from './actions';
import { dialog, dialogStyle } from './dialog';
import { base } from './styles';

// The list of keys, in a window over the page.
@customElement('weir-keys')
export class WeirKeys extends LitElement {
	static override styles = [
		base,
		dialogStyle,
		css`
			dl {
				display: grid;
				grid-template-columns: auto minmax(0, 1fr);
				gap: 9px 18px;
				align-items: baseline;
			}
			dt {
				white-space: nowrap;
			}
			kbd {
				display: inline-block;
				min-width: 26px;
				margin-right: 4px;
				padding: 1px 7px;
				border: 1px solid var(--line);
				border-bottom-width: 2px;
				border-radius: 6px;
				background: var(--raised);
				font: 13px/1.5 var(--font);
				text-align: center;
			}
		`,
	];

	show(): void {
		this.renderRoot.querySelector('dialog')!.showModal();
	}

	override render(): TemplateResult {
		return dialog(
			'Keys',
			html`<dl>
				${keyWords.map(
					([keys, words]) =>
						html`<dt>${keys.map((k) => html`<kbd>${k}</kbd>`)}</dt>
							<dd>${words}</dd>`,
				)}
			</dl>`,
		);
	}
}
