import { floatRounder, roundHalfEven } from '../formats/index.js';
import type { FloatGrid, IntegerGrid } from './grids.js';

/**
 * Plain twins of the kernels: the same definitions, one element at a time. They are the oracle of the kernels' tests and serve values whose squares
 * would leave float32's range. Sums are in float64.
 */

/** Sums over e = x̂ − x of one or more stretches under one quantizer. */
export interface ErrorSums {
  squares: number;
  /** Σx·e. */
  products: number;
  /** max |e|. */
  max: number;
  /** Elements outside the clip range. */
  outside: number;
}

export const noErrors = (): ErrorSums => ({ squares: 0, products: 0, max: 0, outside: 0 });

export function addErrorSums(to: ErrorSums, more: Readonly<ErrorSums>): void {
  to.squares += more.squares;
  to.products += more.products;
  to.max = Math.max(to.max, more.max);
  to.outside += more.outside;
}

/** Code of one value: clamp(roundHalfEven(x / scale) + zeroPoint, qmin, qmax), the division in float32. */
export function affineCode(x: number, grid: IntegerGrid): number {
  const q = roundHalfEven(Math.fround(x / grid.scale)) + grid.zeroPoint;
  return Math.min(grid.qmax, Math.max(grid.qmin, q));
}

/** Fake-quantized value; never −0. */
export function affineValue(x: number, grid: IntegerGrid): number {
  return Math.fround((affineCode(x, grid) - grid.zeroPoint) * grid.scale) + 0;
}

/** Value of a float format nearest to x (ties to even), scaled; saturates; −0 keeps its sign. */
export function floatValue(x: number, { format, scale }: FloatGrid): number {
  return Math.fround(floatRounder({ ...format, overflow: 'saturate' }, 'nearest-even')(Math.fround(x / scale)) * scale);
}

/** Errors of `quantized` against `x`, both float32, with the clip range [lo, hi]. */
export function errorSumsOf(x: Float32Array, quantized: Float32Array, lo: number, hi: number): ErrorSums {
  const sums = noErrors();
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    const e = Math.fround(quantized[i] - v);
    const a = Math.abs(e);
    sums.squares += e * e;
    sums.products += v * e;
    if (a > sums.max) sums.max = a;
    if (v < lo || v > hi) sums.outside++;
  }
  return sums;
}

export const affineErrors = (x: Float32Array, grid: IntegerGrid): ErrorSums =>
  errorSumsOf(
    x,
    x.map((v) => affineValue(v, grid)),
    grid.lo,
    grid.hi,
  );
export const floatErrors = (x: Float32Array, grid: FloatGrid): ErrorSums =>
  errorSumsOf(
    x,
    x.map((v) => floatValue(v, grid)),
    grid.lo,
    grid.hi,
  );

/** One record of the `moments` kernel for one run: finite count, shift, Σd…Σd⁴ with d = x − shift, min, max, zeros, NaNs, infinities. */
export function moments(x: Float32Array): Float64Array {
  const out = new Float64Array(11);
  out[6] = Infinity;
  out[7] = -Infinity;
  for (const v of x) {
    if (Number.isNaN(v)) out[9]++;
    else if (!Number.isFinite(v)) out[10]++;
    else {
      if (out[0]++ === 0) out[1] = v;
      const d = v - out[1];
      out[2] += d;
      out[3] += d * d;
      out[4] += d * d * d;
      out[5] += d * d * d * d;
      out[6] = Math.min(out[6], v);
      out[7] = Math.max(out[7], v);
      if (v === 0) out[8]++;
    }
  }
  return out;
}

const bitsOf = (x: Float32Array): Uint32Array => new Uint32Array(x.buffer, x.byteOffset, x.length);

/** Counts by the upper 16 bits. */
export function histogram16(x: Float32Array): Uint32Array {
  const counts = new Uint32Array(65536);
  for (const b of bitsOf(x)) counts[b >>> 16]++;
  return counts;
}

/** Counts by sign and magnitude, 32 buckets to an octave. */
export function histogramLog(x: Float32Array, base: number, buckets: number): Uint32Array {
  const counts = new Uint32Array(2 * buckets);
  for (const b of bitsOf(x)) {
    const at = Math.min(Math.max(((b & 0x7fffffff) >>> 18) - base, 0), buckets - 1);
    counts[at + (b >>> 31 === 1 ? buckets : 0)]++;
  }
  return counts;
}

/** Counts of |x| in equal bins: min(⌊|x|·factor⌋, bins − 1). */
export function histogramAbsolute(x: Float32Array, factor: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (const v of x) counts[Math.min(Math.floor(Math.fround(Math.abs(v) * factor)), bins - 1)]++;
  return counts;
}

/** A [outer, channels, inner] slab in channel-major order. */
export function channelMajor(x: Float32Array, outer: number, channels: number, inner: number): Float32Array {
  const out = new Float32Array(x.length);
  let at = 0;
  for (let o = 0; o < outer; o++)
    for (let c = 0; c < channels; c++) for (let i = 0; i < inner; i++) out[(c * outer + o) * inner + i] = x[at++];
  return out;
}
