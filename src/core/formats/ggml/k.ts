import { roundHalfEven } from '../rounding.js';
import { extreme, half, tiny, type BlockType } from './block.js';

const f = Math.fround;
const superBlock = 256;
const clamp = (v: number, lo: number, hi: number): number => (v < lo ? lo : v > hi ? hi : v);

/** A scale and an offset for x ≈ scale·l − offset, l = 0…15. */
interface Fit {
  readonly scale: number;
  readonly offset: number;
}

const weights = new Float32Array(32);
const trial = new Float32Array(32);

/**
 * The scale and offset of 32 values with the least error, weighted by |x| + rms: 21 steps from 14/range to 16/range give codes, each set
 * of codes its least-squares scale and offset; the best so far sets the offset of the next trial.
 */
function fitOffset(x: Float32Array, start: number): Fit {
  let energy = 0;
  for (let i = 0; i < 32; i++) energy = f(energy + f(x[start + i] * x[start + i]));
  const rms = f(Math.sqrt(f(energy / 32)));
  let min = x[start];
  let max = min;
  let sumW = 0;
  let sumX = 0;
  for (let i = 0; i < 32; i++) {
    const v = x[start + i];
    if (v < min) min = v;
    if (v > max) max = v;
    const w = f(rms + Math.abs(v));
    weights[i] = w;
    sumW = f(sumW + w);
    sumX = f(sumX + f(w * v));
  }
  if (min > 0) min = 0;
  if (max === min) return { scale: 0, offset: -min };

  let scale = f(1 / f(15 / f(max - min)));
  let least = errorOf(x, start, scale, min, codesFor(x, start, f(15 / f(max - min)), min));
  for (let step = 0; step <= 20; step++) {
    const inverse = f(f(f(f(f(0.1) * step) - 1) + 15) / f(max - min));
    codesFor(x, start, inverse, min);
    let sumL = 0;
    let sumL2 = 0;
    let sumXL = 0;
    for (let i = 0; i < 32; i++) {
      const l = trial[i];
      const wl = f(weights[i] * l);
      sumL = f(sumL + wl);
      sumL2 = f(sumL2 + f(wl * l));
      sumXL = f(sumXL + f(wl * x[start + i]));
    }
    const determinant = f(f(sumW * sumL2) - f(sumL * sumL));
    if (!(determinant > 0)) continue;
    let newScale = f(f(f(sumW * sumXL) - f(sumX * sumL)) / determinant);
    let newMin = f(f(f(sumL2 * sumX) - f(sumL * sumXL)) / determinant);
    if (newMin > 0) {
      newMin = 0;
      newScale = f(sumXL / sumL2);
    }
    const error = errorOf(x, start, newScale, newMin, trial);
    if (error < least) {
      least = error;
      scale = newScale;
      min = newMin;
    }
  }
  return { scale, offset: -min };
}

function codesFor(x: Float32Array, start: number, inverse: number, min: number): Float32Array {
  for (let i = 0; i < 32; i++) trial[i] = clamp(roundHalfEven(f(inverse * f(x[start + i] - min))), 0, 15);
  return trial;
}

function errorOf(x: Float32Array, start: number, scale: number, min: number, codes: Float32Array): number {
  let error = 0;
  for (let i = 0; i < 32; i++) {
    const difference = f(f(f(scale * codes[i]) + min) - x[start + i]);
    error = f(error + f(weights[i] * f(difference * difference)));
  }
  return error;
}

/** What turns scales up to `top` into 6-bit codes; 0 where nothing is left that a float16 could hold. */
function toCode(top: number): number {
  const factor = f(63 / top);
  return top > 0 && factor < Infinity ? factor : 0;
}

/** A super-block of 8 × 32: x̂ = d·s·l − m·o with float16 d and m, 6-bit s and o per 32 elements. Slots: d, m, 8 × d·s, 8 × m·o. */
export const q4_k: BlockType = {
  size: superBlock,
  bits: 4,
  scaleBits: 32 + 8 * 12,
  slots: 18,
  names: ['d', 'dmin'],
  fit: (x, start, scales, at) => {
    const fits = Array.from({ length: 8 }, (_, j) => fitOffset(x, start + 32 * j));
    const topScale = Math.max(0, ...fits.map((fit) => fit.scale));
    const topOffset = Math.max(0, ...fits.map((fit) => fit.offset));
    const toScale = toCode(topScale);
    const toOffset = toCode(topOffset);
    const d = half(f(topScale / 63));
    const m = half(f(topOffset / 63));
    scales[at] = d;
    scales[at + 1] = m;
    fits.forEach((fit, j) => {
      scales[at + 2 + j] = d * Math.min(63, roundHalfEven(f(toScale * fit.scale)));
      scales[at + 10 + j] = m * Math.min(63, roundHalfEven(f(toOffset * fit.offset)));
    });
  },
  encode: (x, start, scales, at, codes) => {
    for (let i = 0; i < superBlock; i++) {
      const step = scales[at + 2 + (i >> 5)];
      const offset = scales[at + 10 + (i >> 5)];
      codes[start + i] = step === 0 ? 0 : clamp(roundHalfEven(f(f(x[start + i] + offset) / step)), 0, 15);
    }
  },
  decode: (codes, start, scales, at, out) => {
    for (let i = 0; i < superBlock; i++) out[start + i] = f(scales[at + 2 + (i >> 5)] * codes[start + i]) - scales[at + 10 + (i >> 5)];
  },
  limits: (scales, at) => {
    const blocks = Array.from({ length: 8 }, (_, j) => [-scales[at + 10 + j], 15 * scales[at + 2 + j] - scales[at + 10 + j]]);
    return [Math.min(...blocks.map(([lo]) => lo)), Math.max(...blocks.map(([, hi]) => hi))];
  },
};

/** The signed scale of 16 values for codes −32…31, x²-weighted least squares over 19 trial scales. */
function fitSigned(x: Float32Array, start: number): number {
  const max = extreme(x, start, start + 16);
  if (Math.abs(max) < tiny) return 0;
  let scale = 0;
  let best = 0;
  const attempt = (inverse: number, first: boolean): void => {
    let sumXL = 0;
    let sumL2 = 0;
    for (let i = start; i < start + 16; i++) {
      const l = clamp(roundHalfEven(f(inverse * x[i])), -32, 31);
      const w = f(x[i] * x[i]);
      sumXL = f(sumXL + f(f(w * x[i]) * l));
      sumL2 = f(sumL2 + f(f(w * l) * l));
    }
    if (first ? sumL2 > 0 : sumL2 > 0 && f(sumXL * sumXL) > f(best * sumL2)) {
      scale = f(sumXL / sumL2);
      best = f(scale * sumXL);
    }
  };
  attempt(f(-32 / max), true);
  for (let step = -9; step <= 9; step++) if (step !== 0) attempt(f(-f(32 + f(f(0.1) * step)) / max), false);
  return scale;
}

/** A super-block of 16 × 16: x̂ = d·s·l with a float16 d and an 8-bit s per 16 elements. Slots: d, 16 × d·s. */
export const q6_k: BlockType = {
  size: superBlock,
  bits: 6,
  scaleBits: 16 + 16 * 8,
  slots: 17,
  names: ['d'],
  fit: (x, start, scales, at) => {
    const fits = Float32Array.from({ length: 16 }, (_, j) => fitSigned(x, start + 16 * j));
    const top = extreme(fits, 0, 16);
    if (Math.abs(top) < tiny) {
      scales.fill(0, at, at + 17);
      return;
    }
    const inverse = f(-128 / top);
    const d = half(f(1 / inverse));
    scales[at] = d;
    fits.forEach((scale, j) => {
      scales[at + 1 + j] = d * Math.min(127, roundHalfEven(f(inverse * scale)));
    });
  },
  encode: (x, start, scales, at, codes) => {
    for (let i = 0; i < superBlock; i++) {
      const step = scales[at + 1 + (i >> 4)];
      codes[start + i] = step === 0 ? 32 : clamp(roundHalfEven(f(x[start + i] / step)), -32, 31) + 32;
    }
  },
  decode: (codes, start, scales, at, out) => {
    for (let i = 0; i < superBlock; i++) out[start + i] = scales[at + 1 + (i >> 4)] * (codes[start + i] - 32);
  },
  limits: (scales, at) => {
    const top = Math.max(...Array.from({ length: 16 }, (_, j) => Math.abs(scales[at + 1 + j])));
    return [-32 * top, 32 * top];
  },
};
