import { css, html, LitElement, type PropertyValues } from 'lit';
import type { ClipStudy } from '../../../src/report/clipStudy.js';
import { clipCurveChart } from '../charts/clipCurveChart.js';
import '../charts/chartFrame.js';
import { dbCell, type ChartTable } from '../charts/chartTable.js';
import type { Palette } from '../charts/palette.js';
import { formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import {
  clipCurve,
  clipCurveReading,
  leastError,
  methodPoints,
  ratioOf,
  type ClipCurvePoint,
  type MethodPoint,
} from '../view/clipCurve.js';
import { alike } from '../view/clipRange.js';
import type { ClipMark } from '../view/histogram.js';
import { shared } from './styles.js';

const moved = (now: ClipMark | null, before: ClipMark | null | undefined): boolean => before === undefined || !alike(now, before);

/** The error of a weight, or of what a layer takes in or gives, over clip ranges, with the one being looked at. */
export class PlClipCurve extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    clips: { attribute: false },
    // the chart stands still while the same range is named again
    range: { attribute: false, hasChanged: moved },
    full: { attribute: false, hasChanged: moved },
    file: { attribute: false },
    placeholder: { attribute: false },
  };
  declare heading: string;
  declare clips: ClipStudy | null;
  declare range: ClipMark | null;
  /** The range of the values. */
  declare full: ClipMark;
  declare file: string;
  declare placeholder: string;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      pl-chart-frame {
        --chart-height: 240px;
      }
    `,
  ];

  private points: readonly ClipCurvePoint[] = [];
  private methods: readonly MethodPoint[] = [];
  private draw: ((palette: Palette) => ReturnType<typeof clipCurveChart>) | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('clips')) {
      this.points = this.clips ? clipCurve(this.clips) : [];
      this.methods = this.clips ? methodPoints(this.points, this.clips) : [];
    }
    if (!changed.has('clips') && !changed.has('range') && !changed.has('full')) return;
    const { points, methods, range, full } = this;
    const ratio = range && ratioOf(range, full);
    const best = this.clips ? leastError(points, this.clips) : undefined;
    this.draw = points.length > 0 ? (palette) => clipCurveChart(palette, points, best, methods, ratio) : null;
  }

  protected override render() {
    const table: ChartTable = {
      columns: [
        { label: t('Of the full range'), format: formatShare },
        { label: t('Up to') },
        { label: t('Rounding, dB'), format: dbCell },
        { label: t('Saturation, dB'), format: dbCell },
        { label: t('Together, dB'), format: dbCell },
        { label: t('Chosen by') },
      ],
      rows: () => [
        ...this.points.map(({ ratio, end, granular, overload, total }) => [ratio, end, granular, overload, total, null]),
        ...this.methods.map(({ ratio, end, total, methods }) => [ratio, end, null, null, total, methods.join(', ')]),
      ],
    };
    return html`<pl-chart-frame
      .heading=${this.heading}
      .term=${'clipCurve'}
      .reading=${this.draw && this.clips ? clipCurveReading(this.points, this.clips) : ''}
      .build=${this.draw}
      .table=${table}
      .file=${this.file}
      .placeholder=${this.placeholder}
    ></pl-chart-frame>`;
  }
}

customElements.define('pl-clip-curve', PlClipCurve);
