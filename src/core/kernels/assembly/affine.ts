import { addTo, firstLanes, total, wide } from './lanes';

// Parameters of one run, float32: scale, qmin − zp, qmax − zp, clip lo, clip hi, and three unused.
const PARAMETERS: usize = 32;
// float32 partial sums are promoted to float64 after this many bytes (128 elements in 8 lanes), which keeps them good to about 1e-7.
const STRETCH: usize = 512;

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

// What is known of the values beforehand, see `Reach` in ../parameters.ts.
const INSIDE: i32 = 0;
const ROUNDED: i32 = 1;
const SYMMETRIC: i32 = 2;

/**
 * Errors e = x̂ − x of `runs` runs of `n` float32, added to four float64 at `out`: Σe², Σx·e, max e², elements outside [lo, hi]. `reach` tells how far the
 * values go, so that no more is done than they need.
 */
export function affineErrors(x: usize, n: i32, runs: i32, parameters: usize, out: usize, reach: i32): void {
  if (reach == INSIDE) errors(x, n, runs, parameters, out, false, false, false);
  else if (reach == ROUNDED) errors(x, n, runs, parameters, out, true, false, false);
  else if (reach == SYMMETRIC) errors(x, n, runs, parameters, out, true, true, true);
  else errors(x, n, runs, parameters, out, true, true, false);
}

// @ts-ignore: decorator
@inline
function quantizeAs(x: v128, scale: v128, low: v128, high: v128, clamping: bool, symmetric: bool): v128 {
  if (symmetric) return f32x4.mul(f32x4.pmin(f32x4.nearest(f32x4.div(x, scale)), high), scale);
  return clamping ? quantize(x, scale, low, high) : f32x4.mul(f32x4.nearest(f32x4.div(x, scale)), scale);
}

/** One more (−1 as an integer is all ones) in each lane that is outside. */
// @ts-ignore: decorator
@inline
function count(outside: v128, x: v128, lo: v128, hi: v128, symmetric: bool): v128 {
  return i32x4.sub(outside, symmetric ? f32x4.gt(x, hi) : v128.or(f32x4.lt(x, lo), f32x4.gt(x, hi)));
}

// @ts-ignore: decorator
@inline
function errors(
  x: usize, n: i32, runs: i32, parameters: usize, out: usize, clamping: bool, counting: bool, symmetric: bool): void {
  let squares = f64x2.splat(0);
  let products = f64x2.splat(0);
  let most = f32x4.splat(0);
  let outside = i32x4.splat(0);
  // On a symmetric grid the errors of |x| are those of x but for the sign, which no sum keeps, and there is one end to clamp at. The mask is our own because
  // what f32x4.abs compiles to makes one anew each time.
  const magnitude = i32x4.splat(0x7fffffff);
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
      const stop = min(x + STRETCH, whole);
      // Two at a time, with sums of their own, so that neither the loop nor the additions are what is waited for.
      let t2 = f32x4.splat(0);
      let tx = f32x4.splat(0);
      for (; x + 32 <= stop; x += 32) {
        const v = symmetric ? v128.and(v128.load(x), magnitude) : v128.load(x);
        const w = symmetric ? v128.and(v128.load(x, 16), magnitude) : v128.load(x, 16);
        const e = f32x4.sub(quantizeAs(v, scale, low, high, clamping, symmetric), v);
        const f = f32x4.sub(quantizeAs(w, scale, low, high, clamping, symmetric), w);
        const ee = f32x4.mul(e, e);
        const ff = f32x4.mul(f, f);
        s2 = f32x4.add(s2, ee);
        t2 = f32x4.add(t2, ff);
        sx = f32x4.add(sx, f32x4.mul(v, e));
        tx = f32x4.add(tx, f32x4.mul(w, f));
        most = f32x4.pmax(most, f32x4.pmax(ee, ff));
        if (counting) {
          outside = count(outside, v, lo, hi, symmetric);
          outside = count(outside, w, lo, hi, symmetric);
        }
      }
      for (; x < stop; x += 16) {
        const v = symmetric ? v128.and(v128.load(x), magnitude) : v128.load(x);
        const e = f32x4.sub(quantizeAs(v, scale, low, high, clamping, symmetric), v);
        const ee = f32x4.mul(e, e);
        s2 = f32x4.add(s2, ee);
        sx = f32x4.add(sx, f32x4.mul(v, e));
        most = f32x4.pmax(most, ee);
        if (counting) outside = count(outside, v, lo, hi, symmetric);
      }
      if (x == whole && x < end) {
        const v = v128.and(symmetric ? v128.and(v128.load(x), magnitude) : v128.load(x), firstLanes(n & 3));
        const e = f32x4.sub(quantizeAs(v, scale, low, high, clamping, symmetric), v);
        const ee = f32x4.mul(e, e);
        s2 = f32x4.add(s2, ee);
        sx = f32x4.add(sx, f32x4.mul(v, e));
        most = f32x4.pmax(most, ee);
        if (counting) outside = count(outside, v, lo, hi, symmetric);
        x = end;
      }
      squares = f64x2.add(squares, wide(f32x4.add(s2, t2)));
      products = f64x2.add(products, wide(f32x4.add(sx, tx)));
    }
  }
  addErrors(out, squares, products, most, outside);
}

/** Errors e = quantized − x of `n` float32, a multiple of 4, added to `out` as `affineErrors` does; none counts as outside. */
export function valueErrors(x: usize, quantized: usize, n: i32, out: usize): void {
  let squares = f64x2.splat(0);
  let products = f64x2.splat(0);
  let most = f32x4.splat(0);
  const end = x + (<usize>n << 2);
  while (x < end) {
    const stop = min(x + STRETCH, end);
    let s2 = f32x4.splat(0);
    let sx = f32x4.splat(0);
    for (; x < stop; x += 16, quantized += 16) {
      const v = v128.load(x);
      const e = f32x4.sub(v128.load(quantized), v);
      const ee = f32x4.mul(e, e);
      s2 = f32x4.add(s2, ee);
      sx = f32x4.add(sx, f32x4.mul(v, e));
      most = f32x4.pmax(most, ee);
    }
    squares = f64x2.add(squares, wide(s2));
    products = f64x2.add(products, wide(sx));
  }
  addErrors(out, squares, products, most, i32x4.splat(0));
}

export function addErrors(out: usize, squares: v128, products: v128, most: v128, outside: v128): void {
  addTo(out, total(squares));
  addTo(out + 8, total(products));
  const top = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
  store<f64>(out, max(load<f64>(out, 16), <f64>top), 16);
  addTo(out + 24, <f64>(i32x4.extract_lane(outside, 0) + i32x4.extract_lane(outside, 1)
    + i32x4.extract_lane(outside, 2) + i32x4.extract_lane(outside, 3)));
}
