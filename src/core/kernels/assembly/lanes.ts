// Small helpers every kernel uses. Runs of float32 are handled four at a time; the last, shorter group is masked to zeros, which
// every quantizer here maps to zero. Reading past a run's end is safe: the arena keeps slack behind its last allocation.

/** Sum of the four float32 lanes, in float64. */
// @ts-ignore: decorator
@inline
export function wide(v: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
}

// @ts-ignore: decorator
@inline
export function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** All ones in the first `n` of four lanes, n in 1…3. */
// @ts-ignore: decorator
@inline
export function firstLanes(n: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
}

// @ts-ignore: decorator
@inline
export function addTo(address: usize, value: f64): void {
  store<f64>(address, load<f64>(address) + value);
}
