/** Histograms so small that they fit into a row of a table. */
import type { ValueStats } from '../../../src/report/types.js';

/** Bars of one. */
export const MINI_BINS = 24;
/** Height of its picture; a bar is one wide. */
export const MINI_HEIGHT = 16;

/** Outline of the bars, as the `d` of an SVG path. Heights go by square roots, so that tails can be seen beside the middle. */
export function miniPath(counts: ArrayLike<number>): string {
  let most = 0;
  for (let i = 0; i < counts.length; i++) most = Math.max(most, counts[i]);
  if (most === 0) return '';
  let path = `M0 ${MINI_HEIGHT}`;
  for (let i = 0; i < counts.length; i++) {
    const height = counts[i] > 0 ? Math.max(1, Math.round(Math.sqrt(counts[i] / most) * MINI_HEIGHT)) : 0;
    path += `V${MINI_HEIGHT - height}H${i + 1}`;
  }
  return `${path}V${MINI_HEIGHT}Z`;
}

/** Counts in `bins` equal bins from counts in more of them; each goes where its middle is. */
export function coarser(counts: readonly number[], bins: number): Float64Array {
  const out = new Float64Array(bins);
  counts.forEach((count, i) => (out[Math.min(bins - 1, Math.floor(((i + 0.5) * bins) / counts.length))] += count));
  return out;
}

const known = new WeakMap<ValueStats, string>();

/** The picture of a value that was seen in a run; empty where there is none. */
export function valuePath(stats: ValueStats): string {
  let path = known.get(stats);
  if (path === undefined) known.set(stats, (path = stats.histogram ? miniPath(coarser(stats.histogram.counts, MINI_BINS)) : ''));
  return path;
}

/** Where in a picture of [min, max] `value` lies, 0…MINI_BINS; null outside. */
export const miniPlace = (value: number, min: number, max: number): number | null =>
  max > min && value > min && value < max ? ((value - min) / (max - min)) * MINI_BINS : null;
