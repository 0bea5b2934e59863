import { cosine, sqnrDb } from './tensorError.js';

/** How a tensor differs from its reference; NaN and infinities of either are left out. */
export interface Comparison {
  readonly count: number;
  readonly sqnrDb: number | null;
  readonly mse: number;
  /** Mean |e|. */
  readonly mae: number;
  readonly maxError: number;
  /** Mean of e = x̂ − x. */
  readonly bias: number;
  readonly cosine: number | null;
}

/** Compares `x̂` with the reference `x` of the same length, in float64. */
export function compare(x: Float32Array, quantized: Float32Array): Comparison {
  let [count, energy, squares, products, absolutes, sum, max] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const e = quantized[i] - x[i];
    if (!Number.isFinite(e)) continue;
    count++;
    energy += x[i] * x[i];
    squares += e * e;
    products += x[i] * e;
    absolutes += Math.abs(e);
    sum += e;
    max = Math.max(max, Math.abs(e));
  }
  const n = Math.max(1, count);
  return {
    count,
    sqnrDb: sqnrDb(energy, squares),
    mse: squares / n,
    mae: absolutes / n,
    maxError: max,
    bias: sum / n,
    cosine: cosine(energy, products, squares),
  };
}
