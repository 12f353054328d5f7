import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { now } from './clock';
import * as icons from './icons';
import type { Playback } from './playback';
import { base } from './styles';

const refresh_ms = 500;

function rate(bits: number | undefined): string {
	return bits === undefined || !(bits > 0)
		? '–'
		: bits < 1e6
			? `${Math.round(bits / 1e3)} kbit/s`
			: `${(bits / 1e6).toFixed(2)} Mbit/s`;
}

function seconds(s: number | undefined): string {
	return s === undefined ? '–' : `${s.toFixed(2)} s`;
}

// What a nerd wants to know of PLAYBACK, line by line.
export function statLines(playback: Playback): [string, string][] {
	const { engine, video } = playback;
	const facts = engine?.facts();
	const frames = video.getVideoPlaybackQuality();
	const date = engine?.dateAt(video.currentTime);
	const size = `${video.videoWidth}×${video.videoHeight}`;
	const box = video.getBoundingClientRect();
	const density = devicePixelRatio;
	const lines: [string, string][] = [
		['Source', playback.source?.broadcast ?? '–'],
		['Mode', facts?.mode ?? '–'],
	];
	if (playback.isLive) {
		lines.push(
			[
				'Delay to the playlist',
				`${seconds(engine?.latency())} (target ${seconds(facts?.target)})`,
			],
			[
				'Delay to the server',
				date === undefined ? '–' : seconds((now() - date) / 1000),
			],
		);
	}
	lines.push(
		['Buffer', seconds(playback.ahead)],
		[
			'Speed',
			`${video.playbackRate.toFixed(2)}×${playback.following ? ', follows live' : ''}`,
		],
		[
			'Picture',
			`${size}${facts?.frameRate ? ` @ ${Number(facts.frameRate.toFixed(2))}` : ''}` +
				`, shown ${Math.round(box.width * density)}×${Math.round(box.height * density)}`,
		],
		['Codecs', facts?.codecs || '–'],
		['Bit rate', rate(facts?.bitrate)],
		['Connection', rate(facts?.estimate)],
		[
			'Frames dropped',
			`${frames.droppedVideoFrames} of ${frames.totalVideoFrames}`,
		],
		[
			'Stalls',
			`${playback.stalls}, ${seconds(playback.stalled_ms / 1000)} in all`,
		],
		['Start took', seconds(playback.startup_ms / 1000)],
		['Volume', video.muted ? 'muted' : `${Math.round(video.volume * 100)} %`],
		['Position', `${video.currentTime.toFixed(3)} s`],
		['Player', facts?.player ?? '–'],
	);
	return lines;
}

// "Stats for nerds", over the picture.  Fires "close".
@customElement('weir-stats')
export class WeirStats extends LitElement {
	@property({ attribute: false }) playback!: Playback;
	@state() private copied = false;
	#timer: number | undefined;

	static override styles = [
		base,
		css`
			:host {
				position: absolute;
				left: 12px;
				top: 12px;
				z-index: 5;
				display: flex;
				flex-direction: column;
				width: min(430px, calc(100% - 24px));
				max-height: calc(100% - 24px);
				border-radius: 12px;
				background: rgb(3 8 10 / 84%);
				color: #e4edef;
				font-size: 12.5px;
			}
			dl {
				display: grid;
				grid-template-columns: auto minmax(0, 1fr);
				gap: 1px 14px;
				overflow: auto;
				padding: 0 14px 12px;
			}
			dt {
				color: #a9b7bc;
			}
			dd {
				font-family: var(--mono);
				font-size: 12px;
				font-variant-numeric: tabular-nums;
			}
			header {
				display: flex;
				align-items: center;
				padding: 4px 4px 0 14px;
				font-size: 13px;
				font-weight: 650;
			}
			h2 {
				flex: 1;
				font-size: inherit;
			}
			button {
				display: grid;
				place-items: center;
				width: 38px;
				height: 38px;
				padding: 0;
				border: 0;
				border-radius: 9px;
				background: none;
			}
			button:hover {
				background: rgb(255 255 255 / 14%);
			}
			:focus-visible {
				outline: 2px solid #fff;
				outline-offset: -2px;
			}
			svg {
				width: 18px;
				height: 18px;
			}
		`,
	];

	override connectedCallback(): void {
		super.connectedCallback();
		this.#timer = setInterval(() => this.requestUpdate(), refresh_ms);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		clearInterval(this.#timer);
	}

	async #copy(): Promise<void> {
		const text = statLines(this.playback)
			.map(([name, value]) => `${name}: ${value}`)
			.concat(`Browser: ${navigator.userAgent}`)
			.join('\n');
		try {
			await navigator.clipboard.writeText(text);
			this.copied = true;
			setTimeout(() => (this.copied = false), 2000);
		} catch {
			// The browser refused; the text can be marked and copied.
		}
	}

	override render(): TemplateResult {
		return html`<header>
				<h2>Stats for nerds</h2>
				<button
					class="copy"
					aria-label=${this.copied ? 'Copied' : 'Copy'}
					title="Copy"
					@click=${() => void this.#copy()}
				>
					${this.copied ? icons.check : icons.copy}
				</button>
				<button
					class="close"
					aria-label="Close"
					title="Close (s)"
					@click=${() => this.dispatchEvent(new CustomEvent('close'))}
				>
					${icons.close}
				</button>
			</header>
			<dl>
				${statLines(this.playback).map(
					([name, value]) =>
						html`<dt>${name}</dt>
							<dd>${value}</dd>`,
				)}
			</dl>`;
	}
}
