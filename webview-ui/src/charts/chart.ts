/** chart.js with only the parts that are used, as an element that follows the theme. */
import {
  BarController,
  BarElement,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import annotation from 'chartjs-plugin-annotation';
import { css, html, LitElement, type PropertyValues } from 'lit';
import { onPaletteChange, readPalette, type Palette } from './palette.js';

Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Legend,
  Tooltip,
  annotation,
);

export interface Point {
  x: number;
  y: number;
}

/** A bar from one value to another. */
export interface Span {
  x: number;
  y: [number, number];
}

export type ChartConfig =
  | ChartConfiguration<'bar', Point[]>
  | ChartConfiguration<'line', Point[]>
  | ChartConfiguration<'bar', Span[]>
  | ChartConfiguration<'bar' | 'line', (Point | Span)[]>;

/** Where the axes lie, in CSS pixels from the element's upper left corner, and what the horizontal one reaches from and to. */
export interface ChartLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Draws what `build` makes of the palette; `label` says in words what is seen. A new `build` of the same kind changes the chart without movement.
 * Event `pl-chart-layout` with a `ChartLayout`, whenever it has changed.
 */
export class PlChart extends LitElement {
  static override readonly properties = { build: { attribute: false }, label: { attribute: false } };
  declare build: (palette: Palette) => ChartConfig;
  declare label: string;

  static override readonly styles = css`
    :host {
      display: block;
      min-width: 0;
    }
    div {
      height: 100%;
      position: relative;
      width: 100%;
    }
    canvas {
      display: block;
    }
  `;

  private chart: Chart<'bar', Point[]> | undefined;
  private layout: ChartLayout | undefined;
  private stopListening: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopListening = onPaletteChange(this.draw);
    if (this.hasUpdated) this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening?.();
    this.chart?.destroy();
    this.chart = undefined;
    this.layout = undefined;
  }

  private readonly tellLayout = (chart: Chart): void => {
    const { left, right, top, bottom } = chart.chartArea;
    const { min, max } = chart.scales['x'];
    const next: ChartLayout = { left, right, top, bottom, min, max };
    const { layout } = this;
    if (layout && (Object.keys(next) as (keyof ChartLayout)[]).every((key) => layout[key] === next[key])) return;
    this.layout = next;
    this.dispatchEvent(new CustomEvent<ChartLayout>('pl-chart-layout', { detail: next, bubbles: true, composed: true }));
  };

  private readonly draw = (): void => {
    const palette = readPalette();
    Chart.defaults.font.family = palette.fontFamily;
    Chart.defaults.font.size = palette.fontSize;
    Chart.defaults.color = palette.foreground;
    const config = this.build(palette) as ChartConfiguration<'bar', Point[]>;
    const { chart } = this;
    if (chart && (chart.config as ChartConfiguration).type === config.type) {
      chart.data = config.data;
      chart.options = config.options!;
      chart.update('none');
      return;
    }
    chart?.destroy();
    const canvas = this.renderRoot.querySelector('canvas')!;
    const plugins = [...(config.plugins ?? []), { id: 'layout', afterLayout: this.tellLayout }];
    this.chart = new Chart(canvas, { ...config, plugins });
  };

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('build')) this.draw();
  }

  protected override render() {
    return html`<div><canvas role="img" aria-label=${this.label}></canvas></div>`;
  }
}

customElements.define('pl-chart', PlChart);
