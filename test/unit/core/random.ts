import { seeded } from '../../../src/core/formats/index.js';
import type { TensorSource } from '../../../src/core/tensor.js';

/** Seeded samples of distributions with unit variance. */
export function gaussian(n: number, seed: number): Float32Array {
  const random = seeded(seed);
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const r = Math.sqrt(-2 * Math.log(1 - random()));
    const a = 2 * Math.PI * random();
    out[i] = r * Math.cos(a);
    if (i + 1 < n) out[i + 1] = r * Math.sin(a);
  }
  return out;
}

export function laplace(n: number, seed: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: n }, () => {
    const u = random() - 0.5;
    return (-Math.sign(u) * Math.log(1 - 2 * Math.abs(u))) / Math.SQRT2;
  });
}

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
