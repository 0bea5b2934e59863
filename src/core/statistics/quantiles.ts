import { floatFromBits } from '../kernels/bits.js';
import type { Histogram } from './histogram.js';

/** Probabilities whose quantiles are reported. */
export const PROBABILITIES: readonly number[] = [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1];

/**
 * Exact quantiles of the finite values of `x`: for probability p the value with rank ⌈p·n⌉ (the least for p = 0). NaN when nothing is finite. Sorts a copy.
 */
export function exactQuantiles(x: Float32Array, probabilities: readonly number[]): number[] {
  const sorted = x.filter(Number.isFinite).sort();
  return probabilities.map((p) =>
    sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))],
  );
}

/**
 * Quantiles from a histogram by upper 16 bits, for tensors too large to sort. Each is the middle of the bucket that holds the exact quantile, so it is off by at most a
 * part in 256 of its magnitude (or 2^-134 near zero).
 */
export function sketchedQuantiles({ counts }: Histogram, probabilities: readonly number[]): number[] {
  let total = 0;
  for (const c of counts) total += c;
  const order = [...ascendingBuckets()];
  return probabilities.map((p) => {
    const rank = Math.min(total, Math.max(1, Math.ceil(p * total)));
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
