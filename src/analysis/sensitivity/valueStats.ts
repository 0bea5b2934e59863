import { displayHistogram } from '../../core/statistics/display.js';
import { toDense } from '../../core/statistics/sparse.js';
import type { ValueFacts } from '../../engine/index.js';
import type { ValueStats } from '../../report/types.js';

/** Bins of the histograms in a report. */
const BINS = 128;

const known = new WeakMap<ValueFacts, ValueStats>();
const behind = new WeakMap<ValueStats, ValueFacts>();

/** What the figures of a value were made from; undefined where they were not made here. */
export const factsOf = (stats: ValueStats): ValueFacts | undefined => behind.get(stats);

/** What a report says of a value; the same facts are asked for again and again while a run goes on. */
export function valueStats(facts: ValueFacts | null): ValueStats | null {
  if (!facts) return null;
  const before = known.get(facts);
  if (before) return before;
  const stats = statsOf(facts);
  known.set(facts, stats);
  behind.set(stats, facts);
  return stats;
}

function statsOf({ value, total, kind, statistics, bounds, histogram, clips }: ValueFacts): ValueStats {
  const { min, max, mean, std, kurtosis, zeros, nan, inf, count } = statistics;
  const stats = { value, elements: total, count, kind, min, max, mean, std, kurtosis, zeros, nan, inf };
  const { edges, counts } = displayHistogram(toDense(histogram), statistics, BINS);
  return {
    ...stats,
    ...(bounds.lo > -Infinity || bounds.hi < Infinity ? { bounds: { lo: finite(bounds.lo), hi: finite(bounds.hi) } } : {}),
    ...(count > 0 ? { histogram: { lo: edges[0], hi: edges[BINS], counts: Array.from(counts, Math.round) }, clips } : {}),
  };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
