/** What the page knows of scheme strings: `format/granularity/clipping[/rounding]`. */
import type { LayerError, LayerReport, Sensitivity } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';

export interface SchemeParts {
  readonly format: string;
  /** `tensor`, `channel`, `block:32`; empty when the format brings its own. */
  readonly granularity: string;
  readonly clipping: string;
}

export function schemeParts(scheme: string): SchemeParts {
  const [format, granularity = '', clipping = ''] = scheme.split('/');
  return { format, granularity, clipping };
}

/** Bits of a linear integer format, else null: `int4` and `uint4` are 4, `bf16` is null. */
export const integerBits = (format: string): number | null => {
  const match = /^u?int(\d+)/.exec(format);
  return match ? Number(match[1]) : null;
};

export function granularityLabel(granularity: string): string {
  if (granularity === 'tensor') return t('per tensor');
  if (granularity === 'channel') return t('per channel');
  const size = /^block:(\d+)$/.exec(granularity)?.[1];
  return size === undefined ? granularity : t('blocks of {0}', size);
}

export function clippingLabel(clipping: string): string {
  if (clipping === 'minmax') return t('min–max');
  if (clipping === 'mse') return t('MSE clip');
  if (clipping.startsWith('fixed:')) return t('own range');
  return clipping;
}

/** `per channel, MSE clip`: what a scheme is beside its width. */
export const familyLabel = ({ format, granularity, clipping }: SchemeParts): string =>
  [granularityLabel(granularity), clippingLabel(clipping), format.startsWith('uint') ? t('unsigned') : ''].filter(Boolean).join(t(', '));

/** The heat strip's widths. */
export const widths: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

/** An error of zero is better than any decibels. */
export const rank = (sqnrDb: number | null): number => sqnrDb ?? Infinity;

/** What SQNR by bits is of: the weights themselves, or the model's outputs when only this layer's weights are quantized. */
export type Basis = 'weights' | 'outputs';

/** What a scheme keeps. */
export interface Kept {
  readonly scheme: string;
  readonly bits: number;
  /** dB; null when nothing changes. */
  readonly sqnrDb: number | null;
  /** Of the outputs, where not everything is measured. */
  readonly how?: Sensitivity['how'];
}

function keptBy(layer: LayerReport, basis: Basis): readonly Kept[] {
  const isInteger = ({ scheme, target }: { readonly scheme: string; readonly target: string }) =>
    target === 'weight' && integerBits(schemeParts(scheme).format) !== null;
  return basis === 'weights'
    ? layer.errors.filter(isInteger)
    : layer.sensitivity
        .filter(isInteger)
        .map(({ scheme, outputSqnrDb, how }) => ({ scheme, bits: integerBits(schemeParts(scheme).format)!, sqnrDb: outputSqnrDb, how }));
}

function bestByBits(layer: LayerReport, basis: Basis): ReadonlyMap<number, Kept> {
  const best = new Map<number, Kept>();
  for (const kept of keptBy(layer, basis)) {
    const other = best.get(kept.bits);
    if (!other || rank(kept.sqnrDb) > rank(other.sqnrDb)) best.set(kept.bits, kept);
  }
  return best;
}

// sorting and scrolling ask for the same layers over and over
const known = {
  weights: new WeakMap<LayerReport, ReadonlyMap<number, Kept>>(),
  outputs: new WeakMap<LayerReport, ReadonlyMap<number, Kept>>(),
};

/** The integer scheme that does best with `bits` bits; undefined when none of that width was measured. */
export function bestAt(layer: LayerReport, bits: number, basis: Basis = 'weights'): Kept | undefined {
  let best = known[basis].get(layer);
  if (!best) known[basis].set(layer, (best = bestByBits(layer, basis)));
  return best.get(bits);
}

/** A figure by bits, and what it is of. */
export interface HeatFigure extends Kept {
  readonly of: Basis;
}

/** What the heat strip shows for `bits` bits: of `basis` where that is known, else what the weights keep, which is there without a run. */
export function heatAt(layer: LayerReport, bits: number, basis: Basis): HeatFigure | undefined {
  const best = bestAt(layer, bits, basis);
  if (best) return { ...best, of: basis };
  const ofWeights = bestAt(layer, bits);
  return ofWeights && { ...ofWeights, of: 'weights' };
}

/** Schemes that belong together, by ascending width: integer ones differ in nothing else. */
export interface Family {
  readonly label: string;
  readonly errors: readonly Kept[];
  /** Whether its members differ in more than their width. */
  readonly mixed?: boolean;
}

export function families(layer: LayerReport, basis: Basis = 'weights'): readonly Family[] {
  const byLabel = new Map<string, Kept[]>();
  for (const kept of keptBy(layer, basis)) {
    if (kept.bits < widths[0] || kept.bits > widths[widths.length - 1]) continue;
    const label = familyLabel(schemeParts(kept.scheme));
    const errors = byLabel.get(label);
    if (errors) errors.push(kept);
    else byLabel.set(label, [kept]);
  }
  return [...byLabel].map(([label, errors]) => ({ label, errors: errors.sort((a, b) => a.bits - b.bits) }));
}

/** The measured error of the suggested scheme. */
export const advisedError = (layer: LayerReport): LayerError | undefined =>
  layer.advice === null ? undefined : layer.errors.find(({ scheme }) => scheme === layer.advice?.scheme);
