import type { SparseHistogram } from '../statistics/sparse.js';
import { bitsFromFloat, floatFromBits } from '../kernels/bits.js';

/**
 * Values as counts over buckets of float32 bits, with their sums from the top, so that the error of a quantizer can be told without visiting the
 * values again. Within a bucket values are taken to be spread evenly: a value that this puts on the wrong side of a code boundary costs the
 * same error to second order, because at the boundary both codes are equally far.
 *
 * `edges` ascends. The buckets of magnitudes m are `clamp((bits(m) >>> shift) − base, 0, buckets − 1)`, those of negative values come first, reversed.
 */
export interface Distribution {
  readonly shift: number;
  readonly octaves: number;
  /** Whether negative values are kept apart; otherwise the distribution is that of |x|. */
  readonly signed: boolean;
  base: number;
  buckets: number;
  /** Buckets in use: `buckets`, or twice as many. The arrays may be longer. */
  size: number;
  readonly edges: Float64Array;
  /** Per bucket: how many values. */
  readonly counts: Float64Array;
  /** Sums over this bucket and all above it: of 1, x and x²; 0 at `size`. */
  readonly above0: Float64Array;
  readonly above1: Float64Array;
  readonly above2: Float64Array;
  /** Where the arrays lie in the kernels' memory, if they do: there the kernels may look things up. */
  readonly address: number | null;
}

/** Number of the bucket of magnitude `m` before clamping. */
export function magnitudeBucket(m: number, shift: number): number {
  return bitsFromFloat(m) >>> shift;
}

/** Number of the first bucket and how many there are, for magnitudes up to `largest`. */
export function bucketsFor(largest: number, octaves: number, shift: number): { readonly base: number; readonly buckets: number } {
  const top = magnitudeBucket(largest, shift);
  const buckets = Math.min(octaves * 2 ** (23 - shift), top + 1);
  return { base: top + 1 - buckets, buckets };
}

/**
 * An empty distribution of values up to `largest` in magnitude, `octaves` octaves deep; smaller values share the bucket next to zero.
 * `shift` 18 has 32 buckets to an octave, 16 has 128.
 */
export function emptyDistribution(largest: number, octaves: number, shift: number, signed: boolean): Distribution {
  const size = octaves * 2 ** (23 - shift) * (signed ? 2 : 1);
  const all = new Float64Array(5 * (size + 1));
  const floats = (which: number): Float64Array => all.subarray(which * (size + 1), (which + 1) * (size + 1));
  const d: Distribution = {
    shift,
    octaves,
    signed,
    base: 0,
    buckets: 0,
    size: 0,
    edges: floats(0),
    counts: floats(1),
    above0: floats(2),
    above1: floats(3),
    above2: floats(4),
    address: null,
  };
  clear(d, largest);
  return d;
}

const knownEdges = new Map<number, Float64Array>();

/** Edges of the buckets from `base` on, the first at 0. Channels of a tensor are alike in size, so there are few of them. */
function magnitudeEdges(base: number, buckets: number, shift: number): Float64Array {
  const key = base * 32 + shift;
  let edges = knownEdges.get(key);
  if (!edges || edges.length < buckets) {
    edges = Float64Array.from({ length: buckets }, (_, i) => (i === 0 ? 0 : floatFromBits(((base + i) << shift) >>> 0)));
    if (knownEdges.size > 256) knownEdges.clear();
    knownEdges.set(key, edges);
  }
  return edges;
}

/** Empties a distribution and sets it up for values up to `largest` in magnitude. */
function clear(d: Distribution, largest: number): void {
  const { base, buckets } = bucketsFor(largest, d.octaves, d.shift);
  const { edges } = d;
  const magnitudes = magnitudeEdges(base, buckets, d.shift);
  d.base = base;
  d.buckets = buckets;
  d.size = d.signed ? 2 * buckets : buckets;
  const offset = d.signed ? buckets : 0;
  for (let i = 0; i < buckets; i++) edges[offset + i] = magnitudes[i];
  edges[offset + buckets] = largest;
  if (d.signed) for (let i = 0; i <= buckets; i++) edges[offset - i] = -edges[offset + i];
  d.counts.fill(0, 0, d.size);
}

/** Brings the sums up to date with the counts. */
function accumulate(d: Distribution): void {
  const { edges, counts, above0, above1, above2, size } = d;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  above0[size] = above1[size] = above2[size] = 0;
  for (let i = size - 1; i >= 0; i--) {
    const n = counts[i];
    if (n !== 0) {
      const a = edges[i];
      const b = edges[i + 1];
      s0 += n;
      s1 += (n * (a + b)) / 2;
      s2 += (n * (a * a + a * b + b * b)) / 3;
    }
    above0[i] = s0;
    above1[i] = s1;
    above2[i] = s2;
  }
}

/**
 * Makes `d` the distribution of values up to `largest` that `table` counts as the `histogramLog` kernel does: magnitudes of values ≥ 0, then of negative ones. `missing` of
 * its zeros stand for values that are not finite, and are left out.
 */
export function fillFromLog(d: Distribution, largest: number, table: Uint32Array, missing: number): void {
  clear(d, largest);
  const { counts, buckets, signed } = d;
  if (signed)
    for (let i = 0; i < buckets; i++) {
      counts[buckets + i] = table[i];
      counts[buckets - 1 - i] = table[buckets + i];
    }
  else for (let i = 0; i < buckets; i++) counts[i] = table[i] + table[buckets + i];
  counts[signed ? buckets : 0] -= missing;
  accumulate(d);
}

/** The distribution behind a histogram by upper 16 bits, `largest` its largest magnitude. */
export function fromHistogram({ buckets, counts }: SparseHistogram, largest: number, signed: boolean): Distribution {
  const d = emptyDistribution(largest, 24, 16, signed);
  for (let i = 0; i < buckets.length; i++) {
    const [b, n] = [buckets[i], counts[i]];
    const at = Math.min(Math.max((b & 0x7fff) - d.base, 0), d.buckets - 1);
    if (signed) d.counts[b >= 0x8000 ? d.buckets - 1 - at : d.buckets + at] += n;
    else d.counts[at] += n;
  }
  accumulate(d);
  return d;
}

/** A quotient that is 0 where a bucket has no width: the last one, when the largest magnitude is where it begins. */
const perWidth = (a: number, width: number): number => (width > 0 ? a / width : 0);

function locate(d: Distribution, t: number): number {
  const m = Math.min(Math.max(magnitudeBucket(Math.abs(t), d.shift) - d.base, 0), d.buckets - 1);
  return !d.signed ? (t < 0 ? 0 : m) : t < 0 ? d.buckets - 1 - m : d.buckets + m;
}

/** How many values are above t. */
export function countAbove(d: Distribution, t: number): number {
  const { edges, counts, above0 } = d;
  if (t >= edges[d.size]) return 0;
  if (t <= edges[0]) return above0[0];
  const i = locate(d, t);
  return above0[i + 1] + perWidth(counts[i] * (edges[i + 1] - t), edges[i + 1] - edges[i]);
}

/**
 * `one`·N + `two`·Σx, with N and Σx over the values above t: the sum that grid errors are made of, in a single look-up because searches live on it.
 */
export function weightAbove(d: Distribution, t: number, one: number, two: number): number {
  const { edges, counts, above0, above1 } = d;
  if (t >= edges[d.size]) return 0;
  if (t <= edges[0]) return one * above0[0] + two * above1[0];
  const i = locate(d, t);
  const b = edges[i + 1];
  const n = perWidth(counts[i] * (b - t), b - edges[i]);
  return one * (above0[i + 1] + n) + two * (above1[i + 1] + (n * (b + t)) / 2);
}

/** Σ(x − v)² over the values between t and u > t. */
export function squaresBetween(d: Distribution, t: number, u: number, v: number): number {
  return squaresAbove(d, t) - squaresAbove(d, u) + weightAbove(d, t, v * v, -2 * v) - weightAbove(d, u, v * v, -2 * v);
}

/** Σx² over the values above t. */
function squaresAbove(d: Distribution, t: number): number {
  const { edges, counts, above2 } = d;
  if (t >= edges[d.size]) return 0;
  if (t <= edges[0]) return above2[0];
  const i = locate(d, t);
  const b = edges[i + 1];
  return above2[i + 1] + perWidth(counts[i] * (b * b * b - t * t * t), 3 * (b - edges[i]));
}

/** As the kernels have it; what `**` gives differs from engine to engine in the last bit. */
const cube = (v: number): number => v * v * v;

/** Σ(x − t)² over the values above t. */
export function overloadAbove(d: Distribution, t: number): number {
  const { edges, counts, above0, above1, above2 } = d;
  if (t >= edges[d.size]) return 0;
  if (t <= edges[0]) return above2[0] - 2 * t * above1[0] + t * t * above0[0];
  const i = locate(d, t);
  const b = edges[i + 1];
  const inside = perWidth(counts[i] * cube(b - t), 3 * (b - edges[i]));
  return Math.max(0, above2[i + 1] - 2 * t * above1[i + 1] + t * t * above0[i + 1]) + inside;
}

/** Σ(x − t)² over the values below t. */
export function overloadBelow(d: Distribution, t: number): number {
  const { edges, counts, above0, above1, above2 } = d;
  if (t <= edges[0]) return 0;
  const all0 = above0[0];
  const all1 = above1[0];
  const all2 = above2[0];
  if (t >= edges[d.size]) return all2 - 2 * t * all1 + t * t * all0;
  const i = locate(d, t);
  const a = edges[i];
  const inside = perWidth(counts[i] * cube(t - a), 3 * (edges[i + 1] - a));
  return Math.max(0, all2 - above2[i] - 2 * t * (all1 - above1[i]) + t * t * (all0 - above0[i])) + inside;
}
