import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import * as icons from './icons';
import { base } from './styles';

// A line of a menu: it does something, is one of several to choose from
// (checked is given then), or leads to more lines.
export interface MenuItem {
	label: string;
	value?: string;
	checked?: boolean;
	lines?: MenuItem[];
	act?: () => void;
}

// A menu over everything else, at the lower right corner of where it is put;
// on phones a sheet at the bottom.  Fires "closed".
@customElement('weir-menu')
export class WeirMenu extends LitElement {
	@property() label = '';
	@property({ attribute: false }) lines: MenuItem[] = [];
	// The label of the line whose lines are shown.
	@state() private inside: string | null = null;
	@query('.menu') private menu!: HTMLElement;

	static override styles = [
		base,
		css`
			.menu {
				position: fixed;
				inset: auto;
				width: 272px;
				max-height: min(70svh, 460px);
				margin: 0;
				padding: 6px;
				overflow-y: auto;
				overscroll-behavior: contain;
				border: 1px solid rgb(255 255 255 / 12%);
				border-radius: 14px;
				background: rgb(12 20 24 / 96%);
				color: #fff;
				font-size: 15px;
				box-shadow: 0 12px 48px rgb(0 0 0 / 50%);
			}
			button {
				display: grid;
				grid-template-columns: 22px minmax(0, 1fr) auto auto;
				align-items: center;
				gap: 10px;
				width: 100%;
				min-height: 42px;
				padding: 0 10px;
				border: 0;
				border-radius: 9px;
				background: none;
				text-align: left;
			}
			button.plain {
				grid-template-columns: minmax(0, 1fr) auto auto;
			}
			button:hover,
			button:focus-visible {
				background: rgb(255 255 255 / 12%);
			}
			:focus-visible {
				outline: 2px solid #fff;
				outline-offset: -2px;
			}
			.value {
				color: #b9c8cd;
				font-size: 14px;
			}
			svg {
				width: 18px;
				height: 18px;
			}
			.up {
				grid-template-columns: 22px minmax(0, 1fr);
				margin-bottom: 4px;
				font-weight: 650;
			}
			@supports not selector(:popover-open) {
				.menu {
					position: absolute;
					right: 0;
					bottom: 0;
				}
				:host(:not([data-open])) .menu {
					display: none;
				}
			}
			@media (max-width: 600px) {
				.menu {
					inset: auto 0 0 0 !important;
					width: 100%;
					max-width: none;
					padding: 8px 12px calc(12px + env(safe-area-inset-bottom));
					border-width: 1px 0 0;
					border-radius: 18px 18px 0 0;
				}
				.menu::backdrop {
					background: rgb(0 0 0 / 40%);
				}
				button {
					min-height: 48px;
				}
			}
		`,
	];

	// Browsers of before 2024 have no popovers: there it lies in the player.
	get open(): boolean {
		return 'popover' in this.menu
			? this.menu.matches(':popover-open')
			: this.hasAttribute('data-open');
	}

	toggle(): void {
		if (this.open) {
			this.hide();
			return;
		}
		this.inside = null;
		if (!('popover' in this.menu)) {
			this.setAttribute('data-open', '');
			return;
		}
		// Where the component stands, seen from the window's lower right corner.
		const { right, bottom } = this.getBoundingClientRect();
		const { clientWidth, clientHeight } = document.documentElement;
		this.menu.style.right = `${clientWidth - right}px`;
		this.menu.style.bottom = `${clientHeight - bottom}px`;
		this.menu.showPopover();
		void this.#focus();
	}

	hide(): void {
		if (!('popover' in this.menu)) {
			this.removeAttribute('data-open');
		} else if (this.open) {
			this.menu.hidePopover();
		}
	}

	// A menu that stays while the page below it moves is lost.
	readonly #moved = (): void => this.hide();

	#toggled(e: ToggleEvent): void {
		if (e.newState === 'open') {
			addEventListener('scroll', this.#moved, { passive: true });
			addEventListener('resize', this.#moved);
		} else {
			removeEventListener('scroll', this.#moved);
			removeEventListener('resize', this.#moved);
			this.dispatchEvent(new CustomEvent('closed'));
		}
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		removeEventListener('scroll', this.#moved);
		removeEventListener('resize', this.#moved);
	}

	get #buttons(): HTMLButtonElement[] {
		return [...this.renderRoot.querySelectorAll('button')];
	}

	// The chosen line, or the first one.
	async #focus(label?: string): Promise<void> {
		await this.updateComplete;
		const all = this.#buttons;
		const wanted =
			all.find((b) => b.dataset['label'] === (label ?? '')) ??
			all.find((b) => b.ariaChecked === 'true') ??
			all[0];
		wanted?.focus();
	}

	#enter(line: MenuItem): void {
		if (line.lines !== undefined) {
			this.inside = line.label;
			void this.#focus();
			return;
		}
		line.act?.();
		if (line.checked === undefined || this.inside === null) {
			this.hide();
		} else {
			this.#leave();
		}
	}

	#leave(): void {
		const from = this.inside ?? undefined;
		this.inside = null;
		void this.#focus(from);
	}

	#key(e: KeyboardEvent): void {
		if (!this.open) {
			// It was put away, and the focus is on its way back.
			return;
		}
		const all = this.#buttons;
		const here = all.indexOf(
			(this.renderRoot as ShadowRoot).activeElement as HTMLButtonElement,
		);
		const go = (n: number): void => all[(n + all.length) % all.length]?.focus();
		switch (e.key) {
			case 'ArrowDown':
				go(here + 1);
				break;
			case 'ArrowUp':
				go(here - 1);
				break;
			case 'Home':
				go(0);
				break;
			case 'End':
				go(-1);
				break;
			case 'ArrowRight':
				all[here]?.click();
				break;
			case 'ArrowLeft':
				if (this.inside !== null) {
					this.#leave();
				}
				break;
			case 'Tab':
				this.hide();
				return;
			default:
				// What is typed here is not meant for the player.
				e.stopPropagation();
				return;
		}
		e.preventDefault();
	}

	override render(): TemplateResult {
		const parent = this.lines.find((l) => l.label === this.inside);
		const lines = parent?.lines ?? this.lines;
		return html`<div
			class="menu"
			role="menu"
			popover="auto"
			aria-label=${parent?.label ?? this.label}
			@toggle=${this.#toggled}
			@keydown=${this.#key}
		>
			${
				parent === undefined
					? nothing
					: html`<button
							class="up"
							role="menuitem"
							tabindex="-1"
							@click=${this.#leave}
						>
							${icons.back}${parent.label}
						</button>`
			}
			${lines.map((l) => this.#line(l))}
		</div>`;
	}

	#line(line: MenuItem): TemplateResult {
		const choice = line.checked !== undefined;
		return html`<button
			class=${choice ? '' : 'plain'}
			role=${choice ? 'menuitemradio' : 'menuitem'}
			aria-checked=${choice ? String(line.checked) : nothing}
			aria-haspopup=${line.lines === undefined ? nothing : 'true'}
			data-label=${line.label}
			tabindex="-1"
			@click=${() => this.#enter(line)}
		>
			${choice ? html`<span>${line.checked ? icons.check : nothing}</span>` : nothing}
			<span>${line.label}</span>
			<span class="value">${line.value ?? nothing}</span>
			${line.lines === undefined ? nothing : icons.on}
		</button>`;
	}
}

declare global {
	interface HTMLElementTagNameMap {
		'weir-menu': WeirMenu;
	}
}
