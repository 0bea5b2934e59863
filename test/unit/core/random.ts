import { seeded } from '../../../src/core/formats/index.js';
import type { TensorSource } from '../../../src/core/tensor.js';

/** Inverse of the standard normal distribution function, good to 1e-9 (P. Acklam). */
function probit(p: number): number {
  const a = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239];
  const b = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
  const c = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
  const at = (k: readonly number[], x: number): number => {
    let y = 0;
    for (let i = 0; i < k.length; i++) y = y * x + k[i];
    return y;
  };
  if (p > 0.5) return -probit(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return at(c, q) / at(d, q);
  }
  const q = p - 0.5;
  return (at(a, q * q) * q) / at(b, q * q);
}

/**
 * Seeded samples through an inverse distribution function, one in each of n equal shares of probability, so that sums over the tails vary little; in an order
 * that is mixed well enough.
 */
function stratified(n: number, seed: number, inverse: (p: number) => number): Float32Array {
  const random = seeded(seed);
  const out = new Float32Array(n);
  const stride = n % 7919 === 0 ? 7907 : 7919;
  for (let i = 0; i < n; i++) out[(i * stride) % n] = inverse((i + random() * 0.999 + 0.0005) / n);
  return out;
}

/** Samples of distributions with unit variance. */
export const gaussian = (n: number, seed: number): Float32Array => stratified(n, seed, probit);
export const laplace = (n: number, seed: number): Float32Array =>
  stratified(n, seed, (p) => (p < 0.5 ? Math.log(2 * p) : -Math.log(2 - 2 * p)) / Math.SQRT2);

export function uniform(n: number, seed: number, lo = -1, hi = 1): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: n }, () => lo + (hi - lo) * random());
}

/** A tensor in memory. */
export function tensorOf(
  values: Float32Array,
  shape: readonly number[] = [values.length],
  channelAxis: number | null = null,
): TensorSource {
  return { shape, channelAxis, elements: values.length, read: (start, end) => Promise.resolve(values.slice(start, end)) };
}
