import { absmaxOf } from '../blocks.js';
import { roundHalfAway } from '../rounding.js';
import { extreme, half, reciprocal, type BlockType } from './block.js';

const f = Math.fround;

/** q4_0 and q5_0: d = (value of the largest magnitude) / −2^(b−1), so that this value is met exactly and one side has a code more. */
function signedType(bits: number): BlockType {
  const middle = 2 ** (bits - 1);
  return {
    size: 32,
    bits,
    scaleBits: 16,
    slots: 2,
    names: ['d'],
    fit: (x, start, scales, at) => {
      const d = f(extreme(x, start, start + 32) / -middle);
      scales[at] = half(d);
      scales[at + 1] = reciprocal(d);
    },
    encode: (x, start, scales, at, codes) => {
      const inverse = scales[at + 1];
      for (let i = start; i < start + 32; i++) codes[i] = Math.min(2 * middle - 1, Math.trunc(f(f(x[i] * inverse) + (middle + 0.5))));
    },
    decode: (codes, start, scales, at, out) => {
      for (let i = start; i < start + 32; i++) out[i] = (codes[i] - middle) * scales[at];
    },
    limits: (scales, at) => [-middle * scales[at], (middle - 1) * scales[at]],
  };
}

export const q4_0 = signedType(4);
export const q5_0 = signedType(5);

/** d = (max − min)/15 and the minimum, both float16. */
export const q4_1: BlockType = {
  size: 32,
  bits: 4,
  scaleBits: 32,
  slots: 4,
  names: ['d', 'm'],
  fit: (x, start, scales, at) => {
    let min = Infinity;
    let max = -Infinity;
    for (let i = start; i < start + 32; i++) {
      if (x[i] < min) min = x[i];
      if (x[i] > max) max = x[i];
    }
    const d = f(f(max - min) / 15);
    scales[at] = half(d);
    scales[at + 1] = half(min);
    scales[at + 2] = reciprocal(d);
    scales[at + 3] = min;
  },
  encode: (x, start, scales, at, codes) => {
    const inverse = scales[at + 2];
    const min = scales[at + 3];
    for (let i = start; i < start + 32; i++) codes[i] = Math.min(15, Math.trunc(f(f(f(x[i] - min) * inverse) + 0.5)));
  },
  decode: (codes, start, scales, at, out) => {
    for (let i = start; i < start + 32; i++) out[i] = f(codes[i] * scales[at]) + scales[at + 1];
  },
  limits: (scales, at) => [scales[at + 1], 15 * scales[at] + scales[at + 1]],
};

/** d = max|x|/127, codes round half away from zero. */
export const q8_0: BlockType = {
  size: 32,
  bits: 8,
  scaleBits: 16,
  slots: 2,
  names: ['d'],
  fit: (x, start, scales, at) => {
    const d = f(absmaxOf(x, start, start + 32) / 127);
    scales[at] = half(d);
    scales[at + 1] = reciprocal(d);
  },
  encode: (x, start, scales, at, codes) => {
    const inverse = scales[at + 1];
    for (let i = start; i < start + 32; i++) codes[i] = Math.min(Math.max(roundHalfAway(f(x[i] * inverse)), -127), 127);
  },
  decode: (codes, start, scales, at, out) => {
    for (let i = start; i < start + 32; i++) out[i] = codes[i] * scales[at];
  },
  limits: (scales, at) => [-127 * scales[at], 127 * scales[at]],
};
