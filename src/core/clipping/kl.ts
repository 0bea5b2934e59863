import { payloadBits } from '../formats/index.js';
import type { ClippingMethod } from './run.js';

/** Bins of |x| that TensorRT's calibrator counts in. */
export const KL_BINS = 2048;

/**
 * TensorRT's entropy calibration (S. Migacz, "8-bit Inference with TensorRT", GTC 2017). `counts` are equal bins over [0, largest]. For each number i of bins kept,
 * P is the first i bins with all outliers added to the last, Q the first i bins merged into `levels` and spread again over the bins that are not empty;
 * the threshold is (i + ½) bin widths for the i with the least KL(P ‖ Q), and `largest` when nothing is cut. 128 levels are TensorRT's, for 8 bits.
 *
 * KL is told level by level, for Q is constant over a level's non-empty bins: Σ P log P − Σ_levels P(level)·log Q(level).
 */
export function klClip(counts: ArrayLike<number>, largest: number, levels: number): number {
  const bins = counts.length;
  const sum = new Float64Array(bins + 1);
  const filled = new Float64Array(bins + 1);
  const plogp = new Float64Array(bins + 1);
  for (let i = 0; i < bins; i++) {
    const c = counts[i];
    sum[i + 1] = sum[i] + c;
    filled[i + 1] = filled[i] + (c > 0 ? 1 : 0);
    plogp[i + 1] = plogp[i] + (c > 0 ? c * Math.log(c) : 0);
  }
  const total = sum[bins];
  let best = bins;
  let least = Infinity;
  // Levels are as wide for `levels` numbers of bins one after the other, and all but the last are the same bins then.
  let width = -1;
  let whole = 0;
  for (let i = Math.min(levels, bins); i <= bins; i++) {
    const merged = Math.floor(i / levels);
    if (merged !== width) {
      width = merged;
      whole = 0;
      for (let level = 0; level < levels - 1; level++) {
        const q = sum[(level + 1) * merged] - sum[level * merged];
        if (q > 0) whole += q * Math.log(q / (filled[(level + 1) * merged] - filled[level * merged]));
      }
    }
    const kept = sum[i];
    const outliers = total - kept;
    const last = counts[i - 1];
    // Q is zero in an empty last bin where P has the outliers: an infinite divergence.
    if (kept === 0 || (last === 0 && outliers > 0)) continue;
    const end = last + outliers;
    const from = (levels - 1) * merged;
    const q = kept - sum[from];
    let divergence = plogp[i - 1] + (end > 0 ? end * Math.log(end) : 0) - whole;
    if (q > 0) divergence -= (q + outliers) * Math.log(q / (filled[i] - filled[from]));
    // Both are brought to sum 1: P by total, Q by what was kept.
    const kl = divergence / total + Math.log(kept / total);
    if (kl < least) {
      least = kl;
      best = i;
    }
  }
  return best >= bins ? largest : ((best + 0.5) * largest) / bins;
}

/** Clipping method `kl`: ±clip. Formats of b bits have 2^(b−1) levels on each side. */
export const kl: ClippingMethod = ({ format }, run) => {
  const largest = Math.max(-run.min, run.max);
  if (run.count === 0 || largest === 0) return { lo: run.min, hi: run.max };
  const levels = 2 ** Math.min(8, Math.max(2, payloadBits(format)) - 1);
  const clip = klClip(run.absolute(KL_BINS), largest, levels);
  return { lo: Math.max(-clip, run.min), hi: Math.min(clip, run.max) };
};
