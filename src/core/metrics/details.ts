import { bitsFromFloat, floatFromBits } from '../kernels/bits.js';
import type { Format } from '../formats/index.js';
import type { ErrorDetails } from '../tensor.js';
import { codeCount, codeStatistics, count, counted, newTally, type Tally } from './codes.js';
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
  readonly codes: Tally;
  /** Counts of x̂ by its `levelKey`. */
  readonly levels: Tally;
}

/** Sums for a tensor of `elements` elements. */
export const newDetails = (elements: number): DetailSums => ({
  count: 0,
  absolutes: 0,
  errors: 0,
  overload: 0,
  squares: 0,
  zeros: 0,
  codes: newTally(elements),
  levels: newTally(elements),
});

/** The upper 16 bits of a float32, in an order that is that of the numbers. */
function levelKey(v: number): number {
  const bucket = bitsFromFloat(v) >>> 16;
  return bucket < 0x8000 ? bucket : 0x7fff - bucket;
}

/** The middle of the numbers with this key. */
function levelOf(key: number): number {
  const bucket = key >= 0 ? key : 0x7fff - key;
  return (floatFromBits(bucket << 16) + floatFromBits((bucket << 16) | 0xffff)) / 2;
}

/** Adds finite values `x` with what they became and their codes. An overflow to infinity or NaN has no place in the sums. */
export function addDetails(to: DetailSums, x: Float32Array, quantized: Float32Array, codes: Int32Array, lo: number, hi: number): void {
  for (const q of codes) count(to.codes, q);
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
    count(to.levels, levelKey(q));
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
    kl: histogramDivergence(reference, spreadLevels(sums.levels, min, max, DIVERGENCE_BINS)),
  };
}

/**
 * Counts of quantized values in equal bins over [min, max], each level's count spread evenly over the values that are nearer to it than to the levels beside it: what a
 * histogram of the values would be if all that is known of them is their level.
 */
export function spreadLevels(tally: Tally, min: number, max: number, bins: number): Float64Array {
  const out = new Float64Array(bins);
  const levels = counted(tally).map(([key, n]) => ({ at: Math.min(max, Math.max(min, levelOf(key))), count: n }));
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
