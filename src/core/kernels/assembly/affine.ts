import { addTo, firstLanes, total, wide } from './lanes';

// Parameters of one run, float32: scale, qmin − zp, qmax − zp, clip lo, clip hi, and three unused.
const PARAMETERS: usize = 32;
// float32 partial sums are promoted to float64 after this many bytes (64 elements), which keeps them good to about 1e-7.
const STRETCH: usize = 256;

// @ts-ignore: decorator
@inline
function quantize(x: v128, scale: v128, low: v128, high: v128): v128 {
  return f32x4.mul(f32x4.pmax(f32x4.pmin(f32x4.nearest(f32x4.div(x, scale)), high), low), scale);
}

/** Fake-quantized values of `runs` runs of `n` float32: clamp(roundHalfEven(x / scale), qmin − zp, qmax − zp)·scale. −0 becomes 0. */
export function affineFake(x: usize, n: i32, runs: i32, parameters: usize, out: usize): void {
  const zero = f32x4.splat(0);
  for (let r = 0; r < runs; r++, parameters += PARAMETERS) {
    const scale = v128.load32_splat(parameters);
    const low = v128.load32_splat(parameters, 4);
    const high = v128.load32_splat(parameters, 8);
    const whole = x + ((<usize>n & ~3) << 2);
    for (; x < whole; x += 16, out += 16) v128.store(out, f32x4.add(quantize(v128.load(x), scale, low, high), zero));
    const rest = n & 3;
    if (rest) {
      const q = f32x4.add(quantize(v128.load(x), scale, low, high), zero);
      store<f32>(out, f32x4.extract_lane(q, 0));
      if (rest > 1) store<f32>(out, f32x4.extract_lane(q, 1), 4);
      if (rest > 2) store<f32>(out, f32x4.extract_lane(q, 2), 8);
      x += <usize>rest << 2;
      out += <usize>rest << 2;
    }
  }
}

/**
 * Errors e = x̂ − x of `runs` runs of `n` float32, added to six float64 at `out`: Σe², Σx·e, Σe, Σ|e|, max|e|, elements outside [lo, hi].
 */
export function affineErrors(x: usize, n: i32, runs: i32, parameters: usize, out: usize): void {
  let squares = f64x2.splat(0);
  let products = f64x2.splat(0);
  let sums = f64x2.splat(0);
  let absolutes = f64x2.splat(0);
  let most = f32x4.splat(0);
  let outside = i32x4.splat(0);
  for (let r = 0; r < runs; r++, parameters += PARAMETERS) {
    const scale = v128.load32_splat(parameters);
    const low = v128.load32_splat(parameters, 4);
    const high = v128.load32_splat(parameters, 8);
    const lo = v128.load32_splat(parameters, 12);
    const hi = v128.load32_splat(parameters, 16);
    const end = x + (<usize>n << 2);
    const whole = x + ((<usize>n & ~3) << 2);
    while (x < end) {
      let s2 = f32x4.splat(0);
      let sx = f32x4.splat(0);
      let s1 = f32x4.splat(0);
      let sa = f32x4.splat(0);
      const stop = min(x + STRETCH, whole);
      for (; x < stop; x += 16) {
        const v = v128.load(x);
        const e = f32x4.sub(quantize(v, scale, low, high), v);
        const a = f32x4.abs(e);
        s2 = f32x4.add(s2, f32x4.mul(e, e));
        sx = f32x4.add(sx, f32x4.mul(v, e));
        s1 = f32x4.add(s1, e);
        sa = f32x4.add(sa, a);
        most = f32x4.pmax(most, a);
        outside = i32x4.sub(outside, v128.or(f32x4.lt(v, lo), f32x4.gt(v, hi)));
      }
      if (x == whole && x < end) {
        const v = v128.and(v128.load(x), firstLanes(n & 3));
        const e = f32x4.sub(quantize(v, scale, low, high), v);
        const a = f32x4.abs(e);
        s2 = f32x4.add(s2, f32x4.mul(e, e));
        sx = f32x4.add(sx, f32x4.mul(v, e));
        s1 = f32x4.add(s1, e);
        sa = f32x4.add(sa, a);
        most = f32x4.pmax(most, a);
        outside = i32x4.sub(outside, v128.or(f32x4.lt(v, lo), f32x4.gt(v, hi)));
        x = end;
      }
      squares = f64x2.add(squares, wide(s2));
      products = f64x2.add(products, wide(sx));
      sums = f64x2.add(sums, wide(s1));
      absolutes = f64x2.add(absolutes, wide(sa));
    }
  }
  addErrors(out, squares, products, sums, absolutes, most, outside);
}

export function addErrors(out: usize, squares: v128, products: v128, sums: v128, absolutes: v128, most: v128, outside: v128): void {
  addTo(out, total(squares));
  addTo(out + 8, total(products));
  addTo(out + 16, total(sums));
  addTo(out + 24, total(absolutes));
  const top = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
  store<f64>(out, max(load<f64>(out, 32), <f64>top), 32);
  addTo(out + 40, <f64>(i32x4.extract_lane(outside, 0) + i32x4.extract_lane(outside, 1)
    + i32x4.extract_lane(outside, 2) + i32x4.extract_lane(outside, 3)));
}
