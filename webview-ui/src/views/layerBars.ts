import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ChartConfig, ChartLayout } from '../charts/chart.js';
import '../charts/chartFrame.js';
import type { PlChartFrame } from '../charts/chartFrame.js';
import type { ChartTable } from '../charts/chartTable.js';
import type { Palette } from '../charts/palette.js';
import { controlStyles, iconButton } from '../components/controls.js';
import { shared } from '../components/styles.js';
import { formatCount } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { Term } from '../text/terms.js';
import { AT_FIRST, windowAt, withPlace, zoomed, type BarWindow } from '../view/barWindow.js';

/** Draws some of the bars. @param cursor the place that is looked at */
export type DrawBars = (palette: Palette, shown: BarWindow, cursor: number | null) => ChartConfig;

/** A place that no layer is at. */
export const NO_LAYER = -1;

/**
 * A chart with a bar, or a few, for each of many layers: a part of them at a time, with buttons to see more or fewer and a slider to move along. The
 * arrow keys walk the bars; a click or Enter chooses a layer. Event: `pl-select` with the layer's index.
 */
export class PlLayerBars extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    term: { attribute: false },
    reading: { attribute: false },
    file: { attribute: false },
    table: { attribute: false },
    order: { attribute: false },
    draw: { attribute: false },
    describe: { attribute: false },
    selected: { attribute: false },
    placeholder: { attribute: false },
    whole: { attribute: false },
    scattered: { attribute: false },
    shown: { state: true },
    cursor: { state: true },
  };
  declare heading: string;
  declare term: Term | undefined;
  declare reading: string;
  declare file: string;
  declare table: ChartTable | null;
  /** Indices of layers, in the order of their places; `NO_LAYER` where something else is. */
  declare order: readonly number[];
  /** A new function is another chart. */
  declare draw: DrawBars | null;
  /** The figures of a layer, or of its place, in words. */
  declare describe: (layer: number, place: number) => string;
  /** Index of the chosen layer. */
  declare selected: number | null;
  declare placeholder: string;
  /** Whether all places are shown at once: they are few, or their course counts more than single ones. */
  declare whole: boolean;
  /** Whether places are points anywhere in the chart, which tells a click on one itself, and not bars along its horizontal axis. */
  declare scattered: boolean;
  declare private shown: BarWindow;
  /** The place the keyboard is at; null when it is elsewhere. */
  declare private cursor: number | null;

  static override readonly styles = [
    shared,
    controlStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .walk {
        inset: 0;
        pointer-events: none;
        position: absolute;
      }
      .below {
        align-items: center;
        column-gap: 10px;
        display: flex;
        font-variant-numeric: tabular-nums;
        margin-top: 4px;
      }
      .below input {
        accent-color: var(--vscode-focusBorder);
        flex: 1 1 auto;
        min-width: 60px;
      }
    `,
  ];

  private layout: ChartLayout | undefined;
  private build: ((palette: Palette) => ChartConfig) | null = null;

  constructor() {
    super();
    this.term = undefined;
    this.table = null;
    this.draw = null;
    this.order = [];
    this.selected = null;
    this.placeholder = '';
    this.whole = this.scattered = false;
    this.shown = { from: 0, to: 0 };
    this.cursor = null;
    this.addEventListener('pl-chart-layout', (event) => (this.layout = (event as CustomEvent<ChartLayout>).detail));
    this.addEventListener('click', this.clicked);
  }

  private get place(): number | null {
    const at = this.selected === null ? -1 : this.order.indexOf(this.selected);
    return at < 0 ? null : at;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const count = this.order.length;
    if (changed.has('order')) {
      const before = changed.get('order') as readonly number[] | undefined;
      if (before?.length !== count) this.shown = windowAt(0, this.whole ? count : AT_FIRST, count);
      else if (before !== this.order) this.shown = windowAt(0, this.shown.to - this.shown.from, count);
      this.cursor = this.cursor !== null && this.cursor >= count ? null : this.cursor;
    }
    const { place } = this;
    if (place !== null && (changed.has('selected') || changed.has('order'))) this.shown = withPlace(this.shown, place, count);
    if (['draw', 'shown', 'cursor', 'selected', 'order'].some((key) => changed.has(key))) {
      const { draw, shown } = this;
      const cursor = this.cursor ?? place;
      this.build = draw && count > 0 ? (palette) => draw(palette, shown, cursor) : null;
    }
  }

  private choose(place: number): void {
    if (this.order[place] === NO_LAYER) return;
    this.dispatchEvent(new CustomEvent<number>('pl-select', { detail: this.order[place] }));
  }

  private readonly clicked = (event: MouseEvent): void => {
    const chart = this.renderRoot.querySelector<PlChartFrame>('pl-chart-frame')?.chart;
    if (this.scattered || !chart || !this.layout || !event.composedPath().includes(chart)) return;
    const box = chart.getBoundingClientRect();
    const { left, right, top, bottom, min, max } = this.layout;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < left || x > right || y < top || y > bottom) return;
    const place = Math.round(min + ((x - left) / (right - left)) * (max - min));
    if (place >= 0 && place < this.order.length) this.choose(place);
  };

  private readonly key = (event: KeyboardEvent): void => {
    const count = this.order.length;
    const at = this.cursor ?? this.place ?? this.shown.from;
    const page = Math.max(1, this.shown.to - this.shown.from - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    };
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.choose(at);
      return;
    }
    const to = moves[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.cursor = Math.max(0, Math.min(count - 1, to));
    this.shown = withPlace(this.shown, this.cursor, count);
  };

  private zoom(way: 'in' | 'out'): void {
    const { from, to } = this.shown;
    const at = this.cursor ?? this.place;
    this.shown = zoomed(this.shown, way, at !== null && at >= from && at < to ? at : (from + to) / 2, this.order.length);
  }

  private controls(): TemplateResult | typeof nothing {
    if (this.whole || this.order.length <= 12 || !this.draw) return nothing;
    return html`<span slot="controls"
      >${iconButton('zoom-in', t('Show fewer layers'), () => this.zoom('in'))}${iconButton('zoom-out', t('Show more layers'), () => this.zoom('out'))}<slot
        name="controls"
      ></slot
    ></span>`;
  }

  private below(): TemplateResult | typeof nothing {
    const { from, to } = this.shown;
    const count = this.order.length;
    if (to - from >= count || !this.draw) return nothing;
    return html`<div class="below" slot="below">
      <input
        type="range"
        min="0"
        max=${count - (to - from)}
        .value=${String(from)}
        aria-label=${t('First layer that is shown')}
        @input=${(event: Event) => (this.shown = windowAt(Number((event.target as HTMLInputElement).value), to - from, count))}
      />
      <span class="muted">${t('{0} to {1} of {2}', formatCount(from + 1), formatCount(to), formatCount(count))}</span>
    </div>`;
  }

  protected override render() {
    const at = this.cursor ?? this.place ?? this.shown.from;
    const layer = this.order[at] as number | undefined;
    return html`<pl-chart-frame
      .heading=${this.heading}
      .term=${this.term}
      .reading=${this.reading}
      .file=${this.file}
      .table=${this.table}
      .placeholder=${this.placeholder}
      .build=${this.build}
    >
      ${this.controls()}
      ${
        layer === undefined
          ? nothing
          : html`<div
              class="walk"
              role="slider"
              tabindex="0"
              aria-label=${t('{0}: walk the layers, Enter chooses one', this.heading)}
              aria-valuemin="1"
              aria-valuemax=${this.order.length}
              aria-valuenow=${at + 1}
              aria-valuetext=${this.describe(layer, at)}
              @keydown=${this.key}
              @focus=${() => (this.cursor = at)}
              @blur=${() => (this.cursor = null)}
            ></div>`
      }
      ${this.below()}
    </pl-chart-frame>`;
  }
}

customElements.define('pl-layer-bars', PlLayerBars);
