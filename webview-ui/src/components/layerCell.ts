import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { dash, formatCompact, formatCount, formatDb, formatInterval, formatShape } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, splitName } from '../text/names.js';
import type { Column } from '../view/columns.js';
import { heatOf } from '../view/heat.js';
import { bestAt, familyLabel, schemeParts } from '../view/schemes.js';

export interface CellContent {
  readonly text: unknown;
  /** Shown on hover: what is cut off or cannot be said in a cell. */
  readonly title?: string;
  readonly classes?: string;
}

export interface CellContext {
  /** dB */
  readonly target: number;
  /** Whether figures that are missing are still to come. */
  readonly running: boolean;
}

function name(layer: LayerReport): TemplateResult {
  const { head, tail } = splitName(layer.name);
  return html`<bdi><span class="start">${head}</span>${tail ? html`<span class="tail">${tail}</span>` : nothing}</bdi>`;
}

/** What the cell of `layer`, the `index`th of the model, holds in `column`. */
export function cellContent(layer: LayerReport, index: number, { id, bits }: Column, { target, running }: CellContext): CellContent {
  const { advice } = layer;
  switch (id) {
    case 'index':
      return { text: index + 1, classes: 'muted' };
    case 'layer':
      return { text: name(layer), title: displayName(layer.name, 1000) };
    case 'op':
      return { text: html`<bdi>${displayName(layer.op, 60)}</bdi>`, title: displayName(layer.op) };
    case 'shape':
      return { text: formatShape(layer.shape), title: formatShape(layer.shape) };
    case 'parameters':
      return { text: formatCount(layer.parameters) };
    case 'macs':
      return layer.macs === null
        ? { text: dash, title: t('The shapes could not be inferred.'), classes: 'muted' }
        : { text: formatCompact(layer.macs), title: formatCount(layer.macs) };
  }
  if (!advice) {
    const waiting = running && layer.weightStats === null;
    return waiting
      ? { text: html`<span class="visually-hidden">${t('pending')}</span>`, classes: 'pending' }
      : { text: dash, classes: 'muted' };
  }
  if (bits !== undefined) {
    const best = bestAt(layer, bits);
    if (!best) return { text: dash, classes: 'muted' };
    const chosen = bits === advice.bits;
    const title = t('{0} bits: {1} dB with {2}', bits, formatDb(best.sqnrDb), familyLabel(schemeParts(best.scheme)));
    return {
      text: html`<span class="tint ${heatOf(best.sqnrDb, target)} ${chosen ? 'chosen' : ''}">${formatDb(best.sqnrDb)}</span>`,
      title: chosen ? `${title} (${t('suggested')})` : title,
    };
  }
  switch (id) {
    case 'suggested': {
      const { format, granularity, clipping } = schemeParts(advice.scheme);
      const rest = [granularity, clipping].filter(Boolean).map((part) => `/${part}`);
      return {
        text: html`<strong>${format}</strong><span class="rest">${rest.join('')}</span>`,
        title: [advice.scheme, t('{0} bits', advice.bits), familyLabel(schemeParts(advice.scheme))].join('\n'),
      };
    }
    case 'clip':
      return { text: formatInterval(advice.clip), title: formatInterval(advice.clip) };
    case 'sqnr':
      return { text: formatDb(advice.sqnrDb), ...(advice.sqnrDb === null ? { title: t('no error at all') } : {}) };
  }
  return { text: nothing };
}
