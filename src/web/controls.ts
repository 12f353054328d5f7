import { css, html, nothing, type TemplateResult } from 'lit';
import type { Action } from './actions';
import { clockDigits } from './clock';
import * as icons from './icons';

// What the bar shows; all times in seconds of the video.
export interface ControlView {
	playing: boolean;
	muted: boolean;
	volume: number;
	atLive: boolean;
	// 0 to 1 over what can be seen again, or undefined where that is little.
	window: { start: number; edge: number; at: number } | undefined;
	behind: number;
	latency: number | undefined;
	canPip: boolean;
	inPip: boolean;
	canFullscreen: boolean;
	inFullscreen: boolean;
}

export interface ControlActs {
	act(action: Action): void;
	volume(v: number): void;
	seek(to: number): void;
}

export const controlStyle = css`
	.bar {
		position: absolute;
		inset: auto 0 0 0;
		z-index: 3;
		padding: 56px 8px max(4px, env(safe-area-inset-bottom));
		background: linear-gradient(
			to top,
			rgb(3 8 10 / 82%),
			rgb(3 8 10 / 46%) 45%,
			transparent
		);
		color: #fff;
		transition: opacity 180ms;
		pointer-events: none;
	}
	.row {
		display: flex;
		align-items: center;
	}
	.bar button,
	.bar input,
	.time {
		pointer-events: auto;
	}
	.space {
		flex: 1;
	}
	.bar button {
		display: grid;
		flex: none;
		place-items: center;
		width: 44px;
		height: 44px;
		padding: 0;
		border: 0;
		border-radius: 12px;
		background: none;
		color: #fff;
	}
	.bar button:hover {
		background: rgb(255 255 255 / 14%);
	}
	.bar :focus-visible {
		outline: 2px solid #fff;
		outline-offset: -3px;
	}
	.sound {
		display: flex;
		align-items: center;
	}
	.bar button.edge {
		display: flex;
		gap: 7px;
		width: auto;
		margin-left: 4px;
		padding: 0 12px;
		font-size: 13px;
		font-weight: 700;
		letter-spacing: 0.05em;
		white-space: nowrap;
	}
	.edge::before {
		content: '';
		width: 8px;
		height: 8px;
		border-radius: 50%;
		background: #ff5a5f;
	}
	.edge.behind::before {
		background: #a9b7bc;
	}
	.time {
		padding: 0 8px;
		color: #d5dfe2;
		font-size: 13px;
		font-variant-numeric: tabular-nums;
		white-space: nowrap;
	}
	input[type='range'] {
		--fill: 0%;
		height: 44px;
		margin: 0;
		background: none;
		cursor: pointer;
		appearance: none;
	}
	input[type='range']::-webkit-slider-runnable-track {
		height: 4px;
		border-radius: 2px;
		background: linear-gradient(
			to right,
			#fff var(--fill),
			rgb(255 255 255 / 34%) var(--fill)
		);
	}
	input[type='range']::-moz-range-track {
		height: 4px;
		border-radius: 2px;
		background: linear-gradient(
			to right,
			#fff var(--fill),
			rgb(255 255 255 / 34%) var(--fill)
		);
	}
	input[type='range']::-webkit-slider-thumb {
		width: 14px;
		height: 14px;
		margin-top: -5px;
		border: 0;
		border-radius: 50%;
		background: #fff;
		appearance: none;
	}
	input[type='range']::-moz-range-thumb {
		width: 14px;
		height: 14px;
		border: 0;
		border-radius: 50%;
		background: #fff;
	}
	.volume {
		width: 84px;
		margin: 0 8px 0 2px !important;
	}
	.seek {
		display: block;
		width: calc(100% - 16px);
		height: 22px !important;
		margin: 0 8px !important;
	}
	/* Phones have buttons of their own for the volume. */
	@media (pointer: coarse) {
		.volume {
			display: none;
		}
		.bar button {
			width: 48px;
			height: 48px;
		}
	}
	/* What a narrow player has no room for, least needed first. */
	@container player (max-width: 480px) {
		.volume {
			display: none;
		}
	}
	@container player (max-width: 385px) {
		.time {
			display: none;
		}
	}
`;

export function controlBar(v: ControlView, on: ControlActs): TemplateResult {
	const button = (
		action: Action,
		label: string,
		key: string,
		icon: TemplateResult,
	): TemplateResult =>
		html`<button
			class=${action}
			aria-label=${label}
			title="${label} (${key})"
			aria-keyshortcuts=${key}
			@click=${() => on.act(action)}
		>
			${icon}
		</button>`;
	const silent = v.muted || v.volume === 0;
	return html`<div class="bar" part="bar">
		${v.window === undefined ? nothing : seekBar(v.window, v.behind, on)}
		<div class="row">
			${
				v.playing
					? button('toggle', 'Pause', 'k', icons.pause)
					: button('toggle', 'Play', 'k', icons.play)
			}
			<div class="sound">
				${
					silent
						? button('mute', 'Unmute', 'm', icons.muted)
						: button(
								'mute',
								'Mute',
								'm',
								v.volume < 0.5 ? icons.quiet : icons.loud,
							)
				}
				<input
					class="volume"
					type="range"
					min="0"
					max="1"
					step="0.05"
					aria-label="Volume"
					style="--fill:${silent ? 0 : v.volume * 100}%"
					.value=${String(silent ? 0 : v.volume)}
					@input=${(e: Event) =>
						on.volume(Number((e.target as HTMLInputElement).value))}
				/>
			</div>
			<button
				class="edge ${v.atLive ? '' : 'behind'}"
				aria-label=${
					v.atLive
						? 'You are watching live'
						: `Go to live, you are ${Math.round(v.behind)} seconds behind`
				}
				title=${v.atLive ? 'You are watching live' : 'Go to live (l)'}
				aria-keyshortcuts="l"
				@click=${() => on.act('live')}
			>
				${v.atLive ? 'LIVE' : 'GO LIVE'}
			</button>
			<span class="time">
				${
					v.atLive
						? v.latency === undefined
							? nothing
							: html`<span title="From the encoder to your screen"
									>${v.latency.toFixed(1)} s delay</span
								>`
						: html`−${clockDigits(v.behind * 1000)}`
				}
			</span>
			<span class="space"></span>
			${
				v.canPip
					? button(
							'pip',
							v.inPip ? 'Leave picture-in-picture' : 'Picture-in-picture',
							'i',
							icons.pip,
						)
					: nothing
			}
			${
				v.canFullscreen
					? button(
							'fullscreen',
							v.inFullscreen ? 'Leave full screen' : 'Full screen',
							'f',
							v.inFullscreen ? icons.shrink : icons.expand,
						)
					: nothing
			}
		</div>
	</div>`;
}

function seekBar(
	w: { start: number; edge: number; at: number },
	behind: number,
	on: ControlActs,
): TemplateResult {
	const at = Math.min(w.edge, Math.max(w.start, w.at));
	const fill = ((at - w.start) / (w.edge - w.start)) * 100;
	return html`<input
		class="seek"
		type="range"
		aria-label="Rewind"
		aria-valuetext=${
			behind < 3 ? 'live' : `${clockDigits(behind * 1000)} behind live`
		}
		min=${w.start}
		max=${w.edge}
		step="any"
		style="--fill:${fill.toFixed(2)}%"
		.value=${String(at)}
		@input=${(e: Event) =>
			on.seek(Number((e.target as HTMLInputElement).value))}
	/>`;
}
