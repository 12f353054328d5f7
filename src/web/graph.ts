import { LitElement, css, html, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from './styles';

// In the drawing's own units; it is stretched to where it stands.
const width = 200;
const height = 48;
const rim = 3;

// A small graph of figures, the newest at the right end; null leaves a gap.
@customElement('weir-graph')
export class WeirGraph extends LitElement {
	@property({ attribute: false }) values: readonly (number | null)[] = [];
	// So many fit; fewer begin at the right.
	@property({ type: Number }) slots = 90;
	// What the lower and the upper edge stand for, at least.
	@property({ type: Number }) low = 0;
	@property({ type: Number }) high = 1;
	@property({ type: Boolean }) bars = false;

	static override styles = [
		base,
		css`
			svg {
				width: 100%;
				height: 100%;
				overflow: visible;
			}
			.line {
				fill: none;
				stroke: currentColor;
				stroke-width: 2;
				stroke-linecap: round;
				stroke-linejoin: round;
				vector-effect: non-scaling-stroke;
			}
			.area {
				fill: currentColor;
				opacity: 0.14;
			}
			.bar {
				fill: currentColor;
			}
			.ground {
				stroke: var(--line);
				stroke-width: 1;
				vector-effect: non-scaling-stroke;
			}
		`,
	];

	#x(i: number): number {
		const from = this.slots - this.values.length;
		return ((from + i) / Math.max(1, this.slots - 1)) * width;
	}

	#y(value: number, high: number): number {
		const share = (value - this.low) / Math.max(1e-9, high - this.low);
		return height - rim - Math.min(1, Math.max(0, share)) * (height - 2 * rim);
	}

	// The points of each stretch without a gap.
	#stretches(high: number): [number, number][][] {
		const all: [number, number][][] = [];
		let last: [number, number][] | undefined;
		this.values.forEach((v, i) => {
			if (v === null) {
				last = undefined;
				return;
			}
			if (last === undefined) {
				all.push((last = []));
			}
			last.push([this.#x(i), this.#y(v, high)]);
		});
		return all;
	}

	override render(): TemplateResult {
		const known = this.values.filter((v): v is number => v !== null);
		const high = Math.max(this.high, ...known);
		return html`<svg
			viewBox="0 0 ${width} ${height}"
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			<line
				class="ground"
				x1="0"
				x2=${width}
				y1=${height - 0.5}
				y2=${height - 0.5}
			/>
			${
				this.bars
					? this.#bars(high)
					: this.#stretches(high).map((points) => this.#stretch(points))
			}
		</svg>`;
	}

	#bars(high: number): (TemplateResult | null)[] {
		const step = width / this.slots;
		const from = this.slots - this.values.length;
		return this.values.map((v, i) => {
			if (v === null || v <= this.low) {
				return null;
			}
			const y = this.#y(v, high);
			return svg`<rect class="bar" x=${(from + i + 0.15) * step} y=${y}
				width=${step * 0.7} height=${height - y} rx=${Math.min(1.2, step / 4)} />`;
		});
	}

	#stretch(points: [number, number][]): TemplateResult {
		const [first, last] = [points[0]!, points.at(-1)!];
		const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
		// One point alone is a dot.
		const path = `M${line.join('L')}${points.length === 1 ? 'h0.01' : ''}`;
		return svg`<path class="area"
				d="${path}L${last[0].toFixed(1)} ${height}L${first[0].toFixed(1)} ${height}Z" />
			<path class="line" d=${path} />`;
	}
}
