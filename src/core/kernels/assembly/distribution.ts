// Distributions of magnitudes, see ../../clipping/distribution.ts, and the error of symmetric grids on them: the clipping search of every channel lives on these. All
// arithmetic is that of the TypeScript twins, operation by operation.

// Float64 arrays one behind the other, of CAPACITY elements each: edges, counts, and the sums of 1, x and x² from the top.
const CAPACITY: usize = 385;
const COUNTS: usize = CAPACITY * 8;
const ABOVE0: usize = CAPACITY * 16;
const ABOVE1: usize = CAPACITY * 24;
const ABOVE2: usize = CAPACITY * 32;
const SHIFT: i32 = 18;

/**
 * Makes the distribution at `to` that of magnitudes up to `largest` which `table` counts as `histogramLog` does. `missing` of its zeros stand for values that are not finite, and
 * are left out.
 */
export function fillMagnitudes(table: usize, base: i32, buckets: i32, largest: f64, missing: f64, to: usize): void {
  const negative = table + (<usize>buckets << 2);
  const end = to + (<usize>buckets << 3);
  store<f64>(end, largest);
  store<f64>(end, 0, ABOVE0);
  store<f64>(end, 0, ABOVE1);
  store<f64>(end, 0, ABOVE2);
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let b = largest;
  for (let i = buckets - 1; i >= 0; i--) {
    const at = to + (<usize>i << 3);
    const a: f64 = i == 0 ? 0 : <f64>reinterpret<f32>((base + i) << SHIFT);
    let n = <f64>load<u32>(table + (<usize>i << 2)) + <f64>load<u32>(negative + (<usize>i << 2));
    if (i == 0) n -= missing;
    // Empty buckets add nothing; to ask which they are would take longer.
    s0 += n;
    s1 += n * (a + b) * 0.5;
    s2 += (n * (a * a + a * b + b * b)) / 3;
    store<f64>(at, a);
    store<f64>(at, n, COUNTS);
    store<f64>(at, s0, ABOVE0);
    store<f64>(at, s1, ABOVE1);
    store<f64>(at, s2, ABOVE2);
    b = a;
  }
}

// @ts-ignore: decorator
@inline
function perWidth(a: f64, width: f64): f64 {
  return width > 0 ? a / width : 0;
}

/** Address of the edge below the bucket of t > 0. */
// @ts-ignore: decorator
@inline
function locate(d: usize, base: i32, buckets: i32, t: f64): usize {
  return d + (<usize>min(max(<i32>(reinterpret<u32>(<f32>t) >> SHIFT) - base, 0), buckets - 1) << 3);
}

/** `one`·N + `two`·Σx over the values above t. */
// @ts-ignore: decorator
@inline
function weightAbove(d: usize, base: i32, buckets: i32, t: f64, one: f64, two: f64): f64 {
  if (t >= load<f64>(d + (<usize>buckets << 3))) return 0;
  if (t <= 0) return one * load<f64>(d, ABOVE0) + two * load<f64>(d, ABOVE1);
  const i = locate(d, base, buckets, t);
  const b = load<f64>(i, 8);
  const n = perWidth(load<f64>(i, COUNTS) * (b - t), b - load<f64>(i));
  return one * (load<f64>(i, ABOVE0 + 8) + n) + two * (load<f64>(i, ABOVE1 + 8) + (n * (b + t)) / 2);
}

function countAbove(d: usize, base: i32, buckets: i32, t: f64): f64 {
  if (t >= load<f64>(d + (<usize>buckets << 3))) return 0;
  if (t <= 0) return load<f64>(d, ABOVE0);
  const i = locate(d, base, buckets, t);
  const b = load<f64>(i, 8);
  return load<f64>(i, ABOVE0 + 8) + perWidth(load<f64>(i, COUNTS) * (b - t), b - load<f64>(i));
}

function squaresAbove(d: usize, base: i32, buckets: i32, t: f64): f64 {
  if (t >= load<f64>(d + (<usize>buckets << 3))) return 0;
  if (t <= 0) return load<f64>(d, ABOVE2);
  const i = locate(d, base, buckets, t);
  const b = load<f64>(i, 8);
  return load<f64>(i, ABOVE2 + 8) + perWidth(load<f64>(i, COUNTS) * (b * b * b - t * t * t), 3 * (b - load<f64>(i)));
}

/** Σ(x − t)² over the values above t. */
function overloadAbove(d: usize, base: i32, buckets: i32, t: f64): f64 {
  if (t >= load<f64>(d + (<usize>buckets << 3))) return 0;
  if (t <= 0) return load<f64>(d, ABOVE2) - 2 * t * load<f64>(d, ABOVE1) + t * t * load<f64>(d, ABOVE0);
  const i = locate(d, base, buckets, t);
  const b = load<f64>(i, 8);
  const c = b - t;
  const inside = perWidth(load<f64>(i, COUNTS) * (c * c * c), 3 * (b - load<f64>(i)));
  return max(0, load<f64>(i, ABOVE2 + 8) - 2 * t * load<f64>(i, ABOVE1 + 8) + t * t * load<f64>(i, ABOVE0 + 8)) + inside;
}

// From this many levels on, those beyond the first few are not told one by one.
const MANY_LEVELS: f64 = 40;
const NEAR_ZERO: i32 = 6;

/** Σe² of the values up to `to` under the levels 0, step, … last·step. */
function levelByLevel(d: usize, base: i32, buckets: i32, step: f64, last: i32, to: f64): f64 {
  const highest = <f64>last * step;
  let sum = load<f64>(d, ABOVE2) - squaresAbove(d, base, buckets, to);
  for (let k = 1; k <= last; k++) {
    const v = <f64>k * step;
    sum += weightAbove(d, base, buckets, v - step / 2, step * (2 * v - step), -2 * step);
  }
  if (to < Infinity) sum -= weightAbove(d, base, buckets, to, highest * highest, -2 * highest);
  return max(0, sum);
}

/** Σe² of the distribution at `d` under the symmetric grid with levels k·clip/steps, k = −steps…steps. */
export function symmetricTotal(d: usize, base: i32, buckets: i32, clip: f64, steps: f64): f64 {
  const step = clip / steps;
  if (2 * steps + 1 < MANY_LEVELS) return levelByLevel(d, base, buckets, step, <i32>steps, Infinity);
  const near = (<f64>NEAR_ZERO + 0.5) * step;
  const beyond = ((countAbove(d, base, buckets, near) - countAbove(d, base, buckets, clip)) * step * step) / 12;
  return levelByLevel(d, base, buckets, step, NEAR_ZERO, near) + beyond + overloadAbove(d, base, buckets, clip);
}
