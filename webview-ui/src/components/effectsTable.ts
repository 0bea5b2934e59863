import { css, html, LitElement } from 'lit';
import type { LayerReport, Sensitivity } from '../../../src/report/types.js';
import { formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { accuracyText, effectsInOrder, effectText, effectTitle } from '../view/effects.js';
import { figureTable, figureTableStyles, type FigureRow, type Head, type RowGroup } from './figureTable.js';
import { shared } from './styles.js';

/** What every scheme of one layer does to the model's outputs. Columns that tell nothing of this model are left out. */
export class PlEffectsTable extends LitElement {
  static override readonly properties = { layer: { attribute: false } };
  declare layer: LayerReport;

  static override readonly styles = [
    shared,
    figureTableStyles,
    css`
      :host {
        display: block;
      }
      .suggested th {
        font-weight: 600;
      }
    `,
  ];

  private row(effect: Sensitivity, extra: readonly ((effect: Sensitivity) => string)[]): FigureRow {
    const { scheme, target, activationScheme, localSqnrDb, how } = effect;
    const suggested = target === 'weight' && scheme === this.layer.advice?.scheme;
    return {
      head: activationScheme === undefined ? scheme : `${scheme} + ${activationScheme}`,
      cells: [effectText(effect), localSqnrDb === undefined ? '' : formatDb(localSqnrDb), ...extra.map((figure) => figure(effect))],
      classes: `${how} ${suggested ? 'suggested' : ''}`,
      title: effectTitle(effect),
    };
  }

  protected override render() {
    const effects = effectsInOrder(this.layer);
    const extra: readonly { readonly head: Head; readonly figure: (effect: Sensitivity) => string }[] = [
      { head: { label: t('Divergence'), term: 'divergence' }, figure: ({ kl }: Sensitivity) => (kl === null ? '' : formatReal(kl)) },
      {
        head: { label: t('Same class'), term: 'agreement' },
        figure: ({ top1Agreement }: Sensitivity) => (top1Agreement === null ? '' : formatShare(top1Agreement)),
      },
      { head: { label: t('Accuracy') }, figure: (effect: Sensitivity) => accuracyText(effect) ?? '' },
    ].filter(({ figure }) => effects.some((effect) => figure(effect) !== '')) as typeof extra;
    const head: readonly Head[] = [
      { label: t('Scheme') },
      { label: t('At outputs'), term: 'effect' },
      { label: t('Own output'), term: 'localError' },
      ...extra.map(({ head }) => head),
    ];
    const figures = extra.map(({ figure }) => figure);
    const group = (target: Sensitivity['target'], label: string): RowGroup => ({
      label,
      rows: effects.filter((effect) => effect.target === target).map((effect) => this.row(effect, figures)),
    });
    const groups = [
      group('weight', t('Only the weights quantized')),
      group('activation', t('Only the input quantized')),
      group('both', t('Weights and input quantized')),
    ].filter(({ rows }) => rows.length > 0);
    return html`${figureTable(t('Effect on the outputs by scheme'), head, groups)}`;
  }
}

customElements.define('pl-effects-table', PlEffectsTable);
