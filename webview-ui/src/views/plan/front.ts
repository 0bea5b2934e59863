import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { Plan } from '../../../../src/report/plan.js';
import type { ChartConfig, ChartLayout } from '../../charts/chart.js';
import '../../charts/chartFrame.js';
import type { PlChartFrame } from '../../charts/chartFrame.js';
import { dbCell, type ChartTable } from '../../charts/chartTable.js';
import type { Palette } from '../../charts/palette.js';
import { controlStyles, picker } from '../../components/controls.js';
import { shared } from '../../components/styles.js';
import { formatDb } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { frontReading } from '../../view/planFigures.js';
import { axes, axisWord, formatAxis, frontPoints, landmarks, nearestPoint, type Axis, type FrontPoint } from '../../view/plans.js';
import { frontChart } from './frontChart.js';

/**
 * The front of a plan: a point of it is dragged with the pointer or moved with the slider below, and taken once it is let go.
 * Events: `pl-candidate` with an index into `pareto`, `pl-axis`.
 */
export class PlFront extends LitElement {
  static override readonly properties = {
    plan: { attribute: false },
    axis: { attribute: false },
    candidate: { attribute: false },
    shown: { attribute: false },
    file: { attribute: false },
    dragged: { state: true },
  };
  declare plan: Plan;
  declare axis: Axis;
  /** Index into `pareto` of the point that was taken; null: the plan that was found. */
  declare candidate: number | null;
  /** The plan that is looked at, when it is not the one that was found. */
  declare shown: Plan | null;
  declare file: string;
  /** While it is moved: place among the points that are shown. */
  declare private dragged: number | null;

  static override readonly styles = [
    shared,
    controlStyles,
    css`
      :host {
        --chart-height: 300px;
        display: block;
        min-width: 0;
      }
      pl-chart-frame {
        touch-action: pan-y;
      }
      .below {
        align-items: center;
        column-gap: 10px;
        display: flex;
        flex-wrap: wrap;
        font-variant-numeric: tabular-nums;
        margin-top: 4px;
        row-gap: 2px;
      }
      /* the browser's own track does not follow the theme */
      input {
        appearance: none;
        background: transparent;
        flex: 1 1 12em;
        height: 24px;
        min-width: 60px;
      }
      input::-webkit-slider-runnable-track {
        background: color-mix(in srgb, currentColor 45%, transparent);
        border-radius: 2px;
        height: 4px;
      }
      input::-webkit-slider-thumb {
        appearance: none;
        background: var(--vscode-focusBorder);
        border: 1px solid var(--vscode-editor-background);
        border-radius: 50%;
        height: 16px;
        margin-top: -6px;
        width: 16px;
      }
    `,
  ];

  private points: readonly FrontPoint[] = [];
  private layout: ChartLayout | undefined;
  private other: { readonly plan: Plan; readonly point: boolean } | undefined;
  private build: ((palette: Palette) => ChartConfig) | null = null;

  constructor() {
    super();
    this.candidate = null;
    this.shown = null;
    this.dragged = null;
    this.addEventListener('pl-chart-layout', (event) => (this.layout = (event as CustomEvent<ChartLayout>).detail));
    this.addEventListener('pointerdown', this.grab);
    this.addEventListener('pointermove', this.move);
    this.addEventListener('pointerup', this.release);
    this.addEventListener('pointercancel', () => (this.dragged = null));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('plan') || changed.has('axis')) {
      this.points = frontPoints(this.plan, this.axis);
      this.dragged = null;
    }
    const { plan, axis, points, place, shown } = this;
    const other = shown ? { plan: shown, point: this.candidate !== null } : undefined;
    this.build = points.length > 0 ? (palette) => frontChart(palette, plan, axis, points, place, other) : null;
    this.other = other;
  }

  /** Place among the points of what is looked at; null: the plan that was found. */
  private get place(): number | null {
    if (this.dragged !== null) return this.dragged;
    const at = this.points.findIndex(({ index }) => index === this.candidate);
    return at < 0 ? null : at;
  }

  /** Place of the point under the pointer; undefined outside of the axes. */
  private under(event: PointerEvent, within: boolean): number | undefined {
    const chart = this.renderRoot.querySelector<PlChartFrame>('pl-chart-frame')?.chart;
    if (!chart || !this.layout || (within && !event.composedPath().includes(chart))) return undefined;
    const box = chart.getBoundingClientRect();
    const { left, right, top, bottom, min, max } = this.layout;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (within && (x < left || x > right || y < top || y > bottom)) return undefined;
    const at = nearestPoint(this.points, min + ((x - left) / (right - left)) * (max - min));
    return at < 0 ? undefined : at;
  }

  private readonly grab = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const at = this.under(event, true);
    if (at === undefined) return;
    this.setPointerCapture(event.pointerId);
    this.dragged = at;
  };

  private readonly move = (event: PointerEvent): void => {
    if (this.dragged === null || !this.hasPointerCapture(event.pointerId)) return;
    this.dragged = this.under(event, false) ?? this.dragged;
  };

  private readonly release = (event: PointerEvent): void => {
    if (this.dragged === null || !this.hasPointerCapture(event.pointerId)) return;
    this.releasePointerCapture(event.pointerId);
    this.take(this.dragged);
  };

  private take(place: number): void {
    this.dragged = null;
    this.dispatchEvent(new CustomEvent<number>('pl-candidate', { detail: this.points[place].index }));
  }

  private words(place: number): string {
    const { x, db } = this.points[place];
    return t('{0}: {1} dB predicted', formatAxis(this.axis, x), formatDb(db));
  }

  private get table(): ChartTable {
    const { plan, axis, points, other } = this;
    return {
      columns: [
        { label: t('Plan') },
        { label: axisWord(axis), format: (value) => formatAxis(axis, value) },
        { label: t('SQNR (dB)'), format: dbCell },
        { label: t('Evidence') },
      ],
      rows: () => [
        ...points.map(({ x, db }, i) => [t('Point {0} of the front', i + 1), x, db, t('predicted')]),
        ...landmarks(plan, axis, other).map(({ label, x, db, how }) => [
          displayName(label, 80),
          x,
          db,
          how === 'measured' ? t('measured') : t('predicted'),
        ]),
      ],
    };
  }

  protected override render() {
    const { plan, axis, points, place } = this;
    const shown = place ?? nearestPoint(points, points.find(({ x }) => x >= this.foundAt())?.x ?? this.foundAt());
    return html`<pl-chart-frame
      .heading=${t('Front of plans')}
      .term=${'pareto'}
      .reading=${frontReading(plan, axis, points)}
      .file=${`${this.file}-front`}
      .table=${this.table}
      .placeholder=${t('Not known of all layers.')}
      .build=${this.build}
    >
      <span slot="controls"
        >${picker(
          t('Seen by'),
          axes.map((id) => ({ id, label: axisWord(id) })),
          axis,
          (id) => this.dispatchEvent(new CustomEvent('pl-axis', { detail: id })),
        )}</span
      >
      ${
        points.length > 1
          ? html`<div class="below" slot="below">
              <input
                type="range"
                min="0"
                max=${points.length - 1}
                .value=${String(Math.max(0, shown))}
                aria-label=${t('Point of the front')}
                aria-valuetext=${shown < 0 ? nothing : this.words(shown)}
                @input=${(event: Event) => (this.dragged = Number((event.target as HTMLInputElement).value))}
                @change=${(event: Event) => this.take(Number((event.target as HTMLInputElement).value))}
              />
              <span>${place === null ? t('Drag along the front for another plan') : this.words(place)}</span>
            </div>`
          : nothing
      }
    </pl-chart-frame>`;
  }

  /** Where the plan that was found lies on the axis. */
  private foundAt(): number {
    return landmarks(this.plan, this.axis).find(({ of }) => of === 'plan')?.x ?? 0;
  }
}

customElements.define('pl-front', PlFront);
