import type { ClippingMethod } from './run.js';

/** Bins of |x| that ONNX Runtime's percentile calibrator counts in. */
export const PERCENTILE_BINS = 2048;

/**
 * The edge of the bin of |x| in which the share of values below reaches `percentile`, as ONNX Runtime's percentile calibrator has it:
 * `edges[searchsorted(cumsum(counts) / total, percentile / 100)]`. `counts` are equal bins over [0, largest].
 */
export function percentileClip(counts: ArrayLike<number>, largest: number, percentile: number): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    below += counts[i];
    if (below / total >= percentile / 100) return (largest * i) / counts.length;
  }
  return largest;
}

/** Clipping method `percentile`: ±clip, cut to [min, max] as ONNX Runtime's tools do. */
export const percentile: ClippingMethod = ({ clipping }, run) => {
  const largest = Math.max(-run.min, run.max);
  if (run.count === 0 || largest === 0 || clipping.method !== 'percentile') return { lo: run.min, hi: run.max };
  const clip = percentileClip(run.absolute(PERCENTILE_BINS), largest, clipping.percentile);
  // A run whose values share one bin (a single element, say) has its clip at 0, which would erase it.
  return clip > 0 ? { lo: Math.max(-clip, run.min), hi: Math.min(clip, run.max) } : { lo: run.min, hi: run.max };
};
