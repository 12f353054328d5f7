import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { secondsOf } from './clock';
import { WeirHome } from './home';
import * as icons from './icons';
import './missing';
import { reloadOnce } from './page';
import { interceptLinks, routeOf, type Route } from './router';
import { base } from './styles';
import { flipTheme, onSystemTheme, theme } from './theme';
import { wordmark } from './wordmark';

// The pages with a player, and hls.js, are fetched when they are needed.
const loadWatching = () => import('./watching');
// What streamers and operators see, viewers need not fetch.
const loadStudio = () => import('./studio');

// How long a change of page may wait for that before it shows without.
const patience_ms = 250;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

// The frame around every page: the header, and which page is below it.
@customElement('weir-app')
export class WeirApp extends LitElement {
	@state() private route: Route = routeOf(location.pathname);
	@state() private ready = false;
	@state() private studio = false;
	@state() private failed = false;
	#release: (() => void) | undefined;

	static override styles = [
		base,
		css`
			:host {
				display: flex;
				flex-direction: column;
				min-height: 100svh;
			}
			.skip {
				position: absolute;
				left: var(--gutter);
				top: -60px;
				z-index: 10;
				min-height: 44px;
				padding: 0 16px;
				border: 0;
				border-radius: 0 0 10px 10px;
				background: var(--accent);
				color: var(--on-accent);
			}
			.skip:focus {
				top: 0;
			}
			header {
				display: flex;
				align-items: center;
				justify-content: space-between;
				width: 100%;
				max-width: calc(var(--page) + 2 * var(--gutter));
				height: 64px;
				margin: 0 auto;
				padding: 0 calc(var(--gutter) + env(safe-area-inset-right)) 0
					calc(var(--gutter) + env(safe-area-inset-left));
			}
			.home {
				display: flex;
				align-items: center;
				min-height: 44px;
				border-radius: 10px;
				color: var(--text);
			}
			.theme {
				display: grid;
				place-items: center;
				width: 44px;
				height: 44px;
				margin-right: -10px;
				padding: 0;
				border: 0;
				border-radius: 50%;
				background: none;
				color: var(--muted);
			}
			.theme:hover {
				background: var(--raised);
				color: var(--text);
			}
			.theme svg {
				width: 21px;
				height: 21px;
			}
			main {
				flex: 1;
			}
			/* It has the focus after a change of page, for screen readers. */
			main:focus-visible {
				outline: none;
			}
			.failed {
				padding: 20vh var(--gutter);
				text-align: center;
			}
			@media (max-width: 600px) {
				header {
					height: 56px;
				}
			}
		`,
	];

	override connectedCallback(): void {
		super.connectedCallback();
		history.scrollRestoration = 'manual';
		this.#release = interceptLinks((path, link) => {
			history.replaceState({ scroll: scrollY }, '');
			history.pushState(null, '', path);
			this.#show(0, link.querySelector<HTMLElement>('.frame'));
		});
		addEventListener('popstate', this.#popped);
		onSystemTheme(() => this.requestUpdate());
		void this.#prepare();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#release?.();
		removeEventListener('popstate', this.#popped);
	}

	readonly #popped = (e: PopStateEvent): void => {
		const scroll = (e.state as { scroll?: number } | null)?.scroll ?? 0;
		this.#show(scroll, null);
	};

	// Show what the address bar names, and put the reader at its start.  The
	// picture that was clicked grows into the player, and back.
	#show(scroll: number, clicked: HTMLElement | null): void {
		const left = this.route;
		let marked: HTMLElement | null = null;
		const update = async (): Promise<void> => {
			clicked?.removeAttribute('part');
			this.route = routeOf(location.pathname);
			await Promise.race([this.#prepare(), pause(patience_ms)]);
			await this.updateComplete;
			const main = this.renderRoot.querySelector<HTMLElement>('main');
			const page = main?.firstElementChild;
			if (page instanceof WeirHome) {
				const frame =
					left.page === 'channel' ? await page.frameOf(left.name) : null;
				await page.updateComplete;
				frame?.setAttribute('part', 'stage');
				marked = frame;
			}
			scrollTo(0, scroll);
			main?.focus({ preventScroll: true });
		};
		if (
			'startViewTransition' in document &&
			matchMedia('(prefers-reduced-motion: no-preference)').matches
		) {
			clicked?.setAttribute('part', 'stage');
			const { finished } = document.startViewTransition(update);
			void finished.finally(() => marked?.removeAttribute('part'));
		} else {
			void update();
		}
	}

	// Fetch what the route needs.
	async #prepare(): Promise<void> {
		const { page } = this.route;
		const there = page === 'studio' ? this.studio : this.ready;
		if (page === 'home' || page === 'missing' || there) {
			return;
		}
		this.failed = false;
		try {
			if (page === 'studio') {
				await loadStudio();
				this.studio = true;
			} else {
				await loadWatching();
				this.ready = true;
			}
		} catch {
			this.failed = true;
			reloadOnce().catch(() => undefined);
		}
	}

	#flip(): void {
		flipTheme();
		this.requestUpdate();
	}

	override render(): TemplateResult {
		const dark = theme() === 'dark';
		const flip = dark ? 'Switch to light' : 'Switch to dark';
		return html`
			<header>
				<button class="skip" @click=${this.#skip}>Skip to content</button>
				<a class="home" href="/" aria-label="weir, all channels">${wordmark}</a>
				<button
					class="theme"
					aria-label=${flip}
					title=${flip}
					@click=${this.#flip}
				>
					${dark ? icons.sun : icons.moon}
				</button>
			</header>
			<main tabindex="-1">${this.#page()}</main>
		`;
	}

	readonly #skip = (): void => {
		this.renderRoot.querySelector<HTMLElement>('main')?.focus();
	};

	#page(): TemplateResult | typeof nothing {
		const route = this.route;
		if (route.page === 'home') {
			return html`<weir-home exportparts="stage"></weir-home>`;
		}
		if (route.page === 'missing') {
			return html`<weir-missing></weir-missing>`;
		}
		if (this.failed) {
			return html`<div class="failed">
				<p>A part of this page did not load.</p>
				<p><a href=${location.pathname} target="_self">Load it again</a></p>
			</div>`;
		}
		if (route.page === 'studio') {
			return this.studio
				? html`<weir-studio .name=${route.name}></weir-studio>`
				: nothing;
		}
		if (!this.ready) {
			return nothing;
		}
		switch (route.page) {
			case 'channel':
				return html`<weir-channel
					exportparts="stage"
					.name=${route.name}
				></weir-channel>`;
			case 'recording':
				return html`<weir-recording
					exportparts="stage"
					.name=${route.id}
					.start=${secondsOf(new URLSearchParams(location.search).get('t'))}
				></weir-recording>`;
			case 'clip':
				return html`<weir-clip
					exportparts="stage"
					.name=${route.id}
				></weir-clip>`;
		}
	}
}
