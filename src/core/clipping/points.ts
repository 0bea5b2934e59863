import type { Distribution } from './distribution.js';

/** Values that stand for all of a run, each for `weight` of them. */
export interface Points {
  readonly values: Float32Array;
  readonly weights: Float64Array;
}

/** Values that each stand for their share of `count`. */
export const valuesAsPoints = (values: Float32Array, count: number): Points => ({
  values,
  weights: new Float64Array(values.length).fill(values.length === 0 ? 0 : count / values.length),
});

/** Steps of this part of 1, taken modulo 1, fill the unit interval evenly and fall in with no grid. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** A signed distribution as `each` points for every bucket that is not empty. */
export function pointsOf({ edges, counts, size }: Distribution, each: number): Points {
  const filled: number[] = [];
  for (let i = 0; i < size; i++) if (counts[i] > 0) filled.push(i);
  const values = new Float32Array(filled.length * each);
  const weights = new Float64Array(filled.length * each);
  let at = 0;
  for (const i of filled) {
    for (let j = 0; j < each; j++, at++) {
      values[at] = edges[i] + ((edges[i + 1] - edges[i]) * (j + ((at * GOLDEN) % 1))) / each;
      weights[at] = counts[i] / each;
    }
  }
  return { values, weights };
}
