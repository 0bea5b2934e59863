import { html, nothing, type TemplateResult } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import { dash, formatCompact, formatCount, formatDb, formatInterval, formatReal, formatShape } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, splitName } from '../text/names.js';
import { rangeOf, statsTitle } from '../view/activations.js';
import { causesOf, causeWord, findingsTitle } from '../view/causes.js';
import type { Column } from '../view/columns.js';
import { effectOf, effectText, effectTitle } from '../view/effects.js';
import { heatOf } from '../view/heat.js';
import type { Planned } from '../view/planned.js';
import { causeOf, plannedWords } from '../view/transformWords.js';
import { familyLabel, heatAt, schemeParts, type Basis } from '../view/schemes.js';
import { valuePath } from '../view/miniHistogram.js';
import type { WeightPictures } from '../table/weightPictures.js';
import { causeIcon } from './causeIcon.js';
import { icon } from './icon.js';
import { miniHistogram } from './miniHistogram.js';

export interface CellContent {
  readonly text: unknown;
  /** Shown on hover: what is cut off or cannot be said in a cell. */
  readonly title?: string;
  /** What it is called where its text does not say it. A hidden text in each cell would cost as much to lay out as a shown one. */
  readonly label?: string;
  readonly classes?: string;
}

export interface CellContext {
  /** dB */
  readonly target: number;
  /** Whether figures that are missing are still to come: those of the weights, and those of the run. */
  readonly running: boolean;
  readonly measuring: boolean;
  /** What SQNR by bits is of. */
  readonly basis: Basis;
  /** Small pictures of weights, those that are there. */
  readonly pictures: Pick<WeightPictures, 'of'>;
  /** What the user's plan gives each layer. */
  readonly planned: readonly Planned[];
}

function name(layer: LayerReport): TemplateResult {
  const { head, tail } = splitName(layer.name);
  return html`<bdi><span class="start">${head}</span>${tail ? html`<span class="tail">${tail}</span>` : nothing}</bdi>`;
}

const none: CellContent = { text: dash, classes: 'muted' };
const pending = (): CellContent => ({ text: nothing, label: t('pending'), classes: 'pending' });

/** Cells of causes, and those that the running of the model fills. */
function foundCell(layer: LayerReport, id: string, { running, measuring }: CellContext): CellContent | undefined {
  switch (id) {
    case 'effect': {
      const effect = effectOf(layer);
      if (!effect && layer.problem !== undefined) return { text: icon('warning', 'warning'), title: displayName(layer.problem, 1000) };
      if (!effect) return measuring ? pending() : none;
      return { text: effectText(effect), title: effectTitle(effect), classes: effect.how };
    }
    case 'causes': {
      const causes = causesOf(layer);
      if (causes.length === 0)
        return (running && layer.weightStats === null) || (measuring && layer.findings === undefined) ? pending() : none;
      // the one whose remedy gains most, whole; the detail has them all
      const [first, ...others] = causes;
      return {
        text: html`<span class="word">${causeIcon(first)}${causeWord(first)}</span>${
            others.length > 0 ? html` <span class="more muted">+${others.length}</span>` : nothing
          }`,
        title: findingsTitle(layer),
      };
    }
    case 'inputs': {
      const input = layer.activationStats?.input;
      const path = input && valuePath(input);
      if (!path) return measuring && layer.activationStats === null ? pending() : none;
      return { text: miniHistogram(path, input, null), label: rangeOf(input), title: statsTitle(input) };
    }
    case 'inputRange': {
      const input = layer.activationStats?.input;
      if (!input) return measuring && layer.activationStats === null ? pending() : none;
      return { text: rangeOf(input), title: statsTitle(input) };
    }
    default:
      return undefined;
  }
}

function weightsCell(layer: LayerReport, index: number, { pictures, running }: CellContext): CellContent {
  const { weightStats: stats, advice } = layer;
  if (!stats) return running ? pending() : none;
  const words = t('{0}, std. deviation {1}', formatInterval({ lo: stats.min, hi: stats.max }), formatReal(stats.std));
  const path = pictures.of(index);
  return { text: path === undefined ? nothing : miniHistogram(path, stats, advice?.clip ?? null), label: words, title: words };
}

/** The scheme of a layer's weight, with a mark where the user decided something of it. */
function schemeCell({ advice, errors }: LayerReport, planned: Planned | undefined): CellContent {
  const scheme = planned ? planned.weight : (advice?.scheme ?? null);
  const chosen = (planned?.chosen.length ?? 0) > 0;
  const { format, granularity, clipping } = schemeParts(scheme ?? t('float'));
  const rest = planned?.clip ? [granularity, t('own range')] : [granularity, clipping];
  const mark = chosen
    ? html`<span class="mine" aria-hidden="true">${icon('edit')}</span><span class="visually-hidden">${t('Your choice:')}</span> `
    : nothing;
  const bits = scheme === null ? undefined : (errors.find((error) => error.scheme === scheme)?.bits ?? advice?.bits);
  const words = planned ? plannedWords(planned) : [];
  const causes = [...(planned?.equalizedBy ? (['layer-imbalance'] as const) : []), ...(planned?.transforms ?? []).map(causeOf)];
  const done =
    words.length === 0
      ? nothing
      : html`<span class="mine">${[...new Set(causes)].map(causeIcon)}</span><span class="visually-hidden">${words.join(', ')}:</span> `;
  return {
    text: html`${mark}${done}<strong>${format}</strong
      ><span class="rest"
        >${rest
          .filter(Boolean)
          .map((part) => `/${part}`)
          .join('')}</span
      >`,
    title: [
      ...(chosen ? [t('Your choice')] : []),
      scheme ?? t('It stays in float, as it is stored.'),
      ...(bits === undefined ? [] : [t('{0} bits', bits)]),
      ...(scheme === null ? [] : [familyLabel(schemeParts(scheme))]),
      ...(planned?.clip ? [t('Clip range of your own: {0}', formatInterval(planned.clip))] : []),
      ...words,
      ...(planned && planned.activation !== null ? [t('Takes in: {0}', planned.activation)] : []),
      t('F2 changes it.'),
    ].join('\n'),
    classes: chosen ? 'changed' : '',
  };
}

/** The best that `bits` bits keep. It needs no advice: a layer that stays in float has these figures too. */
function heatCell(layer: LayerReport, index: number, bits: number, context: CellContext): CellContent {
  const { target, running, measuring, basis, planned } = context;
  const best = heatAt(layer, bits, basis);
  if (!best) return measuring || (running && layer.weightStats === null) ? pending() : none;
  const chosen = bits === layer.advice?.bits;
  const values = [bits, formatDb(best.sqnrDb), familyLabel(schemeParts(best.scheme))] as const;
  const other = best.of !== basis;
  const title =
    best.of === 'weights'
      ? t('{0} bits: {1} dB with {2}', ...values)
      : best.how === 'predicted'
        ? t('{0} bits: {1} dB at the outputs with {2}, predicted', ...values)
        : t('{0} bits: {1} dB at the outputs with {2}, measured', ...values);
  return {
    text: formatDb(best.sqnrDb),
    title: [
      chosen ? `${title} (${planned.at(index)?.chosen.length ? t('your choice') : t('suggested')})` : title,
      ...(other ? [t('Of the weights only: what it does to the outputs is not known yet.')] : []),
    ].join('\n'),
    classes: `tint ${other ? 'of-weights' : heatOf(best.sqnrDb, target)} ${best.how ?? ''} ${chosen ? 'chosen' : ''}`,
  };
}

/** What the cell of `layer`, the `index`th of the model, holds in `column`. */
export function cellContent(layer: LayerReport, index: number, { id, bits }: Column, context: CellContext): CellContent {
  const { running, planned } = context;
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
    case 'weights':
      return weightsCell(layer, index, context);
    case 'macs':
      return layer.macs === null
        ? { text: dash, title: t('The shapes could not be inferred.'), classes: 'muted' }
        : { text: formatCompact(layer.macs), title: formatCount(layer.macs) };
  }
  const found = foundCell(layer, id, context);
  if (found) return found;
  if (id === 'suggested' && layer.problem === undefined && layer.errors.length > 0) return schemeCell(layer, planned.at(index));
  if (bits !== undefined) return heatCell(layer, index, bits, context);
  if (!advice) return running && layer.weightStats === null ? pending() : none;
  switch (id) {
    case 'clip':
      // what a found plan gives a layer may not have been measured here
      if (Number.isNaN(advice.clip.lo)) return none;
      return { text: formatInterval(advice.clip), title: formatInterval(advice.clip) };
    case 'sqnr':
      return { text: formatDb(advice.sqnrDb), ...(advice.sqnrDb === null ? { title: t('no error at all') } : {}) };
  }
  return { text: nothing };
}
