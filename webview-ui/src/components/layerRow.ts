import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import type { LayerRow } from '../table/rows.js';
import { t } from '../text/l10n.js';
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
  readonly onGrip: (event: PointerEvent) => void;
  /** The width is to be as at first. */
  readonly onReset: () => void;
}

/** The heading of the `position`th column shown; its right edge can be dragged. */
export function heading(column: Column, position: number, options: HeadingOptions): TemplateResult {
  const { sort, reachable, onFocus, onSort, onGrip, onReset } = options;
  const sorted = sort?.column === column.id;
  const direction = sort?.descending ? 'descending' : 'ascending';
  return html`<div
    role="columnheader"
    class="${column.align} ${column.bits === undefined ? column.id : 'heat'}"
    aria-colindex=${position + 1}
    aria-sort=${sorted ? direction : 'none'}
    title=${column.hint ?? nothing}
  >
    <button type="button" tabindex=${reachable ? 0 : -1} aria-describedby="resizing" @focus=${onFocus} @click=${onSort}>
      ${
        column.bits === undefined
          ? column.label
          : html`<span aria-hidden="true">${column.bits}</span><span class="visually-hidden">${column.label}</span>`
      }${sorted ? icon(sort?.descending ? 'arrow-down' : 'arrow-up') : nothing}</button
    ><span class="grip" aria-hidden="true" @pointerdown=${onGrip} @dblclick=${onReset}></span>
  </div>`;
}

/** Opens the list of schemes with the mouse; the keyboard has F2. */
const editButton = (layer: LayerReport, onEdit: RowOptions['onEdit']): TemplateResult => {
  const edit = (event: Event): void => onEdit((event.currentTarget as HTMLElement).parentElement!);
  return html`<button
    type="button"
    class="edit"
    tabindex="-1"
    aria-label=${t('Change the scheme of {0}', displayName(layer.name, 100))}
    title=${t('Change the scheme (F2)')}
    @click=${edit}
    @dblclick=${(event: Event) => event.stopPropagation()}
  ></button>`;
};

export interface RowOptions {
  readonly columns: readonly Column[];
  readonly context: CellContext;
  /** Whether rows stand in modules. */
  readonly grouped: boolean;
  /** Whether the keyboard is at it; and whether it is chosen, alone or with others. */
  readonly at: boolean;
  readonly selected: boolean;
  readonly onChoose: (event: PointerEvent) => void;
  readonly onEnter: () => void;
  /** The scheme is to be changed, from a list beside the element. */
  readonly onEdit: (beside: HTMLElement) => void;
}

/** A layer of the model in the `position`th row shown. Where it has no figures, why not takes their place. */
export function layerRow(layer: LayerReport, row: LayerRow, position: number, options: RowOptions): TemplateResult {
  const { columns, context, grouped, at, selected, onChoose, onEnter, onEdit } = options;
  const { layer: index, depth } = row;
  const figures = layer.problem === undefined || layer.advice ? columns.length : columns.findIndex(({ id }) => id === 'suggested');
  return html`<div
    role="row"
    id="row-${index}"
    class="${position % 2 === 1 ? 'odd' : ''} ${at ? 'at' : ''}"
    aria-rowindex=${position + 2}
    aria-level=${grouped ? depth + 1 : nothing}
    aria-selected=${selected}
    @pointerdown=${onChoose}
    @dblclick=${onEnter}
  >
    ${columns.slice(0, figures).map((column, i) => {
      const { text, title, label, classes = '' } = cellContent(layer, index, column, context);
      const shown =
        grouped && column.id === 'layer'
          ? html`<span class="place indent-${Math.min(12, depth)}"
              ><span class="twistie"></span><bdi>${displayName(row.label, 200)}</bdi></span
            >`
          : text;
      const editable = column.id === 'suggested' && layer.errors.length > 0;
      return html`<div
        role="gridcell"
        aria-colindex=${i + 1}
        class="${column.align} ${column.bits === undefined ? column.id : 'heat'} ${classes} ${editable ? 'editable' : ''}"
        aria-label=${label ?? nothing}
        title=${title ?? nothing}
      >
        ${editable ? html`<span class="scheme">${shown}</span>${editButton(layer, onEdit)}` : shown}
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
