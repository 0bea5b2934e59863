import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import type { GroupRow } from '../table/rows.js';
import { totals, type Totals } from '../table/totals.js';
import { dash, formatBytes, formatCompact, formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { causeWord } from '../view/causes.js';
import type { Column } from '../view/columns.js';
import { effectText, effectTitle } from '../view/effects.js';
import { causeIcon } from './causeIcon.js';
import type { CellContent } from './layerCell.js';

const known = new WeakMap<readonly number[], { readonly of: readonly LayerReport[]; readonly sum: Totals }>();

/** Totals of a group; rows scroll by often. */
function totalsOf({ layers: indices }: GroupRow, layers: readonly LayerReport[]): Totals {
  const before = known.get(indices);
  if (before?.of === layers) return before.sum;
  const sum = totals(indices.map((index) => layers[index]));
  known.set(indices, { of: layers, sum });
  return sum;
}

export const bitsText = ([least, most]: readonly [number, number]): string =>
  least === most ? t('{0} bits', most) : t('{0}–{1} bits', least, most);

const none: CellContent = { text: dash, classes: 'muted' };

function content({ id }: Column, sum: Totals): CellContent {
  switch (id) {
    case 'parameters':
      return { text: formatCount(sum.parameters) };
    case 'macs':
      return sum.macs === null ? none : { text: formatCompact(sum.macs), title: formatCount(sum.macs) };
    case 'suggested': {
      if (!sum.bits) return none;
      const { now, suggested } = sum.bytes;
      return { text: bitsText(sum.bits), title: t('{0} now, {1} as suggested', formatBytes(now), formatBytes(suggested)) };
    }
    case 'sqnr':
      return sum.worstSqnrDb === undefined
        ? none
        : { text: formatDb(sum.worstSqnrDb), title: t('{0} dB: the least of the layers in it', formatDb(sum.worstSqnrDb)) };
    case 'effect':
      return sum.worstEffect
        ? { text: effectText(sum.worstEffect), title: `${t('The least of the layers in it')}\n${effectTitle(sum.worstEffect)}` }
        : none;
    case 'causes': {
      if (sum.causes.length === 0) return none;
      const words = sum.causes.map(
        ([cause, count]) => html`<span class="word">${causeIcon(cause)}${t('{0} × {1}', count, causeWord(cause))}</span>`,
      );
      return { text: words, title: sum.causes.map(([cause, count]) => t('{0} × {1}', count, causeWord(cause))).join('\n') };
    }
    default:
      return { text: nothing };
  }
}

export interface GroupRowOptions {
  readonly layers: readonly LayerReport[];
  readonly columns: readonly Column[];
  /** Whether the keyboard is at this row. */
  readonly active: boolean;
  readonly onToggle: () => void;
  readonly onPoint: () => void;
}

/** A module with what its layers are together, in the `position`th row shown. */
export function groupRow(row: GroupRow, position: number, { layers, columns, active, onToggle, onPoint }: GroupRowOptions): TemplateResult {
  const sum = totalsOf(row, layers);
  const count = sum.layers === 1 ? t('1 layer') : t('{0} layers', formatCount(sum.layers));
  return html`<div
    role="row"
    id="group-${position}"
    class="group ${active ? 'at' : ''}"
    aria-rowindex=${position + 2}
    aria-level=${row.depth + 1}
    aria-expanded=${row.open}
    @pointerdown=${onPoint}
    @dblclick=${onToggle}
  >
    ${columns.map((column, i) => {
      const {
        text,
        title,
        classes = '',
      } = column.id === 'layer'
        ? {
            text: html`<span class="place indent-${Math.min(12, row.depth)}"
              ><span class="twistie" aria-hidden="true" @click=${onToggle}>${row.open ? '▾' : '▸'}</span
              ><bdi>${displayName(row.label, 100)}</bdi> <span class="rest">${count}</span></span
            >`,
            title: `${displayName(row.key, 1000)}\n${count}`,
          }
        : content(column, sum);
      return html`<div
        role="gridcell"
        aria-colindex=${i + 1}
        class="${column.align} ${column.bits === undefined ? column.id : 'heat'} ${classes}"
        title=${title ?? nothing}
      >
        ${text}
      </div>`;
    })}
  </div>`;
}
