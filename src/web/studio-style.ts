import { css } from 'lit';
import { badge, base, buttons, skeleton } from './styles';

export const studioStyle = [
	base,
	badge,
	buttons,
	skeleton,
	css`
		:host {
			--odd: #b06a00;
			--well: var(--accent);
		}
		:host-context([data-theme='dark']) {
			--odd: #f2b65a;
		}
		.page {
			max-width: calc(var(--page) + 2 * var(--gutter));
			margin: 0 auto;
			padding: 8px calc(var(--gutter) + env(safe-area-inset-right)) 64px
				calc(var(--gutter) + env(safe-area-inset-left));
		}
		header {
			display: grid;
			grid-template-columns: auto minmax(0, 1fr) auto;
			gap: 0 16px;
			align-items: center;
			padding: 8px 0 22px;
		}
		.face {
			display: grid;
			place-items: center;
			width: 52px;
			height: 52px;
			border-radius: 50%;
			color: #fff;
			font-size: 21px;
			font-weight: 700;
		}
		h1 {
			overflow: hidden;
			font-size: clamp(20px, 3vw, 28px);
			line-height: 1.2;
			letter-spacing: -0.02em;
			text-overflow: ellipsis;
			white-space: nowrap;
		}
		.sub {
			display: flex;
			flex-wrap: wrap;
			align-items: center;
			gap: 4px 10px;
			margin-top: 5px;
			color: var(--muted);
			font-size: 15px;
		}
		.elapsed {
			font-variant-numeric: tabular-nums;
		}
		.top {
			display: grid;
			grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
			gap: 18px;
		}
		.top weir-picture,
		.off-air {
			overflow: hidden;
			border-radius: var(--radius);
			aspect-ratio: 16 / 9;
		}
		.verdict {
			display: flex;
			flex-direction: column;
			padding: 22px 24px;
			border: 1px solid var(--line);
			border-radius: var(--radius);
			background: var(--surface);
		}
		.verdict h2 {
			display: flex;
			align-items: center;
			gap: 10px;
			color: var(--well);
			font-size: clamp(19px, 2.2vw, 24px);
			line-height: 1.2;
			letter-spacing: -0.02em;
		}
		.verdict h2 svg {
			flex: none;
			width: 26px;
			height: 26px;
		}
		.verdict.odd {
			border-color: var(--odd);
		}
		.verdict.odd h2 {
			color: var(--odd);
		}
		.verdict > p {
			margin-top: 8px;
			color: var(--muted);
		}
		.verdict ul {
			display: grid;
			gap: 8px;
			margin-top: 14px;
			list-style: none;
		}
		.verdict li {
			padding-left: 14px;
			border-left: 3px solid var(--odd);
			line-height: 1.4;
		}
		dl {
			display: grid;
			gap: 10px;
			margin-top: auto;
			padding-top: 20px;
			font-size: 14px;
		}
		dt {
			color: var(--muted);
			font-size: 13px;
		}
		dd {
			line-height: 1.4;
		}
		.tiles {
			display: grid;
			grid-template-columns: repeat(3, minmax(0, 1fr));
			gap: 18px;
			margin-top: 18px;
		}
		.tile {
			min-width: 0;
			padding: 18px 20px 12px;
			border: 1px solid var(--line);
			border-radius: var(--radius);
			background: var(--surface);
			color: var(--well);
		}
		.tile.bone {
			height: 176px;
		}
		.tile.odd {
			border-color: var(--odd);
			color: var(--odd);
		}
		h3 {
			color: var(--muted);
			font-size: 14px;
			font-weight: 600;
		}
		.figure {
			display: flex;
			align-items: baseline;
			gap: 6px;
			margin: 2px 0 10px;
			color: var(--text);
			line-height: 1.15;
			white-space: nowrap;
		}
		.figure b {
			font-size: clamp(26px, 3.4vw, 36px);
			font-weight: 700;
			font-variant-numeric: tabular-nums;
			letter-spacing: -0.03em;
		}
		.figure span {
			color: var(--muted);
			font-size: 15px;
		}
		.tile.odd b {
			color: var(--odd);
		}
		weir-graph {
			height: 56px;
		}
		.note {
			overflow: hidden;
			margin-top: 8px;
			color: var(--muted);
			font-size: 13px;
			text-overflow: ellipsis;
			white-space: nowrap;
		}
		.off-air {
			position: relative;
			max-height: 60svh;
			width: 100%;
		}
		.off-air weir-picture {
			position: absolute;
			inset: 0;
			filter: blur(14px) saturate(0.8);
			transform: scale(1.1);
		}
		.veil {
			position: absolute;
			inset: 0;
			display: grid;
			align-content: center;
			justify-items: center;
			gap: 6px;
			padding: 20px;
			background: rgb(4 10 12 / 58%);
			color: #fff;
			text-align: center;
			text-wrap: balance;
		}
		.veil h2 {
			font-size: clamp(22px, 4.4vw, 34px);
			letter-spacing: -0.025em;
		}
		.stale {
			position: fixed;
			left: 50%;
			bottom: calc(20px + env(safe-area-inset-bottom));
			display: flex;
			align-items: center;
			gap: 10px;
			padding: 12px 18px;
			border-radius: 999px;
			background: var(--text);
			color: var(--bg);
			font-size: 14px;
			font-weight: 550;
			transform: translateX(-50%);
			box-shadow: var(--shadow);
		}
		.stale svg {
			width: 18px;
			height: 18px;
		}
		.door {
			display: grid;
			gap: 12px;
			max-width: 480px;
			margin: clamp(24px, 9vh, 96px) auto 64px;
			padding: 0 var(--gutter);
		}
		.door h1 {
			font-size: clamp(28px, 6vw, 40px);
		}
		.door p {
			color: var(--muted);
		}
		.door p b {
			color: var(--text);
		}
		code {
			overflow-x: auto;
			padding: 12px 14px;
			border: 1px solid var(--line);
			border-radius: 10px;
			background: var(--surface);
			font: 14px/1.5 var(--mono);
			white-space: nowrap;
		}
		label {
			margin-top: 10px;
			font-size: 14px;
			font-weight: 600;
		}
		.entry {
			display: flex;
			gap: 10px;
		}
		input {
			flex: 1;
			min-width: 0;
			min-height: 44px;
			padding: 0 14px;
			border: 1px solid var(--line);
			border-radius: 12px;
			background: var(--surface);
			color: var(--text);
			font: inherit;
		}
		.refused:empty {
			display: none;
		}
		.door .refused {
			color: var(--live);
		}
		.small {
			font-size: 14px;
		}
		@media (max-width: 820px) {
			.top {
				grid-template-columns: minmax(0, 1fr);
				gap: 12px;
			}
			.tiles {
				grid-template-columns: repeat(2, minmax(0, 1fr));
				gap: 12px;
				margin-top: 12px;
			}
			.tile {
				padding: 14px 14px 10px;
			}
			.verdict {
				padding: 16px 18px;
			}
			dl {
				padding-top: 14px;
			}
			weir-graph {
				height: 44px;
			}
			header {
				gap: 0 12px;
				padding: 4px 0 14px;
			}
			.note {
				white-space: normal;
				line-height: 1.35;
			}
		}
	`,
];
