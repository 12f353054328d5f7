import { css } from 'lit';
import { controlStyle } from './controls';
import { base } from './styles';

export const playerStyle = [
	base,
	controlStyle,
	css`
		:host {
			position: relative;
			overflow: hidden;
			container: player / inline-size;
			background: #000;
			color: #fff;
		}
		:host(:fullscreen) {
			width: 100vw;
			height: 100vh;
			border-radius: 0;
		}
		.stage {
			position: absolute;
			inset: 0;
		}
		video {
			position: absolute;
			inset: 0;
			width: 100%;
			height: 100%;
			object-fit: contain;
			opacity: 0;
			touch-action: manipulation;
		}
		video.on {
			opacity: 1;
			background: #000;
		}
		:host([data-idle]) .stage {
			cursor: none;
		}
		:host([data-idle]) .bar {
			opacity: 0;
		}
		:host([data-idle]) .bar * {
			pointer-events: none;
		}
		.spin {
			position: absolute;
			inset: 0;
			z-index: 1;
			display: grid;
			place-items: center;
			pointer-events: none;
		}
		.spin::after {
			content: '';
			width: 52px;
			height: 52px;
			border: 4px solid rgb(255 255 255 / 22%);
			border-top-color: #fff;
			border-radius: 50%;
			opacity: 0;
			animation:
				show 200ms 250ms forwards,
				turn 900ms linear infinite;
		}
		@keyframes show {
			to {
				opacity: 1;
			}
		}
		@keyframes turn {
			to {
				rotate: 360deg;
			}
		}
		@media (prefers-reduced-motion: reduce) {
			.spin::after {
				animation:
					show 200ms 250ms forwards,
					turn 4s steps(8) infinite;
			}
		}
		.chip {
			position: absolute;
			left: 50%;
			top: 16px;
			z-index: 2;
			padding: 6px 14px;
			border-radius: 999px;
			background: rgb(3 8 10 / 76%);
			font-size: 14px;
			font-weight: 600;
			white-space: nowrap;
			transform: translateX(-50%);
			pointer-events: none;
		}
		.big {
			position: absolute;
			inset: 0;
			z-index: 2;
			display: grid;
			place-items: center;
			width: 84px;
			height: 84px;
			margin: auto;
			padding: 0;
			border: 0;
			border-radius: 50%;
			background: rgb(3 8 10 / 62%);
			color: #fff;
			transition: background-color 120ms;
		}
		.big:hover {
			background: rgb(3 8 10 / 80%);
		}
		.big svg {
			width: 40px;
			height: 40px;
		}
		.unmute {
			position: absolute;
			left: 16px;
			top: 16px;
			z-index: 4;
			display: flex;
			align-items: center;
			gap: 8px;
			min-height: 44px;
			padding: 0 18px 0 14px;
			border: 0;
			border-radius: 999px;
			background: #fff;
			color: #0d191d;
			font-size: 15px;
			font-weight: 650;
			box-shadow: 0 4px 20px rgb(0 0 0 / 40%);
		}
		.unmute:hover {
			background: #e3ecee;
		}
		.big:focus-visible,
		.unmute:focus-visible {
			outline: 2px solid #fff;
			outline-offset: 3px;
		}
		.unmute svg {
			width: 20px;
			height: 20px;
		}
	`,
];
