import { floatFromBits } from '../kernels/bits.js';
import type { Histogram } from './histogram.js';
import type { Statistics } from './moments.js';

/**
 * A histogram for drawing: `bins` equal bins over [min, max], made of the buckets of `histogram`. A bucket's count is spread evenly over its width, so the
 * counts are not whole numbers but their sum is the number of finite elements. `edges` has one more entry than `counts`. A constant tensor
 * gets a range of width 1 about its value.
 */
export function displayHistogram(
  histogram: Histogram,
  statistics: Statistics,
  bins: number,
): { edges: Float64Array; counts: Float64Array } {
  const flat = !(statistics.max > statistics.min);
  const lo = flat ? statistics.min - 0.5 : statistics.min;
  const hi = flat ? statistics.max + 0.5 : statistics.max;
  const width = (hi - lo) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? hi : lo + i * width));
  const counts = new Float64Array(bins);
  const binOf = (x: number): number => Math.min(bins - 1, Math.max(0, Math.floor((x - lo) / width)));
  for (let bucket = 0; bucket < 65536; bucket++) {
    const count = histogram.counts[bucket];
    if (count === 0) continue;
    const near = floatFromBits(bucket << 16);
    const far = floatFromBits((bucket << 16) | 0xffff);
    const from = Math.max(lo, Math.min(near, far));
    const to = Math.min(hi, Math.max(near, far));
    const first = binOf(from);
    const last = binOf(to);
    if (flat || first === last || !(to > from)) counts[binOf(flat ? statistics.min : from)] += count;
    else
      for (let i = first; i <= last; i++) {
        counts[i] += (count * (Math.min(to, edges[i + 1]) - Math.max(from, edges[i]))) / (to - from);
      }
  }
  return { edges, counts };
}
