/** What several layers are together. */
import type { LayerReport, Sensitivity } from '../../../src/report/types.js';
import { causesOf, type Cause } from '../view/causes.js';
import { effectOf } from '../view/effects.js';
import { rank } from '../view/schemes.js';
import { sizes, type Sizes } from '../view/summary.js';

export interface Totals {
  readonly layers: number;
  /** A weight that several layers share counts once. */
  readonly parameters: number;
  /** Of the layers whose MACs are known; null when those of none are. */
  readonly macs: number | null;
  /** Suggested: least and most; null when nothing is suggested. */
  readonly bits: readonly [number, number] | null;
  /** dB of the layer that loses most; undefined when nothing is known, null when none loses anything. */
  readonly worstSqnrDb: number | null | undefined;
  readonly worstEffect: Sensitivity | undefined;
  /** With the number of layers that have it, the most frequent first. */
  readonly causes: readonly (readonly [Cause, number])[];
  readonly bytes: Sizes;
}

const least = <T>(items: readonly T[], of: (item: T) => number | null): T | undefined =>
  items.reduce<T | undefined>((worst, item) => (worst === undefined || rank(of(item)) < rank(of(worst)) ? item : worst), undefined);

export function totals(layers: readonly LayerReport[]): Totals {
  const weights = new Map(layers.map(({ weight, parameters }) => [weight, parameters]));
  const macs = layers.flatMap((layer) => layer.macs ?? []);
  const advised = layers.flatMap(({ advice }) => advice ?? []);
  const causes = new Map<Cause, number>();
  for (const layer of layers) for (const cause of causesOf(layer)) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  return {
    layers: layers.length,
    parameters: [...weights.values()].reduce((sum, count) => sum + count, 0),
    macs: macs.length > 0 ? macs.reduce((sum, count) => sum + count, 0) : null,
    bits: advised.length > 0 ? [Math.min(...advised.map(({ bits }) => bits)), Math.max(...advised.map(({ bits }) => bits))] : null,
    worstSqnrDb: least(advised, ({ sqnrDb }) => sqnrDb)?.sqnrDb,
    worstEffect: least(
      layers.flatMap((layer) => effectOf(layer) ?? []),
      ({ outputSqnrDb }) => outputSqnrDb,
    ),
    causes: [...causes].sort((a, b) => b[1] - a[1]),
    bytes: sizes(layers),
  };
}
