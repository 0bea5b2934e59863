import { fakeQuantize, type Scheme } from '../../../../src/core/formats/index.js';
import { gaussian, laplace, uniform } from '../random.js';

export function sqnr(scheme: Scheme, x: Float32Array, lo: number, hi: number): number {
  const out = new Float32Array(x.length);
  fakeQuantize(scheme.format, x, { lo, hi }, scheme.rounding, out);
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < x.length; i++) {
    signal += x[i] * x[i];
    noise += (out[i] - x[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** How closely a search looks: ratios of its coarse and its fine steps. */
export interface Steps {
  readonly coarse: number;
  readonly fine: number;
}

/** The best of many symmetric clips, down to a part in 200 of the largest magnitude. */
export function bruteForce(scheme: Scheme, x: Float32Array, { coarse, fine }: Steps): number {
  const top = x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const at = (c: number): number => sqnr(scheme, x, -c, c);
  const best = (clips: readonly number[]): number => {
    const found = clips.map((clip) => ({ clip, db: at(clip) }));
    return found.reduce((a, b) => (b.db > a.db ? b : a)).clip;
  };
  const rough = best(Array.from({ length: Math.ceil(Math.log(0.005) / Math.log(coarse)) }, (_, i) => top * coarse ** i));
  const around = Math.ceil(-Math.log(coarse) / Math.log(fine));
  return at(best(Array.from({ length: 2 * around + 1 }, (_, i) => rough * fine ** (i - around))));
}

const withOutliers = (x: Float32Array, factor: number): Float32Array => x.map((v, i) => (i % 1000 === 500 ? v * factor : v));

/** Values that clipping meets. */
export const distributions: readonly (readonly [string, Float32Array])[] = [
  ['Gaussian', gaussian(16000, 1)],
  ['Laplace', laplace(16000, 2)],
  ['uniform', uniform(16000, 3)],
  ['Gaussian with outliers ten times as large', withOutliers(gaussian(16000, 4), 10)],
  ['Laplace with outliers a hundred times as large', withOutliers(laplace(16000, 5), 100)],
  ['half pruned', gaussian(16000, 6).map((v, i) => (i % 2 ? v : 0))],
  ['after ReLU', gaussian(16000, 7).map((v) => Math.max(0, v))],
];
