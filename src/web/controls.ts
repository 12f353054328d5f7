import { css, html, nothing, type TemplateResult } from 'lit';
import type { Action } from './actions';
import { clockDigits } from './clock';
import * as icons from './icons';
import './menu';
import type { MenuItem } from './menu';

// What the bar shows; all times in seconds of the video.
export interface ControlView {
	playing: boolean;
	muted: boolean;
	volume: number;
	live: boolean;
	atLive: boolean;
	behind: number;
	latency: number | undefined;
	// Since the beginning, and how long it is.
	at: number;
	length: number;
	// Captions are shown, are not, or are not there.
	captions: boolean | undefined;
	clippable: boolean;
	clipping: boolean;
	menu: MenuItem[];
	canPip: boolean;
	inPip: boolean;
	canFullscreen: boolean;
	inFullscreen: boolean;
}

export interface ControlActs {
	act(action: Action): void;
	volume(v: number): void;
	openMenu(): void;
	menuClosed(): void;
}

export const controlStyle = css`
	.bar {
		position: absolute;
		inset: auto 0 0 0;
		z-index: 3;
		padding: 48px 8px max(4px, env(safe-area-inset-bottom));
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
	.bar weir-menu,
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
	@container player (max-width: 560px) {
		.volume {
			display: none;
		}
	}
	weir-menu {
		position: absolute;
		right: 12px;
		bottom: 62px;
	}
	.captions.on {
		position: relative;
	}
	.captions.on::after {
		content: '';
		position: absolute;
		bottom: 6px;
		width: 18px;
		height: 2px;
		border-radius: 1px;
		background: #5fd4ca;
	}
	@container player (max-width: 480px) {
		weir-seek {
			--tip: 128px;
		}
		.bar .captions,
		.bar .pip,
		.time .of {
			display: none;
		}
		.time {
			padding: 0 4px;
		}
	}
	@container player (max-width: 385px) {
		.bar button.edge {
			padding: 0 8px;
		}
		.time .delay {
			display: none;
		}
	}
`;

function button(
	on: ControlActs,
	action: Action,
	label: string,
	key: string,
	icon: TemplateResult,
	style = '',
): TemplateResult {
	return html`<button
		class="${action} ${style}"
		aria-label=${label}
		title="${label} (${key})"
		aria-keyshortcuts=${key}
		@click=${() => on.act(action)}
	>
		${icon}
	</button>`;
}

export function controlBar(
	v: ControlView,
	on: ControlActs,
	seek: TemplateResult | typeof nothing,
): TemplateResult {
	return html`<div class="bar" part="bar">
		${seek}
		<div class="row">
			${
				v.playing
					? button(on, 'toggle', 'Pause', 'k', icons.pause)
					: button(on, 'toggle', 'Play', 'k', icons.play)
			}
			${sound(v, on)} ${v.live ? edge(v, on) : nothing}
			<span class="time">${time(v)}</span>
			<span class="space"></span>
			${
				v.clippable
					? button(
							on,
							'clip',
							v.clipping ? 'Leave the clip' : 'Clip',
							'x',
							icons.scissors,
						)
					: nothing
			}
			${
				v.captions === undefined
					? nothing
					: button(
							on,
							'captions',
							v.captions ? 'Captions off' : 'Captions on',
							'c',
							icons.captions,
							v.captions ? 'on' : '',
						)
			}
			<button
				class="settings"
				aria-label="Settings"
				title="Settings"
				aria-haspopup="menu"
				@click=${() => on.openMenu()}
			>
				${icons.gear}
			</button>
			${
				v.canPip
					? button(
							on,
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
							on,
							'fullscreen',
							v.inFullscreen ? 'Leave full screen' : 'Full screen',
							'f',
							v.inFullscreen ? icons.shrink : icons.expand,
						)
					: nothing
			}
		</div>
		<weir-menu
			label="Settings"
			.lines=${v.menu}
			@closed=${() => on.menuClosed()}
		></weir-menu>
	</div>`;
}

function sound(v: ControlView, on: ControlActs): TemplateResult {
	const silent = v.muted || v.volume === 0;
	const icon = v.volume < 0.5 ? icons.quiet : icons.loud;
	return html`<div class="sound">
		${
			silent
				? button(on, 'mute', 'Unmute', 'm', icons.muted)
				: button(on, 'mute', 'Mute', 'm', icon)
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
	</div>`;
}

function edge(v: ControlView, on: ControlActs): TemplateResult {
	return html`<button
		class="edge ${v.atLive ? '' : 'behind'}"
		aria-label=${
			v.atLive
				? 'You are watching live'
				: `Go to live, you are ${Math.round(v.behind)} seconds behind`
		}
		title=${v.atLive ? 'You are watching live' : 'Go to live (End)'}
		aria-keyshortcuts="End"
		@click=${() => on.act('live')}
	>
		${v.atLive ? 'LIVE' : 'GO LIVE'}
	</button>`;
}

function time(v: ControlView): TemplateResult | typeof nothing {
	if (!v.live) {
		return html`${clockDigits(v.at * 1000)}<span class="of">
				/ ${clockDigits(v.length * 1000)}</span
			>`;
	}
	if (!v.atLive) {
		return html`−${clockDigits(v.behind * 1000)}`;
	}
	return v.latency === undefined
		? nothing
		: html`<span class="delay" title="Behind the newest there is"
				>${v.latency.toFixed(1)} s delay</span
			>`;
}
