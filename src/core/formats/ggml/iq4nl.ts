import { midpoints, nearestLevel } from '../levels.js';
import { extreme, half, reciprocal, tiny, type BlockType } from './block.js';

const f = Math.fround;
const levels = Float32Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
const middle = midpoints(levels);

/** Index of the nearest level; a value in the middle goes to the upper one, as in the reference. */
function indexOf(v: number): number {
  const index = nearestLevel(middle, v);
  return index < middle.length && v === middle[index] ? index + 1 : index;
}

/** 15 scales around the one that meets the largest value; of each the least-squares scale, weighted by x², is a candidate. */
function bestScale(x: Float32Array, start: number): number {
  const max = extreme(x, start, start + 32);
  if (Math.abs(max) < tiny) return 0;
  let best = 0;
  let scale = 0;
  const attempt = (inverse: number): void => {
    let sumqx = 0;
    let sumq2 = 0;
    for (let i = start; i < start + 32; i++) {
      const q = levels[indexOf(f(inverse * x[i]))];
      const w = f(x[i] * x[i]);
      sumqx = f(sumqx + f(f(w * q) * x[i]));
      sumq2 = f(sumq2 + f(f(w * q) * q));
    }
    if (sumq2 > 0 && f(sumqx * sumqx) > f(best * sumq2)) {
      scale = f(sumqx / sumq2);
      best = f(scale * sumqx);
    }
  };
  attempt(f(1 / f(-max / levels[0])));
  for (let step = -7; step <= 7; step++) attempt(f((step + levels[0]) / max));
  return scale;
}

/** Non-linear levels k, x̂ = d·k. */
export const iq4_nl: BlockType = {
  size: 32,
  bits: 4,
  scaleBits: 16,
  slots: 2,
  names: ['d'],
  fit: (x, start, scales, at) => {
    const d = bestScale(x, start);
    scales[at] = half(d);
    scales[at + 1] = reciprocal(d);
  },
  encode: (x, start, scales, at, codes) => {
    const inverse = scales[at + 1];
    for (let i = start; i < start + 32; i++) codes[i] = indexOf(f(inverse * x[i]));
  },
  decode: (codes, start, scales, at, out) => {
    for (let i = start; i < start + 32; i++) out[i] = levels[codes[i]] * scales[at];
  },
  limits: (scales, at) => [-127 * scales[at], 127 * scales[at]],
};
