import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ClipError } from '../../../src/report/clipStudy.js';
import type { LayerHistogram } from '../../../src/report/types.js';
import type { ChartLayout } from '../charts/chart.js';
import '../charts/chartFrame.js';
import type { ChartTable } from '../charts/chartTable.js';
import '../charts/clipHandles.js';
import type { ClipMove } from '../charts/clipHandles.js';
import '../charts/clipLanes.js';
import { LANE_MARGINS } from '../charts/clipLanes.js';
import type { ClipLane } from '../view/clipMethods.js';
import { histogramChart } from '../charts/histogramChart.js';
import type { Palette } from '../charts/palette.js';
import { formatCount, formatDb, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { Term } from '../text/terms.js';
import type { ClipLimits } from '../view/clipRange.js';
import { bars, type Bar, type ClipMark } from '../view/histogram.js';
import './clipReadout.js';
import { shared } from './styles.js';

/**
 * A histogram with a clip range on it whose ends can be moved, the ranges that methods chose below it, and what the range does. It knows nothing of where figures come from.
 * Slot `controls`. Events: `pl-clip` with a `ClipMove`, `pl-lane` with the number of a lane, `pl-apply`, `pl-reset`.
 */
export class PlClipEditor extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    term: { attribute: false },
    reading: { attribute: false },
    file: { attribute: false },
    of: { attribute: false },
    placeholder: { attribute: false },
    histogram: { attribute: false },
    limits: { attribute: false },
    range: { attribute: false },
    typical: { attribute: false },
    movable: { attribute: false },
    lanes: { attribute: false },
    lanesCaption: { attribute: false },
    error: { attribute: false },
    failure: { attribute: false },
    reference: { attribute: false },
    applyLabel: { attribute: false },
    resettable: { attribute: false },
    logScale: { attribute: false },
    layout: { state: true },
  };
  declare heading: string;
  declare term: Term;
  declare reading: string;
  declare file: string;
  declare of: 'weights' | 'values';
  declare placeholder: string;
  declare histogram: LayerHistogram | null;
  declare limits: ClipLimits;
  /** What is shown on the chart; null where there is no range to show. */
  declare range: ClipMark | null;
  declare typical: ClipMark | null;
  /** Whether a user may choose a range. */
  declare movable: boolean;
  declare lanes: readonly ClipLane[];
  declare lanesCaption: string;
  declare error: ClipError | null;
  /** Why it is not known; null where it is on its way. */
  declare failure: string | null;
  declare reference: number | null | undefined;
  /** What taking the range over is called; null where it is taken over already. */
  declare applyLabel: string | null;
  /** Whether there is something to go back from. */
  declare resettable: boolean;
  declare logScale: boolean;
  declare private layout: ChartLayout | null;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 6px;
        min-height: 28px;
      }
      .lanes {
        margin-top: 2px;
      }
      pl-clip-readout {
        margin-top: 8px;
      }
    `,
  ];

  private all: readonly Bar[] = [];
  private draw: ((palette: Palette) => ReturnType<typeof histogramChart>) | null = null;

  constructor() {
    super();
    this.layout = null;
  }

  private tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!(['histogram', 'limits', 'range', 'typical', 'logScale', 'of'] as const).some((key) => changed.has(key))) return;
    const { histogram, limits, range, typical, logScale, of } = this;
    const empty = !histogram || histogram.counts.length === 0;
    const all = (this.all = empty ? [] : bars(histogram, range));
    const margin = 0.02 * (limits.hi - limits.lo);
    const domain = { lo: limits.lo - margin, hi: limits.hi + margin };
    const margins = { marginLeft: LANE_MARGINS.left, marginRight: LANE_MARGINS.right };
    this.draw = empty ? null : (palette) => histogramChart(palette, { bars: all, domain, clip: range, typical, logScale, of, ...margins });
  }

  /** What the range does, for who moves it by ear. */
  private get says(): string {
    const { error } = this;
    if (!error) return '';
    return t('SQNR {0} dB, {1} clipped', formatDb(error.sqnrDb), formatShare(error.clippedFraction));
  }

  private handles(range: ClipMark): TemplateResult {
    return html`<pl-clip-handles
      .layout=${this.layout}
      .range=${range}
      .limits=${this.limits}
      .says=${this.says}
      @pl-clip=${({ detail }: CustomEvent<ClipMove>) => this.tell('pl-clip', detail)}
      @pl-commit=${() => this.applyLabel !== null && this.tell('pl-apply')}
    ></pl-clip-handles>`;
  }

  private below(): TemplateResult {
    const { lanes, error, failure, of, reference, applyLabel, resettable } = this;
    return html`<div slot="below">
      <pl-clip-lanes
        class="lanes"
        .layout=${this.layout}
        .lanes=${lanes}
        .caption=${this.lanesCaption}
        @pl-lane=${({ detail }: CustomEvent<number>) => this.tell('pl-lane', detail)}
      ></pl-clip-lanes>
      ${
        this.movable
          ? html`<pl-clip-readout .error=${error} .failure=${failure} .of=${of} .reference=${reference}></pl-clip-readout>
              <div class="actions">
                ${applyLabel === null ? nothing : html`<vscode-button @click=${() => this.tell('pl-apply')}>${applyLabel}</vscode-button>`}
                ${
                  resettable
                    ? html`<vscode-button secondary @click=${() => this.tell('pl-reset')}>${t('Back to the suggestion')}</vscode-button>`
                    : nothing
                }
              </div>`
          : nothing
      }
    </div>`;
  }

  protected override render() {
    const { of, range, movable } = this;
    const table: ChartTable = {
      columns: [
        { label: t('From') },
        { label: t('To') },
        { label: of === 'weights' ? t('Weights') : t('Values'), format: formatCount },
        { label: t('Outside the clip range'), format: formatShare },
      ],
      rows: () => this.all.map(({ lo, hi, count, outside }) => [lo, hi, count, range ? outside : null]),
    };
    return html`<pl-chart-frame
      .heading=${this.heading}
      .term=${this.term}
      .reading=${this.reading}
      .build=${this.draw}
      .table=${table}
      .file=${this.file}
      .placeholder=${this.placeholder}
      @pl-chart-layout=${({ detail }: CustomEvent<ChartLayout>) => (this.layout = detail)}
    >
      <slot name="controls" slot="controls"></slot>
      ${movable && range && this.draw ? this.handles(range) : nothing} ${range ? this.below() : nothing}
    </pl-chart-frame>`;
  }
}

customElements.define('pl-clip-editor', PlClipEditor);
