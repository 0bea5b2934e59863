import { addErrors } from './affine';
import { firstLanes, wide } from './lanes';

// Parameters of one run: float32 scale, float32 largest value, float32 clip lo, clip hi, int32 float32-bits of the smallest normal's binade,
// int32 (23 − mantissa bits) << 23, and two unused.
const PARAMETERS: usize = 32;
const STRETCH: usize = 512;

/**
 * |x| rounded to nearest even at the format's spacing, saturated. Adding and taking away M = 2^(exponent + 23 − mantissa) lets the adder round;
 * clamping the exponent from below gives the subnormals. Right for |x| < 2^100.
 */
// @ts-ignore: decorator
@inline
function round(a: v128, least: v128, up: v128, largest: v128): v128 {
  const m = i32x4.add(i32x4.max_u(v128.and(a, i32x4.splat(0x7f800000)), least), up);
  return f32x4.pmin(f32x4.sub(f32x4.add(a, m), m), largest);
}

/** Fake-quantized values: round(x / scale)·scale in a float format with one sign bit; −0 keeps its sign. */
export function floatFake(x: usize, n: i32, runs: i32, parameters: usize, out: usize): void {
  const sign = i32x4.splat(0x80000000);
  for (let r = 0; r < runs; r++, parameters += PARAMETERS) {
    const scale = v128.load32_splat(parameters);
    const largest = v128.load32_splat(parameters, 4);
    const least = v128.load32_splat(parameters, 16);
    const up = v128.load32_splat(parameters, 20);
    const whole = x + ((<usize>n & ~3) << 2);
    for (; x < whole; x += 16, out += 16) {
      const v = v128.load(x);
      const q = f32x4.mul(round(f32x4.div(f32x4.abs(v), scale), least, up, largest), scale);
      v128.store(out, v128.or(q, v128.and(v, sign)));
    }
    const rest = n & 3;
    if (rest) {
      const v = v128.load(x);
      const q = v128.or(f32x4.mul(round(f32x4.div(f32x4.abs(v), scale), least, up, largest), scale), v128.and(v, sign));
      store<f32>(out, f32x4.extract_lane(q, 0));
      if (rest > 1) store<f32>(out, f32x4.extract_lane(q, 1), 4);
      if (rest > 2) store<f32>(out, f32x4.extract_lane(q, 2), 8);
      x += <usize>rest << 2;
      out += <usize>rest << 2;
    }
  }
}

/** Errors e = x̂ − x, added to four float64 at `out` as `affineErrors` does; clip ranges are symmetric. `scaled` is 0 where all scales are 1. */
export function floatErrors(x: usize, n: i32, runs: i32, parameters: usize, out: usize, counting: i32, scaled: i32): void {
  if (scaled) errors(x, n, runs, parameters, out, true, true);
  else if (counting) errors(x, n, runs, parameters, out, true, false);
  else errors(x, n, runs, parameters, out, false, false);
}

/** Error of the magnitudes b: Σx·e and Σe² need no sign. */
// @ts-ignore: decorator
@inline
function miss(b: v128, scale: v128, least: v128, up: v128, largest: v128, scaled: bool): v128 {
  if (scaled) return f32x4.sub(f32x4.mul(round(f32x4.div(b, scale), least, up, largest), scale), b);
  return f32x4.sub(round(b, least, up, largest), b);
}

// @ts-ignore: decorator
@inline
function errors(x: usize, n: i32, runs: i32, parameters: usize, out: usize, counting: bool, scaled: bool): void {
  let squares = f64x2.splat(0);
  let products = f64x2.splat(0);
  let most = f32x4.splat(0);
  let outside = i32x4.splat(0);
  // Our own mask: what f32x4.abs compiles to makes one anew each time.
  const magnitude = i32x4.splat(0x7fffffff);
  for (let r = 0; r < runs; r++, parameters += PARAMETERS) {
    const scale = v128.load32_splat(parameters);
    const largest = v128.load32_splat(parameters, 4);
    const hi = v128.load32_splat(parameters, 12);
    const least = v128.load32_splat(parameters, 16);
    const up = v128.load32_splat(parameters, 20);
    const end = x + (<usize>n << 2);
    const whole = x + ((<usize>n & ~3) << 2);
    while (x < end) {
      let s2 = f32x4.splat(0);
      let sx = f32x4.splat(0);
      const stop = min(x + STRETCH, whole);
      let t2 = f32x4.splat(0);
      let tx = f32x4.splat(0);
      for (; x + 32 <= stop; x += 32) {
        const v = v128.load(x);
        const w = v128.load(x, 16);
        const b = v128.and(v, magnitude);
        const c = v128.and(w, magnitude);
        const e = miss(b, scale, least, up, largest, scaled);
        const f = miss(c, scale, least, up, largest, scaled);
        const ee = f32x4.mul(e, e);
        const ff = f32x4.mul(f, f);
        s2 = f32x4.add(s2, ee);
        t2 = f32x4.add(t2, ff);
        sx = f32x4.add(sx, f32x4.mul(b, e));
        tx = f32x4.add(tx, f32x4.mul(c, f));
        most = f32x4.pmax(most, f32x4.pmax(ee, ff));
        if (counting) {
          outside = i32x4.sub(outside, f32x4.gt(b, hi));
          outside = i32x4.sub(outside, f32x4.gt(c, hi));
        }
      }
      for (; x < stop; x += 16) {
        const v = v128.load(x);
        const b = v128.and(v, magnitude);
        const e = miss(b, scale, least, up, largest, scaled);
        const ee = f32x4.mul(e, e);
        s2 = f32x4.add(s2, ee);
        sx = f32x4.add(sx, f32x4.mul(b, e));
        most = f32x4.pmax(most, ee);
        if (counting) outside = i32x4.sub(outside, f32x4.gt(b, hi));
      }
      if (x == whole && x < end) {
        const v = v128.and(v128.load(x), firstLanes(n & 3));
        const b = v128.and(v, magnitude);
        const e = miss(b, scale, least, up, largest, scaled);
        const ee = f32x4.mul(e, e);
        s2 = f32x4.add(s2, ee);
        sx = f32x4.add(sx, f32x4.mul(b, e));
        most = f32x4.pmax(most, ee);
        if (counting) outside = i32x4.sub(outside, f32x4.gt(b, hi));
        x = end;
      }
      squares = f64x2.add(squares, wide(f32x4.add(s2, t2)));
      products = f64x2.add(products, wide(f32x4.add(sx, tx)));
    }
  }
  addErrors(out, squares, products, most, outside);
}
