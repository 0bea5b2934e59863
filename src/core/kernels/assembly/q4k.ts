// GGML's q4_K on super-blocks of 8 × 32 values. The search of the reference adds its float32 sums in order, so lanes cannot share a block:
// each of the four lanes works on a block of its own. The twin is src/core/formats/ggml/k.ts.

const BLOCK: usize = 128;

// For i of the 32 places in a block, 32 bytes each: the eight blocks' values, weights and trial codes.
const VALUES = memory.data(1024, 16);
const WEIGHTS = memory.data(1024, 16);
const CODES = memory.data(1024, 16);

// One float32 for each of the eight blocks.
const MINS = memory.data(32, 16);
const MAXS = memory.data(32, 16);
const SUMW = memory.data(32, 16);
const SUMX = memory.data(32, 16);
const NEWSCALE = memory.data(32, 16);
const NEWMIN = memory.data(32, 16);
const USABLE = memory.data(32, 16);
const SCALES = memory.data(32, 16);
const OFFSETS = memory.data(32, 16);

/** Values i of four neighbouring blocks side by side; 32 bytes for each i, of which the four blocks at `x` take the 16 at `out`. */
function sideBySide(x: usize, out: usize): void {
  for (let i: usize = 0; i < BLOCK; i += 16, out += 128) {
    const a = v128.load(x + i);
    const b = v128.load(x + i + BLOCK);
    const c = v128.load(x + i + 2 * BLOCK);
    const d = v128.load(x + i + 3 * BLOCK);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(out, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
    v128.store(out, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 64);
    v128.store(out, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 96);
  }
}

// @ts-ignore: decorator
@inline
function code(v: v128): v128 {
  return f32x4.pmax(f32x4.pmin(f32x4.nearest(v), f32x4.splat(15)), f32x4.splat(0));
}

/** Scales and offsets of the eight blocks at `x`. Two vectors go side by side, so that one can add while the other waits for its sums. */
function fitEight(x: usize): void {
  sideBySide(x, VALUES);
  sideBySide(x + 4 * BLOCK, VALUES + 16);
  prepare(0);
  prepare(16);
  const zero = f32x4.splat(0);
  let minA = v128.load(MINS);
  let minB = v128.load(MINS, 16);
  const maxA = v128.load(MAXS);
  const maxB = v128.load(MAXS, 16);
  const rangeA = f32x4.sub(maxA, minA);
  const rangeB = f32x4.sub(maxB, minB);
  const sumWA = v128.load(SUMW);
  const sumWB = v128.load(SUMW, 16);
  const sumXA = v128.load(SUMX);
  const sumXB = v128.load(SUMX, 16);
  let inverseA = f32x4.div(f32x4.splat(15), rangeA);
  let inverseB = f32x4.div(f32x4.splat(15), rangeB);
  let scaleA = f32x4.div(f32x4.splat(1), inverseA);
  let scaleB = f32x4.div(f32x4.splat(1), inverseB);
  let leastA = zero;
  let leastB = zero;
  for (let i: usize = 0; i < 1024; i += 32) {
    const a = v128.load(VALUES + i);
    const b = v128.load(VALUES + i, 16);
    const ea = f32x4.sub(f32x4.add(f32x4.mul(scaleA, code(f32x4.mul(inverseA, f32x4.sub(a, minA)))), minA), a);
    const eb = f32x4.sub(f32x4.add(f32x4.mul(scaleB, code(f32x4.mul(inverseB, f32x4.sub(b, minB)))), minB), b);
    leastA = f32x4.add(leastA, f32x4.mul(v128.load(WEIGHTS + i), f32x4.mul(ea, ea)));
    leastB = f32x4.add(leastB, f32x4.mul(v128.load(WEIGHTS + i, 16), f32x4.mul(eb, eb)));
  }
  for (let step = 0; step <= 20; step++) {
    const numerator = f32x4.splat(<f32>0.1 * <f32>step - 1 + 15);
    inverseA = f32x4.div(numerator, f32x4.sub(maxA, minA));
    inverseB = f32x4.div(numerator, f32x4.sub(maxB, minB));
    let sumLA = zero;
    let sumLB = zero;
    let sumL2A = zero;
    let sumL2B = zero;
    let sumXLA = zero;
    let sumXLB = zero;
    for (let i: usize = 0; i < 1024; i += 32) {
      const a = v128.load(VALUES + i);
      const b = v128.load(VALUES + i, 16);
      const la = code(f32x4.mul(inverseA, f32x4.sub(a, minA)));
      const lb = code(f32x4.mul(inverseB, f32x4.sub(b, minB)));
      v128.store(CODES + i, la);
      v128.store(CODES + i, lb, 16);
      const wa = f32x4.mul(v128.load(WEIGHTS + i), la);
      const wb = f32x4.mul(v128.load(WEIGHTS + i, 16), lb);
      sumLA = f32x4.add(sumLA, wa);
      sumLB = f32x4.add(sumLB, wb);
      sumL2A = f32x4.add(sumL2A, f32x4.mul(wa, la));
      sumL2B = f32x4.add(sumL2B, f32x4.mul(wb, lb));
      sumXLA = f32x4.add(sumXLA, f32x4.mul(wa, a));
      sumXLB = f32x4.add(sumXLB, f32x4.mul(wb, b));
    }
    solve(sumWA, sumXA, sumLA, sumL2A, sumXLA, 0);
    solve(sumWB, sumXB, sumLB, sumL2B, sumXLB, 16);
    const newScaleA = v128.load(NEWSCALE);
    const newScaleB = v128.load(NEWSCALE, 16);
    const newMinA = v128.load(NEWMIN);
    const newMinB = v128.load(NEWMIN, 16);
    let errorA = zero;
    let errorB = zero;
    for (let i: usize = 0; i < 1024; i += 32) {
      const ea = f32x4.sub(f32x4.add(f32x4.mul(newScaleA, v128.load(CODES + i)), newMinA), v128.load(VALUES + i));
      const eb = f32x4.sub(f32x4.add(f32x4.mul(newScaleB, v128.load(CODES + i, 16)), newMinB), v128.load(VALUES + i, 16));
      errorA = f32x4.add(errorA, f32x4.mul(v128.load(WEIGHTS + i), f32x4.mul(ea, ea)));
      errorB = f32x4.add(errorB, f32x4.mul(v128.load(WEIGHTS + i, 16), f32x4.mul(eb, eb)));
    }
    const betterA = v128.and(v128.load(USABLE), f32x4.lt(errorA, leastA));
    const betterB = v128.and(v128.load(USABLE, 16), f32x4.lt(errorB, leastB));
    leastA = v128.bitselect(errorA, leastA, betterA);
    leastB = v128.bitselect(errorB, leastB, betterB);
    scaleA = v128.bitselect(newScaleA, scaleA, betterA);
    scaleB = v128.bitselect(newScaleB, scaleB, betterB);
    minA = v128.bitselect(newMinA, minA, betterA);
    minB = v128.bitselect(newMinB, minB, betterB);
  }
  v128.store(SCALES, v128.andnot(scaleA, f32x4.eq(rangeA, zero)));
  v128.store(SCALES, v128.andnot(scaleB, f32x4.eq(rangeB, zero)), 16);
  v128.store(OFFSETS, f32x4.neg(minA));
  v128.store(OFFSETS, f32x4.neg(minB), 16);
}

/** Weights, their sums, minimum (at most 0) and maximum of the four blocks whose values begin at VALUES + at. */
function prepare(at: usize): void {
  let energy = f32x4.splat(0);
  for (let i = at; i < 1024; i += 32) {
    const v = v128.load(VALUES + i);
    energy = f32x4.add(energy, f32x4.mul(v, v));
  }
  const rms = f32x4.sqrt(f32x4.div(energy, f32x4.splat(32)));
  let least = v128.load(VALUES + at);
  let most = least;
  let sumW = f32x4.splat(0);
  let sumX = f32x4.splat(0);
  for (let i = at; i < 1024; i += 32) {
    const v = v128.load(VALUES + i);
    least = f32x4.pmin(least, v);
    most = f32x4.pmax(most, v);
    const w = f32x4.add(rms, f32x4.abs(v));
    v128.store(WEIGHTS + i, w);
    sumW = f32x4.add(sumW, w);
    sumX = f32x4.add(sumX, f32x4.mul(w, v));
  }
  v128.store(MINS + at, f32x4.pmin(least, f32x4.splat(0)));
  v128.store(MAXS + at, most);
  v128.store(SUMW + at, sumW);
  v128.store(SUMX + at, sumX);
}

/** The least-squares scale and offset of a set of codes, and where there is one. */
function solve(sumW: v128, sumX: v128, sumL: v128, sumL2: v128, sumXL: v128, at: usize): void {
  const determinant = f32x4.sub(f32x4.mul(sumW, sumL2), f32x4.mul(sumL, sumL));
  const scale = f32x4.div(f32x4.sub(f32x4.mul(sumW, sumXL), f32x4.mul(sumX, sumL)), determinant);
  const min = f32x4.div(f32x4.sub(f32x4.mul(sumL2, sumX), f32x4.mul(sumL, sumXL)), determinant);
  const above = f32x4.gt(min, f32x4.splat(0));
  v128.store(NEWMIN + at, v128.andnot(min, above));
  v128.store(NEWSCALE + at, v128.bitselect(f32x4.div(sumXL, sumL2), scale, above));
  v128.store(USABLE + at, f32x4.gt(determinant, f32x4.splat(0)));
}

/** The nearest float16 of a number that is not negative, ties to even; saturating. */
function half(v: f32): f32 {
  if (v < 6.103515625e-5) return nearest(v * 16777216) * 5.9604644775390625e-8;
  const bits = reinterpret<u32>(v);
  return min<f32>(reinterpret<f32>((bits + 0xfff + ((bits >> 13) & 1)) & ~0x1fff), 65504);
}

function largest(at: usize): f32 {
  let top: f32 = 0;
  for (let i: usize = 0; i < 32; i += 4) {
    const v = load<f32>(at + i);
    if (v > top) top = v;
  }
  return top;
}

// @ts-ignore: decorator
@inline
function toCode(top: f32): f32 {
  const factor = <f32>63 / top;
  return top > 0 && factor < f32.MAX_VALUE ? factor : 0;
}

/** Fake-quantized values of `blocks` super-blocks of 256 finite float32. */
export function q4kFake(x: usize, blocks: i32, out: usize): void {
  for (let b = 0; b < blocks; b++) {
    fitEight(x);
    const topScale = largest(SCALES);
    const topOffset = largest(OFFSETS);
    const toScale = toCode(topScale);
    const toOffset = toCode(topOffset);
    const d = half(topScale / 63);
    const m = half(topOffset / 63);
    for (let j: usize = 0; j < 32; j += 4) {
      const step = d * min<f32>(63, nearest(toScale * load<f32>(SCALES + j)));
      const offset = f32x4.splat(m * min<f32>(63, nearest(toOffset * load<f32>(OFFSETS + j))));
      const steps = f32x4.splat(step);
      // A step of zero divides to infinity or NaN, but multiplies to zero or is masked.
      const some = f32x4.ne(steps, f32x4.splat(0));
      for (let i: usize = 0; i < BLOCK; i += 16) {
        const l = v128.and(code(f32x4.div(f32x4.add(v128.load(x + i), offset), steps)), some);
        v128.store(out + i, f32x4.sub(f32x4.mul(steps, l), offset));
      }
      x += BLOCK;
      out += BLOCK;
    }
  }
}
