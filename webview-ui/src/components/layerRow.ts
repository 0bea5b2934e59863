import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { displayName } from '../text/names.js';
import type { Column } from '../view/columns.js';
import type { Sort } from '../view/rows.js';
import { icon } from './icon.js';
import { cellContent, type CellContext } from './layerCell.js';

export interface HeadingOptions {
  readonly sort: Sort | null;
  /** Whether it is the one of all headings that the Tab key reaches. */
  readonly reachable: boolean;
  readonly onFocus: () => void;
  readonly onSort: () => void;
}

/** The heading of the `position`th column shown. */
export function heading(column: Column, position: number, { sort, reachable, onFocus, onSort }: HeadingOptions): TemplateResult {
  const sorted = sort?.column === column.id;
  const direction = sort?.descending ? 'descending' : 'ascending';
  return html`<div
    role="columnheader"
    class="${column.align} ${column.bits === undefined ? column.id : 'heat'}"
    aria-colindex=${position + 1}
    aria-sort=${sorted ? direction : 'none'}
    title=${column.hint ?? nothing}
  >
    <button type="button" tabindex=${reachable ? 0 : -1} @focus=${onFocus} @click=${onSort}>
      ${
        column.bits === undefined
          ? column.label
          : html`<span aria-hidden="true">${column.bits}</span><span class="visually-hidden">${column.label}</span>`
      }${sorted ? icon(sort?.descending ? 'arrow-down' : 'arrow-up') : nothing}
    </button>
  </div>`;
}

export interface RowOptions {
  readonly columns: readonly Column[];
  readonly context: CellContext;
  readonly selected: boolean;
  readonly onChoose: () => void;
  readonly onEnter: () => void;
}

/** Layer `index` of the model in the `position`th row shown. Where it has no figures, why not takes their place. */
export function layerRow(layer: LayerReport, index: number, position: number, options: RowOptions): TemplateResult {
  const { columns, context, selected, onChoose, onEnter } = options;
  const figures = layer.problem === undefined || layer.advice ? columns.length : columns.findIndex(({ id }) => id === 'suggested');
  return html`<div
    role="row"
    id="row-${index}"
    class=${position % 2 === 1 ? 'odd' : ''}
    aria-rowindex=${position + 2}
    aria-selected=${selected}
    @pointerdown=${onChoose}
    @dblclick=${onEnter}
  >
    ${columns.slice(0, figures).map((column, i) => {
      const { text, title, classes = '' } = cellContent(layer, index, column, context);
      return html`<div
        role="gridcell"
        aria-colindex=${i + 1}
        class="${column.align} ${column.bits === undefined ? column.id : 'heat'} ${classes}"
        title=${title ?? nothing}
      >
        ${text}
      </div>`;
    })}
    ${
      figures === columns.length
        ? nothing
        : html`<div
            role="gridcell"
            class="problem"
            aria-colindex=${figures + 1}
            aria-colspan=${columns.length - figures}
            title=${displayName(layer.problem!, 1000)}
          >
            ${icon('warning', 'warning')}${displayName(layer.problem!, 300)}
          </div>`
    }
  </div>`;
}
