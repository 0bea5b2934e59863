import { codec, layout, parseScheme, seeded, type ClipRange, type Format, type Scheme } from '../../../../src/core/formats/index.js';

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

/** Numbers of a Laplace distribution with unit variance. */
export function laplace(n: number, seed = 1): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: n }, () => {
    const u = random() - 0.5;
    return (-Math.sign(u) * Math.log(1 - 2 * Math.abs(u))) / Math.SQRT2;
  });
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

export type { Format };
export { layout };
