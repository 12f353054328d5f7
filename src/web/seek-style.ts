import { css } from 'lit';
import { base } from './styles';

export const seekStyle = [
	base,
	css`
		:host {
			position: relative;
			margin: 0 8px;
			pointer-events: auto;
		}
		.area {
			position: relative;
			height: 26px;
			cursor: pointer;
			touch-action: none;
			user-select: none;
		}
		.rail {
			position: absolute;
			inset: 0;
			border-radius: 6px;
		}
		.rail:focus-visible,
		.grip:focus-visible {
			outline: 2px solid #fff;
			outline-offset: 1px;
		}
		.groove {
			position: absolute;
			inset: 11px 0;
			overflow: hidden;
			border-radius: 2px;
			background: rgb(255 255 255 / 26%);
		}
		.area:hover .groove,
		.area[data-held] .groove {
			inset: 10px 0;
			border-radius: 3px;
		}
		.groove div {
			position: absolute;
			top: 0;
			bottom: 0;
		}
		.buffered {
			background: rgb(255 255 255 / 26%);
		}
		.reach {
			background: rgb(255 255 255 / 30%);
		}
		.played {
			background: #5fd4ca;
		}
		.cut {
			background: #ffd166;
		}
		.thumb {
			position: absolute;
			top: 6px;
			width: 14px;
			height: 14px;
			margin-left: -7px;
			border-radius: 50%;
			background: #fff;
			box-shadow: 0 1px 5px rgb(0 0 0 / 45%);
		}
		@media (prefers-reduced-motion: no-preference) {
			.thumb {
				transition: scale 120ms;
			}
		}
		.area:hover .thumb,
		.area[data-held] .thumb {
			scale: 1.15;
		}
		.grip {
			position: absolute;
			top: -4px;
			z-index: 1;
			width: 26px;
			height: 34px;
			margin-left: -13px;
			border-radius: 6px;
			cursor: ew-resize;
		}
		.grip::after {
			content: '';
			position: absolute;
			inset: 4px 9px;
			border-radius: 4px;
			background: #ffd166;
			box-shadow: 0 1px 6px rgb(0 0 0 / 50%);
		}
		.tip {
			position: absolute;
			left: clamp(var(--half), var(--at), calc(100% - var(--half)));
			bottom: 32px;
			z-index: 2;
			--half: 46px;
			translate: -50% 0;
			overflow: hidden;
			border-radius: 10px;
			background: rgb(3 8 10 / 86%);
			color: #fff;
			font-size: 13px;
			text-align: center;
			white-space: nowrap;
			pointer-events: none;
			box-shadow: 0 4px 24px rgb(0 0 0 / 45%);
		}
		.tip.seen {
			--half: calc(var(--tip, 168px) / 2);
			width: var(--tip, 168px);
		}
		.tip weir-glimpse {
			display: block;
			height: calc(var(--tip, 168px) * 9 / 16);
		}
		.tip p {
			display: flex;
			flex-wrap: wrap;
			justify-content: center;
			gap: 0 8px;
			padding: 4px 6px 5px;
			font-variant-numeric: tabular-nums;
		}
		.tip span {
			color: #b9c8cd;
		}
		@media (pointer: coarse) {
			.area {
				height: 34px;
			}
			.groove {
				inset: 15px 0 !important;
			}
			.thumb {
				top: 10px;
			}
			.grip {
				top: 0;
			}
		}
	`,
];
