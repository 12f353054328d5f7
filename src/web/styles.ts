import { css } from 'lit';

// What every component shares inside its shadow root.
export const base = css`
	*,
	*::before,
	*::after {
		box-sizing: border-box;
	}
	:host {
		display: block;
	}
	:host([hidden]),
	[hidden] {
		display: none !important;
	}
	h1,
	h2,
	h3,
	p,
	ol,
	ul,
	dl,
	dd {
		margin: 0;
		padding: 0;
	}
	a {
		color: inherit;
	}
	button {
		font: inherit;
		color: inherit;
		cursor: pointer;
	}
	svg {
		display: block;
	}
	:focus-visible {
		outline: 2px solid var(--accent);
		outline-offset: 3px;
	}
	.hush {
		position: absolute;
		width: 1px;
		height: 1px;
		overflow: hidden;
		clip-path: inset(50%);
		white-space: nowrap;
	}
`;

export const buttons = css`
	.button {
		display: inline-flex;
		align-items: center;
		justify-content: center;
		gap: 8px;
		min-height: 44px;
		padding: 0 20px;
		border: 1px solid transparent;
		border-radius: 999px;
		background: var(--accent);
		color: var(--on-accent);
		font-weight: 600;
		text-decoration: none;
		transition: background-color 120ms;
	}
	.button:hover {
		background: var(--accent-strong);
	}
	.button.quiet {
		background: none;
		border-color: var(--line);
		color: var(--text);
	}
	.button.quiet:hover {
		background: var(--raised);
	}
`;

export const badge = css`
	.live {
		display: inline-flex;
		align-items: center;
		gap: 6px;
		height: 24px;
		padding: 0 9px 0 8px;
		border-radius: 7px;
		background: var(--live);
		color: var(--on-live);
		font-size: 12px;
		font-weight: 700;
		letter-spacing: 0.06em;
		line-height: 1;
	}
	.live::before {
		content: '';
		width: 7px;
		height: 7px;
		border-radius: 50%;
		background: currentColor;
	}
	@media (prefers-reduced-motion: no-preference) {
		.live::before {
			animation: breathe 2s ease-in-out infinite;
		}
	}
	@keyframes breathe {
		50% {
			opacity: 0.35;
		}
	}
`;

// Grey shapes in the place of what is loading; they show only when loading
// takes long enough to be noticed.
export const skeleton = css`
	.bone {
		border-radius: 8px;
		background: var(--raised);
		opacity: 0;
		animation: appear 200ms 150ms forwards;
	}
	@keyframes appear {
		to {
			opacity: 1;
		}
	}
	@media (prefers-reduced-motion: no-preference) {
		.bone {
			animation:
				appear 200ms 150ms forwards,
				pulse 1.6s 400ms ease-in-out infinite;
		}
		@keyframes pulse {
			50% {
				opacity: 0.55;
			}
		}
	}
`;
