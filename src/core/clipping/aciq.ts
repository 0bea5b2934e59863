import { payloadBits } from '../formats/index.js';
import { weightAbove, type Distribution } from './distribution.js';
import type { ClippingMethod } from './run.js';

/** Principal branch of Lambert's W for y > 0: w·e^w = y. */
export function lambertW(y: number): number {
  let w = Math.log1p(y);
  for (let i = 0; i < 20; i++) {
    const e = Math.exp(w);
    const step = (w * e - y) / (e * (w + 1));
    w -= step;
    if (Math.abs(step) < 1e-14 * Math.abs(w)) break;
  }
  return w;
}

/** Complementary error function, to about 1e-12 (series near zero, continued fraction beyond). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 100 && Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/**
 * ACIQ's optimal clip α/b of a Laplace distribution with E|x − μ| = b for M bits: W(3·4^M) (Banner, Nahshan, Soudry 2019). One-sided distributions (after
 * ReLU) use M + 1.
 */
export const laplaceClip = (bits: number): number => lambertW(3 * 4 ** bits);

/** ACIQ's optimal clip α/σ of a Gaussian for M bits: the zero of the derivative of granular plus overload error. */
export function gaussClip(bits: number): number {
  const slope = (a: number): number => a * erfc(a / Math.SQRT2) + a / (3 * 4 ** bits) - Math.sqrt(2 / Math.PI) * Math.exp((-a * a) / 2);
  let lo = 0;
  let hi = 12;
  for (let i = 0; i < 60; i++) {
    const middle = (lo + hi) / 2;
    if (slope(middle) < 0) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}

/** Mean, standard deviation and mean absolute deviation of a signed distribution. */
export function spread(d: Distribution): { readonly mean: number; readonly std: number; readonly deviation: number } {
  const n = d.above0[0];
  const mean = d.above1[0] / n;
  const above = weightAbove(d, mean, -mean, 1);
  return { mean, std: Math.sqrt(Math.max(0, d.above2[0] / n - mean * mean)), deviation: (2 * above) / n };
}

// E|x − μ| / σ is √(2/π) for a Gaussian and 1/√2 for Laplace.
const BETWEEN = (Math.sqrt(2 / Math.PI) + Math.SQRT1_2) / 2;

/**
 * Clipping method `aciq`: mean ± α, α from the Gaussian or the Laplace distribution, whichever's ratio of mean absolute to standard deviation is nearer.
 * Runs without negative values count as one half of a distribution about zero.
 */
export const aciq: ClippingMethod = ({ format }, run) => {
  const { min, max } = run;
  if (run.count === 0 || min === max) return { lo: min, hi: max };
  const bits = payloadBits(format);
  const d = run.signed();
  if (min >= 0) {
    const n = d.above0[0];
    const deviation = d.above1[0] / n;
    const std = Math.sqrt(d.above2[0] / n);
    const clip = deviation / std > BETWEEN ? gaussClip(bits + 1) * std : laplaceClip(bits + 1) * deviation;
    return { lo: 0, hi: Math.min(max, clip) };
  }
  const { mean, std, deviation } = spread(d);
  const clip = deviation / std > BETWEEN ? gaussClip(bits) * std : laplaceClip(bits) * deviation;
  return { lo: Math.max(min, mean - clip), hi: Math.min(max, mean + clip) };
};
