import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Report } from '../../../../src/report/types.js';
import type { PageAction } from '../../../../src/rpc/page.js';
import { barsChart } from '../../charts/barsChart.js';
import { dbCell, type ChartTable } from '../../charts/chartTable.js';
import { controlStyles, picker } from '../../components/controls.js';
import { icon } from '../../components/icon.js';
import { messageStyles } from '../../components/messageStyles.js';
import { progressLineStyles } from '../../components/progressLine.js';
import { shared } from '../../components/styles.js';
import { formatCount, formatDb } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import type { RunKnown } from '../../view/run.js';
import {
  accumulatedReading,
  baseDb,
  effectOrder,
  effectRow,
  effectsReading,
  effectWords,
  firstPair,
  gainOrder,
  leaveOneOutReading,
  schemePairs,
  targetLabel,
  togetherRows,
  type EffectRow,
  type EffectTarget,
  type SchemePair,
  type TogetherRow,
} from '../../view/sensitivities.js';
import type { SensitivityChoice } from '../../view/viewState.js';
import '../layerBars.js';
import type { DrawBars } from '../layerBars.js';
import { accumulatedChart } from './lineChart.js';
import { nothingYet, nothingYetStyles } from './nothingYet.js';

const shownTargets: Readonly<Record<SensitivityChoice['targets'], readonly EffectTarget[]>> = {
  apart: ['weight', 'activation'],
  weight: ['weight'],
  activation: ['activation'],
  both: ['both'],
};

/**
 * What quantizing single layers does to the outputs, how errors pile up when all are quantized, and what leaving one in float gains.
 * Events: `pl-select` with the index of a layer, `pl-sensitivity` with what is shown, `pl-act`.
 */
export class PlSensitivityView extends LitElement {
  static override readonly properties = {
    report: { attribute: false },
    run: { attribute: false },
    target: { attribute: false },
    selected: { attribute: false },
    choice: { attribute: false },
    file: { attribute: false },
  };
  /** With what is known of the run. */
  declare report: Report;
  declare run: RunKnown;
  /** dB */
  declare target: number;
  declare selected: number | null;
  declare choice: SensitivityChoice;
  declare file: string;

  static override readonly styles = [
    shared,
    controlStyles,
    progressLineStyles,
    messageStyles,
    nothingYetStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        overflow: auto;
        padding: 10px 16px 24px;
      }
      .tools {
        align-items: center;
        column-gap: 16px;
        display: flex;
        flex-wrap: wrap;
        margin-bottom: 10px;
        row-gap: 6px;
      }
      .key {
        align-items: center;
        column-gap: 5px;
        display: inline-flex;
      }
      .key i {
        border: 1.5px solid var(--cool);
        display: inline-block;
        height: 11px;
        width: 11px;
      }
      .key i.measured {
        background: var(--cool);
      }
      .more {
        column-gap: 28px;
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
        margin-top: 20px;
        row-gap: 24px;
      }
      @media (max-width: 640px), (max-height: 560px) {
        :host {
          overflow: visible;
          padding-inline: 12px;
        }
      }
    `,
  ];

  private pairs: readonly SchemePair[] = [];
  private pair: SchemePair | undefined;
  private targets: readonly EffectTarget[] = ['weight'];
  private rows: readonly EffectRow[] = [];
  private order: readonly number[] = [];
  private together: readonly TogetherRow[] = [];
  private gains: readonly number[] = [];
  private drawEffects: DrawBars | null = null;
  private drawGains: DrawBars | null = null;
  private all: readonly number[] = [];
  private drawAccumulated: DrawBars | null = null;

  private act(action: PageAction): void {
    this.dispatchEvent(new CustomEvent<PageAction>('pl-act', { detail: action }));
  }

  private choose(change: Partial<SensitivityChoice>): void {
    this.dispatchEvent(new CustomEvent<SensitivityChoice>('pl-sensitivity', { detail: { ...this.choice, ...change } }));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { report, choice, target } = this;
    if (changed.has('report') || changed.has('choice') || changed.has('target')) {
      const { layers } = report;
      this.pairs = schemePairs(layers);
      this.pair = this.pairs.find(({ weight }) => weight === choice.scheme) ?? firstPair(this.pairs);
      const { pair } = this;
      this.rows = pair ? layers.map((layer) => effectRow(layer, pair)) : [];
      this.targets = shownTargets[choice.targets];
      this.order = effectOrder(this.rows, this.targets, choice.sort);
      this.drawEffects = pair ? this.effectsChart() : null;
      this.together = togetherRows(report);
      this.gains = gainOrder(this.together, choice.sort);
      this.drawGains = this.together.some(({ gain }) => gain !== undefined) ? this.gainsChart() : null;
    }
    if (changed.has('report') || changed.has('target')) {
      const { together } = this;
      if (this.all.length !== together.length) this.all = together.map((_, i) => i);
      const base = baseDb(
        together.map(({ accumulated }) => accumulated),
        target,
      );
      const name = (layer: number) => report.layers[layer]?.name ?? '';
      this.drawAccumulated = together.some(({ accumulated }) => typeof accumulated === 'number')
        ? (palette, _, cursor) => accumulatedChart(palette, together, name, cursor, base)
        : null;
    }
  }

  private effectsChart(): DrawBars {
    const { rows, order, targets, target } = this;
    const { layers } = this.report;
    const base = baseDb(
      rows.flatMap((row) => targets.map((one) => row[one]?.db)),
      target,
    );
    return (palette, { from, to }, cursor) =>
      barsChart(palette, {
        series: targets.map((one) => ({
          label: targetLabel(one),
          // an error of none has no bar
          values: order.map((layer) => (rows[layer][one] ? (rows[layer][one].db ?? base) : null)),
          hollow: (place) => rows[order[place]][one]?.how === 'predicted',
        })),
        from,
        to,
        stacked: false,
        xTitle: t('Layer'),
        yTitle: t('SQNR at the outputs (dB)'),
        tick: (place) => String(order[place] + 1),
        title: (place) => displayName(layers[order[place]].name, 80),
        value: (_, place, series) => {
          const effect = rows[order[place]][targets[series]];
          const db = t('{0} dB', formatDb(effect?.db ?? null));
          return effect?.how === 'predicted' ? t('{0}, predicted', db) : t('{0}, measured', db);
        },
        downFrom: base,
        cursor,
        lines: [{ value: target, label: t('target {0} dB', formatDb(target).replace(/[.,]0$/, '')) }],
      });
  }

  private gainsChart(): DrawBars {
    const { together, gains } = this;
    const { layers } = this.report;
    return (palette, { from, to }, cursor) =>
      barsChart(palette, {
        series: [{ label: t('gain'), values: gains.map((layer) => together[layer].gain ?? null) }],
        from,
        to,
        stacked: false,
        xTitle: t('Layer'),
        yTitle: t('Gain at the outputs (dB)'),
        tick: (place) => String(gains[place] + 1),
        title: (place) => displayName(layers[gains[place]].name, 80),
        value: (gain) => t('{0} dB', formatDb(gain)),
        cursor,
      });
  }

  private get effectsTable(): ChartTable {
    const { rows, order, targets, report } = this;
    return {
      columns: [
        { label: t('Layer') },
        ...targets.flatMap((target) => [{ label: t('{0} (dB)', targetLabel(target)), format: dbCell }, { label: t('Evidence') }]),
      ],
      rows: () =>
        order.map((layer) => [
          displayName(report.layers[layer].name),
          ...targets.flatMap((target) => {
            const effect = rows[layer][target];
            if (!effect) return [null, null];
            return [effect.db ?? Infinity, effect.how === 'predicted' ? t('predicted') : t('measured')];
          }),
        ]),
    };
  }

  private get togetherTable(): ChartTable {
    const { together, report } = this;
    return {
      columns: [
        { label: t('Layer') },
        { label: t('Accumulated (dB)'), term: 'accumulated', format: dbCell },
        { label: t('Gain of leaving it in float (dB)'), term: 'leaveOneOut', format: dbCell },
      ],
      rows: () =>
        together.map(({ accumulated, gain }, i) => [
          displayName(report.layers[i].name),
          accumulated === null ? Infinity : (accumulated ?? null),
          gain ?? null,
        ]),
    };
  }

  private accumulatedWords(layer: number): string {
    const { accumulated } = this.together[layer];
    const name = displayName(this.report.layers[layer].name, 80);
    return t('{0}: {1}', name, accumulated === undefined ? t('Not known.') : t('{0} dB', formatDb(accumulated)));
  }

  private tools(): TemplateResult {
    const { choice, pairs, pair } = this;
    const label = ({ weight, activation }: SchemePair) => (activation === null ? weight : t('{0}, input {1}', weight, activation));
    return html`<div class="tools">
      ${picker(
        t('Scheme'),
        pairs.map((one) => ({ id: one.weight, label: label(one) })),
        pair?.weight ?? '',
        (scheme) => this.choose({ scheme }),
      )}
      ${picker(
        t('Quantized'),
        [
          { id: 'apart', label: t('weights, input: each alone') },
          { id: 'weight', label: targetLabel('weight') },
          { id: 'activation', label: targetLabel('activation') },
          { id: 'both', label: targetLabel('both') },
        ],
        choice.targets,
        (targets) => this.choose({ targets: targets as SensitivityChoice['targets'] }),
      )}
      ${picker(
        t('Sorted by'),
        [
          { id: 'order', label: t('execution') },
          { id: 'effect', label: t('effect') },
        ],
        choice.sort,
        (sort) => this.choose({ sort: sort as SensitivityChoice['sort'] }),
      )}
      <span class="key" aria-hidden="true"><i class="measured"></i>${t('measured')}</span>
      <span class="key" aria-hidden="true"><i></i>${t('predicted')}</span>
      <span class="muted">${t('The higher a bar, the more the outputs suffer.')}</span>
    </div>`;
  }

  private partial(): TemplateResult | typeof nothing {
    const { kind, error } = this.run.view;
    const known = formatCount(this.report.layers.filter(({ sensitivity }) => sensitivity.length > 0).length);
    const all = formatCount(this.report.layers.length);
    if (kind === 'running') return html`<p class="muted" role="status">${t('{0} of {1} layers so far.', known, all)}</p>`;
    if (kind === 'cancelled') return html`<p class="muted">${t('The run was cancelled: {0} of {1} layers are known.', known, all)}</p>`;
    if (kind === 'failed')
      return html`<p>${icon('warning', 'warning')} ${t('The run ended early: {0}', displayName(error ?? '', 300))}</p>`;
    return nothing;
  }

  protected override render() {
    const { report, rows, targets, target, pair, together } = this;
    if (!pair) return nothingYet(this.run, (action) => this.act(action));
    const pass = ({ detail }: CustomEvent<number>) => this.dispatchEvent(new CustomEvent('pl-select', { detail }));
    const missing = t('Not measured in this run.');
    return html`<h2 class="visually-hidden">${t('Sensitivity')}</h2>
      ${this.tools()} ${this.partial()}
      <pl-layer-bars
        .heading=${t('Effect of each layer on the outputs')}
        .term=${'effect'}
        .reading=${effectsReading(report.layers, rows, targets, target)}
        .file=${`${this.file}-sensitivity`}
        .table=${this.effectsTable}
        .order=${this.order}
        .draw=${this.drawEffects}
        .describe=${(layer: number) => effectWords(report.layers[layer], rows[layer], targets)}
        .selected=${this.selected}
        @pl-select=${pass}
      ></pl-layer-bars>
      <div class="more">
        <pl-layer-bars
          .heading=${t('Error as it piles up')}
          .term=${'accumulated'}
          .reading=${accumulatedReading(report, together)}
          .file=${`${this.file}-accumulated`}
          .table=${this.togetherTable}
          .order=${this.all}
          .draw=${this.drawAccumulated}
          .describe=${(layer: number) => this.accumulatedWords(layer)}
          .selected=${this.selected}
          .placeholder=${missing}
          .whole=${true}
          @pl-select=${pass}
        ></pl-layer-bars>
        <pl-layer-bars
          .heading=${t('What leaving one layer in float gains')}
          .term=${'leaveOneOut'}
          .reading=${leaveOneOutReading(report, together)}
          .file=${`${this.file}-leave-one-out`}
          .table=${this.togetherTable}
          .order=${this.gains}
          .draw=${this.drawGains}
          .describe=${(layer: number) => t('{0}: {1}', displayName(report.layers[layer].name, 80), t('{0} dB', formatDb(together[layer].gain ?? 0)))}
          .selected=${this.selected}
          .placeholder=${missing}
          @pl-select=${pass}
        ></pl-layer-bars>
      </div>`;
  }
}

customElements.define('pl-sensitivity-view', PlSensitivityView);
