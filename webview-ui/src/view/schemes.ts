/** What the page knows of scheme strings: `format/granularity/clipping[/rounding]`. */
import type { LayerError, LayerReport } from '../../../src/report/types.js';
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
  return clipping;
}

/** `per channel, MSE clip`: what a scheme is beside its width. */
export const familyLabel = ({ format, granularity, clipping }: SchemeParts): string =>
  [granularityLabel(granularity), clippingLabel(clipping), format.startsWith('uint') ? t('unsigned') : ''].filter(Boolean).join(t(', '));

/** The heat strip's widths. */
export const widths: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

/** An error of zero is better than any decibels. */
export const rank = (sqnrDb: number | null): number => sqnrDb ?? Infinity;

const integerErrors = (layer: LayerReport): readonly LayerError[] =>
  layer.errors.filter(({ scheme, target }) => target === 'weight' && integerBits(schemeParts(scheme).format) !== null);

function bestByBits(layer: LayerReport): ReadonlyMap<number, LayerError> {
  const best = new Map<number, LayerError>();
  for (const error of integerErrors(layer)) {
    const other = best.get(error.bits);
    if (!other || rank(error.sqnrDb) > rank(other.sqnrDb)) best.set(error.bits, error);
  }
  return best;
}

// sorting and scrolling ask for the same layers over and over
const known = new WeakMap<LayerReport, ReadonlyMap<number, LayerError>>();

/** The integer scheme that does best with `bits` bits; undefined when none of that width was measured. */
export function bestAt(layer: LayerReport, bits: number): LayerError | undefined {
  let best = known.get(layer);
  if (!best) known.set(layer, (best = bestByBits(layer)));
  return best.get(bits);
}

/** Integer schemes that differ only in their width, by ascending width. */
export interface Family {
  readonly label: string;
  readonly errors: readonly LayerError[];
}

export function families(layer: LayerReport): readonly Family[] {
  const byLabel = new Map<string, LayerError[]>();
  for (const error of integerErrors(layer)) {
    if (error.bits < widths[0] || error.bits > widths[widths.length - 1]) continue;
    const label = familyLabel(schemeParts(error.scheme));
    const errors = byLabel.get(label);
    if (errors) errors.push(error);
    else byLabel.set(label, [error]);
  }
  return [...byLabel].map(([label, errors]) => ({ label, errors: errors.sort((a, b) => a.bits - b.bits) }));
}

/** The measured error of the suggested scheme. */
export const advisedError = (layer: LayerReport): LayerError | undefined =>
  layer.advice === null ? undefined : layer.errors.find(({ scheme }) => scheme === layer.advice?.scheme);
