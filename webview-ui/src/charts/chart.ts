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

export type ChartConfig = ChartConfiguration<'bar', Point[]> | ChartConfiguration<'line', Point[]>;

/** Draws what `build` makes of the palette; `label` says in words what is seen. */
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

  private chart: Chart<'bar', Point[]> | Chart<'line', Point[]> | undefined;
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
  }

  private readonly draw = (): void => {
    this.chart?.destroy();
    const palette = readPalette();
    Chart.defaults.font.family = palette.fontFamily;
    Chart.defaults.font.size = palette.fontSize;
    Chart.defaults.color = palette.foreground;
    const canvas = this.renderRoot.querySelector('canvas')!;
    this.chart = new Chart(canvas, this.build(palette) as ChartConfiguration<'bar', Point[]>);
  };

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('build')) this.draw();
  }

  protected override render() {
    return html`<div><canvas role="img" aria-label=${this.label}></canvas></div>`;
  }
}

customElements.define('pl-chart', PlChart);
