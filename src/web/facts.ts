// What the pages below a player have in common.

import { html, type TemplateResult } from 'lit';
import { gradient, initial } from './hue';

export function face(name: string, title: string): TemplateResult {
	return html`<div
		class="face"
		style="background:${gradient(name)}"
		aria-hidden="true"
	>
		${initial(title)}
	</div>`;
}

// Over the picture that cannot be had.
export function away(again: () => void): TemplateResult {
	return html`<div class="message" role="alert">
		<h2>The server cannot be reached</h2>
		<p>It may be restarting, or your connection is gone.</p>
		<button class="button" @click=${again}>Try again now</button>
	</div>`;
}

// In the place of what loads.
export function bones(): TemplateResult {
	return html`<div class="facts" role="status">
		<span class="hush">Loading</span>
		<div class="bone face"></div>
		<div class="words">
			<div class="bone" style="width:180px;height:26px"></div>
			<div class="bone" style="width:120px;height:18px;margin-top:10px"></div>
		</div>
	</div>`;
}
