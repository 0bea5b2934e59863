import { BUCKETS } from '../statistics/histogram.js';
import { bitsFromFloat, floatFromBits } from '../kernels/bits.js';
import type { Format } from '../formats/index.js';
import type { ErrorDetails } from '../tensor.js';
import { codeCount, codeStatistics, countCodes, newCodeCounts, type CodeCounts } from './codes.js';
import { histogramDivergence } from './divergence.js';

/** What a closer look at a quantized tensor gathers, piece by piece. */
export interface DetailSums {
  count: number;
  absolutes: number;
  /** Σ(x̂ − x). */
  errors: number;
  /** Σ(x̂ − x)² over the values outside their clip range. */
  overload: number;
  squares: number;
  zeros: number;
  readonly codes: CodeCounts;
  /** Counts of x̂ by its upper 16 bits. */
  readonly histogram: Uint32Array;
}

export const newDetails = (): DetailSums => ({
  count: 0,
  absolutes: 0,
  errors: 0,
  overload: 0,
  squares: 0,
  zeros: 0,
  codes: newCodeCounts(),
  histogram: new Uint32Array(BUCKETS),
});

/** Adds finite values `x` with what they became and their codes. An overflow to infinity or NaN has no place in the sums. */
export function addDetails(to: DetailSums, x: Float32Array, quantized: Float32Array, codes: Int32Array, lo: number, hi: number): void {
  countCodes(to.codes, codes);
  for (let i = 0; i < x.length; i++) {
    const q = quantized[i];
    const e = q - x[i];
    if (!Number.isFinite(e)) continue;
    to.count++;
    to.absolutes += Math.abs(e);
    to.errors += e;
    to.squares += e * e;
    if (x[i] < lo || x[i] > hi) to.overload += e * e;
    if (q === 0) to.zeros++;
    to.histogram[bitsFromFloat(q) >>> 16]++;
  }
}

/** Bins over the range of x in which the divergence is taken. */
export const DIVERGENCE_BINS = 256;

/** The figures of a closer look. `reference` has the values themselves in `DIVERGENCE_BINS` equal bins over [min, max]. */
export function detailsOf(sums: DetailSums, format: Format, min: number, max: number, reference: ArrayLike<number>): ErrorDetails {
  const n = Math.max(1, sums.count);
  const { used, entropy } = codeStatistics(sums.codes, codeCount(format));
  return {
    mae: sums.absolutes / n,
    bias: sums.errors / n,
    granularMse: Math.max(0, sums.squares - sums.overload) / n,
    overloadMse: sums.overload / n,
    codeEntropy: entropy,
    usedCodes: used,
    sparsity: sums.zeros / n,
    kl: histogramDivergence(reference, spreadLevels(sums.histogram, min, max, DIVERGENCE_BINS)),
  };
}

/**
 * Counts of quantized values in equal bins over [min, max], each level's count spread evenly over the values that are nearer to it than to the levels beside it: what a
 * histogram of the values would be if all that is known of them is their level.
 */
export function spreadLevels(histogram: Uint32Array, min: number, max: number, bins: number): Float64Array {
  const out = new Float64Array(bins);
  const levels: { readonly at: number; readonly count: number }[] = [];
  const take = (bucket: number): void => {
    if (histogram[bucket] > 0) {
      const middle = (floatFromBits(bucket << 16) + floatFromBits((bucket << 16) | 0xffff)) / 2;
      levels.push({ at: Math.min(max, Math.max(min, middle)), count: histogram[bucket] });
    }
  };
  for (let b = 0xff7f; b >= 0x8000; b--) take(b);
  for (let b = 0; b < 0x7f80; b++) take(b);
  if (!(max > min)) return out;
  const width = (max - min) / bins;
  const binOf = (v: number): number => Math.min(bins - 1, Math.max(0, Math.floor((v - min) / width)));
  levels.forEach(({ at, count }, i) => {
    const from = i === 0 ? min : (levels[i - 1].at + at) / 2;
    const to = i === levels.length - 1 ? max : (at + levels[i + 1].at) / 2;
    const [first, last] = [binOf(from), binOf(to)];
    if (first === last || !(to > from)) out[binOf(at)] += count;
    else
      for (let b = first; b <= last; b++) {
        const overlap = Math.min(to, min + (b + 1) * width) - Math.max(from, min + b * width);
        out[b] += (count * Math.max(0, overlap)) / (to - from);
      }
  });
  return out;
}
