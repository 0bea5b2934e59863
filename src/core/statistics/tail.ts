import { floatFromBits } from '../kernels/bits.js';
import type { SparseHistogram } from './sparse.js';

/** The share of the values that may lie beyond the tail. */
const BEYOND = 1 / 1000;

/**
 * The magnitude that all but a thousandth of the values stay below (all but one, where there are fewer than two thousand), to a part in 256. Null when there
 * are fewer than two values.
 */
export function tailMagnitude({ buckets, counts }: SparseHistogram): number | null {
  const magnitudes = new Map<number, number>();
  let total = 0;
  buckets.forEach((bucket, i) => {
    magnitudes.set(bucket & 0x7fff, (magnitudes.get(bucket & 0x7fff) ?? 0) + counts[i]);
    total += counts[i];
  });
  if (total < 2) return null;
  let left = Math.max(1, Math.floor(total * BEYOND));
  for (const [bucket, count] of [...magnitudes].sort(([a], [b]) => b - a)) {
    if (count > left) return floatFromBits((bucket << 16) | 0x8000);
    left -= count;
  }
  return null;
}
