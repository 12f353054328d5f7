import { css } from 'lit';
import { badge, base, buttons, skeleton } from './styles';

export const channelStyle = [
	base,
	badge,
	buttons,
	skeleton,
	css`
		.page {
			max-width: calc(var(--page) + 2 * var(--gutter));
			margin: 0 auto;
			padding: 4px calc(var(--gutter) + env(safe-area-inset-right)) 56px
				calc(var(--gutter) + env(safe-area-inset-left));
		}
		weir-player {
			width: 100%;
			max-height: calc(100svh - 184px);
			min-height: min(260px, 60svh);
			border-radius: var(--radius);
			aspect-ratio: var(--shape);
		}
		weir-picture {
			position: absolute;
			inset: 0;
		}
		weir-picture.dim {
			filter: blur(14px) saturate(0.9);
			transform: scale(1.12);
		}
		.message {
			position: absolute;
			inset: 0;
			z-index: 2;
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
		.message h2 {
			font-size: clamp(22px, 4.4vw, 36px);
			line-height: 1.15;
			letter-spacing: -0.025em;
		}
		.message p {
			color: #e4edef;
			font-size: clamp(15px, 1.8vw, 17px);
		}
		.message .wait {
			margin-top: 8px;
			color: #cfdbde;
			font-size: 14px;
		}
		.message .button {
			margin-top: 14px;
		}
		.facts {
			display: grid;
			grid-template-columns: auto minmax(0, 1fr) auto;
			gap: 0 16px;
			align-items: start;
			min-height: 76px;
			padding: 18px 2px 0;
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
			font-size: clamp(20px, 2.6vw, 26px);
			line-height: 1.25;
			letter-spacing: -0.02em;
		}
		.sub {
			display: flex;
			flex-wrap: wrap;
			align-items: center;
			gap: 4px 10px;
			min-height: 28px;
			margin-top: 2px;
			color: var(--muted);
			font-size: 15px;
		}
		.elapsed {
			color: var(--text);
			font-variant-numeric: tabular-nums;
			font-weight: 600;
		}
		.tracks {
			display: flex;
			flex-wrap: wrap;
			gap: 0 18px;
			margin-top: 6px;
			color: var(--muted);
			font-size: 13px;
		}
		.actions {
			display: flex;
			gap: 8px;
		}
		.actions svg {
			width: 19px;
			height: 19px;
		}
		.to {
			border-radius: 50%;
			text-decoration: none;
		}
		.handle,
		.from a {
			color: inherit;
			text-decoration: none;
		}
		.from {
			margin-top: 6px;
			color: var(--muted);
			font-size: 15px;
		}
		.from a {
			color: var(--accent);
			font-weight: 600;
		}
		.handle:hover,
		.from a:hover {
			text-decoration: underline;
		}
		a.live {
			text-decoration: none;
		}
		@media (max-width: 700px) {
			.page {
				padding-top: 0;
			}
			weir-player {
				/* From edge to edge: every pixel is picture. */
				width: calc(
					100% + 2 * var(--gutter) + env(safe-area-inset-left) +
						env(safe-area-inset-right)
				);
				max-height: 72svh;
				min-height: 0;
				margin: 0 calc(-1 * var(--gutter) - env(safe-area-inset-right)) 0
					calc(-1 * var(--gutter) - env(safe-area-inset-left));
				border-radius: 0;
			}
			.facts {
				gap: 0 12px;
				padding-top: 16px;
			}
			.face {
				width: 44px;
				height: 44px;
				font-size: 18px;
			}
			.fetch {
				width: 44px;
				padding: 0;
			}
			.fetch span {
				position: absolute;
				width: 1px;
				height: 1px;
				overflow: hidden;
				clip-path: inset(50%);
			}
		}
		@media (max-height: 480px) and (orientation: landscape) {
			weir-player {
				max-height: calc(100svh - 20px);
			}
		}
	`,
];
