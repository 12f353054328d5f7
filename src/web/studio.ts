import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import {
	ApiError,
	getChannel,
	getHealth,
	type Channel,
	type Health,
	type HealthSample,
} from './api';
import { clockDigits, exactWords, since } from './clock';
import './graph';
import { gradient, initial } from './hue';
import * as icons from './icons';
import './missing';
import { describePage } from './page';
import './picture';
import { Poll } from './poll';
import { studioStyle } from './studio-style';
import { trackWords } from './tracks';

const refresh_ms = 2000;
const hidden_ms = 10_000;
const token_key = 'weir-operator';
// A meter begins here, in dB below full scale.
const quiet_db = -60;

// The token is kept as long as the tab is open.
function kept(): string {
	try {
		return sessionStorage.getItem(token_key) ?? '';
	} catch {
		return '';
	}
}

function keep(token: string): void {
	try {
		sessionStorage.setItem(token_key, token);
	} catch {
		// Then it lasts as long as the page.
	}
}

interface Tile {
	name: string;
	value: string;
	unit?: string;
	note?: string | undefined;
	// The codes of warnings that are about it.
	about: string[];
	graph: TemplateResult | typeof nothing;
}

// Decibels, with the sign that numbers have.
function decibels(db: number): string {
	return db.toFixed(0).replace('-', '−');
}

// "24.5 to 30": how far figures went apart; nothing where they did not.
function range(
	values: number[],
	words: (v: number) => string,
): string | undefined {
	const [low, high] = [Math.min(...values), Math.max(...values)].map(words);
	return values.length < 2 || low === high ? undefined : `${low} to ${high}`;
}

function megabits(bits: number): string {
	return bits >= 99.95e6
		? (bits / 1e6).toFixed(0)
		: (bits / 1e6).toFixed(bits < 9.95e6 ? 2 : 1);
}

// What a streamer or an operator wants to see while it is live: how it goes.
@customElement('weir-studio')
export class WeirStudio extends LitElement {
	@property() name = '';
	@state() private token = kept();
	@state() private refused = '';
	@state() private health: Health | null = null;
	@state() private channel: Channel | null = null;
	@state() private missing = false;
	@state() private away = false;
	@query('input') private input!: HTMLInputElement | null;

	readonly #poll = new Poll(this, () => this.#refresh(), {
		visible: () => (this.token === '' ? 0 : refresh_ms),
		hidden: () => (this.token === '' ? 0 : hidden_ms),
	});

	static override styles = studioStyle;

	override willUpdate(changed: Map<string, unknown>): void {
		if (changed.has('name') && changed.get('name') !== undefined) {
			this.health = null;
			this.channel = null;
			this.missing = false;
			this.#poll.kick();
		}
	}

	override updated(): void {
		const title = this.channel?.title || this.name;
		describePage(`Studio: ${title} · weir`, `How ${title} is doing.`);
	}

	async #refresh(): Promise<void> {
		if (this.token === '') {
			return;
		}
		try {
			const [health, channel] = await Promise.all([
				getHealth(this.name, this.token),
				getChannel(this.name),
			]);
			this.health = health;
			this.channel = channel;
			this.refused = '';
			this.away = false;
			this.missing = false;
		} catch (e) {
			if (e instanceof ApiError && (e.status === 401 || e.status === 403)) {
				this.refused = e.message;
				this.token = '';
				keep('');
				return;
			}
			this.missing = e instanceof ApiError && e.status === 404;
			this.away = !this.missing;
			throw e;
		}
	}

	#open(e: Event): void {
		e.preventDefault();
		const token = this.input?.value.trim() ?? '';
		if (token !== '') {
			this.refused = '';
			this.token = token;
			keep(token);
			this.#poll.kick();
		}
	}

	override render(): TemplateResult {
		if (this.missing) {
			return html`<weir-missing
				what="channel"
				.channel=${this.name}
			></weir-missing>`;
		}
		if (this.token === '') {
			return this.#door();
		}
		if (this.health === null || this.channel === null) {
			return this.away ? this.#gone() : this.#bones();
		}
		return html`<div class="page">
			${this.#head(this.channel, this.health)}
			${
				this.health.live
					? this.#live(this.channel, this.health)
					: this.#off(this.channel)
			}
			${
				this.away
					? html`<p class="stale" role="status">
							${icons.alert} The server is away. Trying again…
						</p>`
					: nothing
			}
		</div>`;
	}

	// What is here is for operators.
	#door(): TemplateResult {
		return html`<form class="door" @submit=${this.#open}>
			<h1>Studio</h1>
			<p>
				How <b>@${this.name}</b> is doing is for who runs this weir. A token
				opens it, which is printed there by
			</p>
			<code>weir token --role operator --for 8h</code>
			<label for="token">Token</label>
			<div class="entry">
				<input
					id="token"
					type="password"
					autocomplete="off"
					autocapitalize="off"
					spellcheck="false"
					required
					placeholder="eyJ…"
					aria-describedby="refused"
				/>
				<button class="button">Open</button>
			</div>
			<p id="refused" class="refused" role="alert">${this.refused}</p>
			<p class="small">It is kept in this tab until that is closed.</p>
		</form>`;
	}

	#gone(): TemplateResult {
		return html`<div class="door">
			<h1>The server cannot be reached</h1>
			<p>
				It may be restarting, or your connection is gone. This page keeps
				trying.
			</p>
		</div>`;
	}

	#bones(): TemplateResult {
		return html`<div class="page" role="status">
			<span class="hush">Loading</span>
			<div
				class="bone"
				style="width:220px;height:36px;margin:12px 0 24px"
			></div>
			<div class="tiles" aria-hidden="true">
				${[1, 2, 3, 4, 5, 6].map(() => html`<div class="bone tile"></div>`)}
			</div>
		</div>`;
	}

	#head(c: Channel, h: Health): TemplateResult {
		const title = c.title || c.name;
		return html`<header>
			<div
				class="face"
				style="background:${gradient(c.name)}"
				aria-hidden="true"
			>
				${initial(title)}
			</div>
			<div class="words">
				<h1>${title}</h1>
				<p class="sub">
					${
						h.live
							? html`<span class="live">LIVE</span>
									<span
										class="elapsed"
										title="Since ${exactWords(h.since ?? '')}"
										>${clockDigits(since(h.since))}</span
									>`
							: html`<span class="off">Off air</span>`
					}
					<span>@${c.name}</span>
				</p>
			</div>
			<a class="button quiet" href="/@${c.name}">Watch</a>
		</header>`;
	}

	#off(c: Channel): TemplateResult {
		return html`<section class="off-air">
			<weir-picture
				.name=${c.name}
				.label=${c.title || c.name}
				.thumbnail=${c.thumbnail ?? null}
				.preview=${c.preview}
			></weir-picture>
			<div class="veil">
				<h2>Not live</h2>
				<p>Figures appear here as soon as an encoder publishes.</p>
			</div>
		</section>`;
	}

	#live(c: Channel, h: Health): TemplateResult {
		return html`<div class="top">
				<weir-picture
					fresh
					.name=${c.name}
					.label=${c.title || c.name}
					.thumbnail=${c.thumbnail ?? null}
					.preview=${c.preview}
				></weir-picture>
				${this.#verdict(c, h)}
			</div>
			<div class="tiles">${this.#tiles(h).map((t) => this.#tile(t, h))}</div>`;
	}

	#verdict(c: Channel, h: Health): TemplateResult {
		const n = h.warnings.length;
		const known = h.samples.length > 0;
		return html`<section
			class="verdict ${n > 0 ? 'odd' : ''}"
			aria-live="polite"
		>
			<h2>
				${n > 0 ? icons.alert : icons.check}
				${
					n > 1
						? `${n} things to look at`
						: n === 1
							? 'One thing to look at'
							: known
								? 'All is well'
								: 'Waiting for figures'
				}
			</h2>
			${
				n > 0
					? html`<ul>
							${h.warnings.map((w) => html`<li>${sentence(w.message)}</li>`)}
						</ul>`
					: html`<p>
							${
								known
									? 'Picture and sound arrive as they should.'
									: 'The first ones come in a few seconds.'
							}
						</p>`
			}
			<dl>
				${
					c.encoder
						? html`<div>
								<dt>Encoder</dt>
								<dd>${c.encoder}</dd>
							</div>`
						: nothing
				}
				${
					c.tracks.length > 0
						? html`<div>
								<dt>Stream</dt>
								<dd>${trackWords(c.tracks).join(' · ')}</dd>
							</div>`
						: nothing
				}
			</dl>
		</section>`;
	}

	#tiles(h: Health): Tile[] {
		const last = h.samples.at(-1);
		const of = (pick: (s: HealthSample) => number | null) =>
			h.samples.map(pick);
		const graph = (
			values: (number | null)[],
			high: number,
			bars = false,
		): TemplateResult =>
			html`<weir-graph
				.values=${values}
				.high=${high}
				.bars=${bars}
			></weir-graph>`;
		const dropped = h.samples.reduce((sum, s) => sum + s.dropped, 0);
		const key = last?.keyframe_interval ?? null;
		return [
			{
				name: 'Bit rate',
				value: last ? megabits(last.bit_rate) : '–',
				unit: 'Mbit/s',
				note: range(
					h.samples.map((s) => s.bit_rate),
					megabits,
				),
				about: ['nothing'],
				graph: graph(
					of((s) => s.bit_rate),
					1e6,
				),
			},
			{
				name: 'Frame rate',
				value: last ? String(Number(last.frame_rate.toFixed(1))) : '–',
				unit: 'fps',
				note: range(
					h.samples.map((s) => s.frame_rate),
					(v) => String(Number(v.toFixed(1))),
				),
				about: ['frame-rate', 'gaps', 'backwards', 'no-picture'],
				graph: graph(
					of((s) => s.frame_rate),
					30,
				),
			},
			{
				name: 'Keyframes every',
				value: key === null ? '–' : String(Number(key.toFixed(1))),
				unit: 's',
				note: 'low latency wants 2 s or less',
				about: ['keyframes'],
				graph: graph(
					of((s) => s.keyframe_interval),
					4,
				),
			},
			{
				name: 'Dropped frames',
				value: String(dropped),
				note: 'in the last three minutes',
				about: ['dropped'],
				graph: graph(
					of((s) => s.dropped),
					5,
					true,
				),
			},
			this.#sound(h, last),
			{
				name: 'Viewers',
				value: String(h.viewers),
				note: `at most ${Math.max(h.viewers, ...h.samples.map((s) => s.viewers))}`,
				about: [],
				graph: graph(
					of((s) => s.viewers),
					4,
				),
			},
		];
	}

	// How loud it is: the newest half minute, and a meter of it all.
	#sound(h: Health, last: HealthSample | undefined): Tile {
		const rms = last?.rms_dbfs ?? null;
		const silent = rms !== null && rms <= quiet_db - 10;
		return {
			name: 'Sound',
			value: rms === null ? '–' : silent ? 'silent' : decibels(rms),
			...(rms === null || silent ? {} : { unit: 'dB' }),
			...(last?.peak_dbfs == null || silent
				? {}
				: { note: `peaks at ${decibels(last.peak_dbfs)} dB` }),
			about: ['silence', 'quiet', 'clipping', 'no-sound'],
			graph: html`<weir-graph
				bars
				.values=${h.loudness.map((v) => Math.max(quiet_db, v))}
				.slots=${Math.max(20, h.loudness.length)}
				.low=${quiet_db}
				.high=${0}
			></weir-graph>`,
		};
	}

	#tile(t: Tile, h: Health): TemplateResult {
		const odd = h.warnings.some((w) => t.about.includes(w.code));
		return html`<section class="tile ${odd ? 'odd' : ''}">
			<h3>${t.name}</h3>
			<p class="figure">
				<b>${t.value}</b>${
					t.unit === undefined ? nothing : html`<span>${t.unit}</span>`
				}
			</p>
			${t.graph}
			<p class="note">${t.note ?? html`&nbsp;`}</p>
		</section>`;
	}
}

function sentence(text: string): string {
	return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}
