/** Bytes from the first table of counts by the upper 16 bits to the second: neighbouring values tend to share a bucket, and two tables halve the wait for the store before. */
export const SECOND: usize = 262144;

/** Counts four float32 by their upper 16 bits. */
// @ts-ignore: decorator
@inline
export function count4(x: usize, table: usize, second: usize): void {
  const a = load<u64>(x);
  const b = load<u64>(x, 8);
  bump(table + (<usize>((a >> 16) & 0xffff) << 2));
  bump(second + (<usize>(a >> 48) << 2));
  bump(table + (<usize>((b >> 16) & 0xffff) << 2));
  bump(second + (<usize>(b >> 48) << 2));
}

/** Counts one. */
// @ts-ignore: decorator
@inline
export function count1(x: usize, table: usize): void {
  bump(table + (<usize>load<u16>(x, 2) << 2));
}

/**
 * Counts `n` float32 by sign and magnitude: bucket `clamp((bits & 0x7fffffff) >> 18) − base, 0, buckets − 1)`, 32 to an octave, negative
 * values `buckets` further on. `table` holds 2·buckets uint32.
 */
export function histogramLog(x: usize, n: i32, base: i32, buckets: i32, table: usize): void {
  const magnitude = i32x4.splat(0x7fffffff);
  const from = i32x4.splat(base);
  const last = i32x4.splat(buckets - 1);
  const none = i32x4.splat(0);
  const offset = i32x4.splat(buckets);
  const end = x + (<usize>n << 2);
  const whole = x + ((<usize>n & ~3) << 2);
  for (; x < whole; x += 16) {
    const v = v128.load(x);
    const at = i32x4.min_s(i32x4.max_s(i32x4.sub(i32x4.shr_u(v128.and(v, magnitude), 18), from), none), last);
    const index = i32x4.add(at, v128.and(i32x4.shr_s(v, 31), offset));
    bump(table + (<usize>i32x4.extract_lane(index, 0) << 2));
    bump(table + (<usize>i32x4.extract_lane(index, 1) << 2));
    bump(table + (<usize>i32x4.extract_lane(index, 2) << 2));
    bump(table + (<usize>i32x4.extract_lane(index, 3) << 2));
  }
  for (; x < end; x += 4) {
    const bits = load<u32>(x);
    const at = min(max(<i32>((bits & 0x7fffffff) >> 18) - base, 0), buckets - 1) + (bits >> 31 ? buckets : 0);
    bump(table + (<usize>at << 2));
  }
}

// @ts-ignore: decorator
@inline
function bump(address: usize): void {
  store<u32>(address, load<u32>(address) + 1);
}

/** Counts |x| of `n` float32 in `bins` bins: bin min(⌊|x|·factor⌋, bins − 1), the product in float32. `table` holds `bins` uint32. */
export function histogramAbsolute(x: usize, n: i32, factor: f32, bins: i32, table: usize): void {
  const times = f32x4.splat(factor);
  const last = i32x4.splat(bins - 1);
  const end = x + (<usize>n << 2);
  const whole = x + ((<usize>n & ~3) << 2);
  for (; x < whole; x += 16) {
    const at = i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.abs(v128.load(x)), times)), last);
    bump(table + (<usize>i32x4.extract_lane(at, 0) << 2));
    bump(table + (<usize>i32x4.extract_lane(at, 1) << 2));
    bump(table + (<usize>i32x4.extract_lane(at, 2) << 2));
    bump(table + (<usize>i32x4.extract_lane(at, 3) << 2));
  }
  for (; x < end; x += 4) bump(table + (<usize>min(<i32>(abs(load<f32>(x)) * factor), bins - 1) << 2));
}
