import { sortedFinite } from '../formats/sort.js';
import { floatFromBits } from '../kernels/bits.js';
import type { Histogram } from './histogram.js';

/** Probabilities whose quantiles are reported. */
export const PROBABILITIES: readonly number[] = [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1];

/** Below this the radix sort's tables cost more than they gain. */
const FEW = 4096;

/** The finite values of `x`, ascending. */
export const sorted = (x: Float32Array): Float32Array => (x.length < FEW ? x.filter(Number.isFinite).sort() : sortedFinite(x));

/** The rank, from 1, of the quantile for probability p among n values: ⌈p·n⌉, the least for p = 0. */
export const rankOf = (p: number, n: number): number => Math.min(n, Math.max(1, Math.ceil(p * n)));

/** Exact quantiles of ascending values: for each probability the value with its rank. NaN when there are none. */
export const exactQuantiles = (ascending: Float32Array, probabilities: readonly number[]): number[] =>
  probabilities.map((p) => (ascending.length === 0 ? NaN : ascending[rankOf(p, ascending.length) - 1]));

/**
 * Quantiles from a histogram by upper 16 bits, for tensors too large to sort. Each is the middle of the bucket that holds the exact quantile, so it is off by at most a
 * part in 256 of its magnitude (or 2^-134 near zero).
 */
export function sketchedQuantiles({ counts }: Histogram, probabilities: readonly number[]): number[] {
  let total = 0;
  for (const c of counts) total += c;
  const order = [...ascendingBuckets()];
  return probabilities.map((p) => {
    const rank = rankOf(p, total);
    let below = 0;
    for (const bucket of order) {
      below += counts[bucket];
      if (below >= rank && counts[bucket] > 0) return (floatFromBits(bucket << 16) + floatFromBits((bucket << 16) | 0xffff)) / 2;
    }
    return NaN;
  });
}

/** Buckets from the most negative to the largest finite value. */
function* ascendingBuckets(): Generator<number> {
  for (let b = 0xff7f; b >= 0x8000; b--) yield b;
  for (let b = 0; b < 0x7f80; b++) yield b;
}
