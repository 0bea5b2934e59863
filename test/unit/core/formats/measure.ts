import { codec, parseScheme, seeded, type ClipRange, type Scheme } from '../../../../src/core/formats/index.js';

/** Standard normal numbers (Box-Muller). */
export function gaussian(n: number, seed = 1): Float32Array {
  const random = seeded(seed);
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/**
 * The n quantiles (i + ½)/n of the standard normal distribution, ascending: an average over them is its expectation, without the noise of
 * a sample's tails. By Simpson's rule on the density.
 */
export function normalQuantiles(n: number): Float32Array {
  const step = 1e-4;
  const density = (v: number): number => Math.exp((-v * v) / 2) / Math.sqrt(2 * Math.PI);
  const out = new Float32Array(n);
  let at = -7;
  let below = 1.279812543885835e-12;
  let i = 0;
  while (i < n) {
    const share = (step / 6) * (density(at) + 4 * density(at + step / 2) + density(at + step));
    for (; i < n && (i + 0.5) / n <= below + share; i++) out[i] = at + (step * ((i + 0.5) / n - below)) / share;
    below += share;
    at += step;
    if (at > 7) break;
  }
  return out;
}

export function minmax(x: Float32Array): ClipRange {
  let lo = Infinity;
  let hi = -Infinity;
  for (const v of x) {
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return { lo, hi };
}

export const symmetric = (limit: number): ClipRange => ({ lo: -limit, hi: limit });

/** x̂ of one run, or of consecutive runs of `size` elements, under a clip range that is given or each run's own. */
export function quantized(scheme: Scheme, x: Float32Array, clip?: ClipRange): Float32Array {
  const behaviour = codec(scheme.format);
  const out = new Float32Array(x.length);
  const size = behaviour.needs !== 'blocks' && scheme.granularity.kind === 'block' ? scheme.granularity.size : x.length;
  for (let start = 0; start < x.length; start += size) {
    const run = x.subarray(start, start + size);
    behaviour.fit(run, clip ?? minmax(run)).fakeQuantize(run, out.subarray(start, start + size), scheme.rounding, seeded(7));
  }
  return out;
}

export function sqnrDb(x: Float32Array, y: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < x.length; i++) {
    signal += x[i] ** 2;
    noise += (x[i] - y[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** SQNR of a scheme in dB. */
export function sqnrOf(text: string, x: Float32Array, clip?: ClipRange): number {
  return sqnrDb(x, quantized(parseScheme(text), x, clip));
}

export const normalDensity = (v: number): number => Math.exp((-v * v) / 2) / Math.sqrt(2 * Math.PI);
/** Of unit variance. */
export const laplaceDensity = (v: number): number => Math.exp(-Math.SQRT2 * Math.abs(v)) / Math.SQRT2;

/** The SQNR a scheme has on average over a density, by a sum over a fine grid out to ±25: exact where a sample's tails are noisy. */
export function expectedSqnr(text: string, density: (v: number) => number, clip: ClipRange): number {
  const x = Float32Array.from({ length: 200_001 }, (_, i) => (i - 100_000) * 2.5e-4);
  const y = quantized(parseScheme(text), x, clip);
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < x.length; i++) {
    const p = density(x[i]);
    signal += p * x[i] ** 2;
    noise += p * (x[i] - y[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
