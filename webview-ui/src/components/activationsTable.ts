import { css, html, LitElement } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import { activationRows } from '../view/activations.js';
import { figureTable, figureTableStyles } from './figureTable.js';
import { shared } from './styles.js';

/** What flows into one layer and out of it, over all samples. */
export class PlActivationsTable extends LitElement {
  static override readonly properties = { layer: { attribute: false } };
  declare layer: LayerReport;

  static override readonly styles = [
    shared,
    figureTableStyles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  protected override render() {
    const rows = activationRows(this.layer).map(([head, ...cells]) => ({ head, cells }));
    return html`${figureTable(t('Activations'), [{ label: t('Figures') }, { label: t('Input') }, { label: t('Output') }], [{ rows }])}`;
  }
}

customElements.define('pl-activations-table', PlActivationsTable);
