import { clippable, codec, type Scheme } from '../formats/index.js';

const NOTHING = new Float32Array(0);

/**
 * Σ(x̂ − x)² over the finite values of one run that lie outside [lo, hi], the clip range they were quantized with: the part of the squared error that is saturation. Null
 * for formats without a clip range (see `clippable`), and for those that look at the values to be fitted.
 */
export function overloadOf({ format, rounding }: Scheme, values: Float32Array, [lo, hi]: readonly [number, number]): number | null {
  if (clippable(format) === null || codec(format).needs !== 'clip') return null;
  const outside = values.filter((v) => (v < lo || v > hi) && Number.isFinite(v));
  const quantized = new Float32Array(outside.length);
  codec(format).fit(NOTHING, { lo, hi }).fakeQuantize(outside, quantized, rounding);
  return outside.reduce((sum, v, i) => sum + (quantized[i] - v) ** 2, 0);
}
