/** Smallest and largest of each of `runs` runs of `n` finite float32, n > 0, as pairs of float32 at `out`. */
export function extremes(x: usize, n: i32, runs: i32, out: usize): void {
  for (let r = 0; r < runs; r++, out += 8) {
    let lo = v128.load32_splat(x);
    let hi = lo;
    const end = x + (<usize>n << 2);
    const whole = x + ((<usize>n & ~3) << 2);
    for (; x < whole; x += 16) {
      const v = v128.load(x);
      lo = f32x4.pmin(lo, v);
      hi = f32x4.pmax(hi, v);
    }
    let least = min(min(f32x4.extract_lane(lo, 0), f32x4.extract_lane(lo, 1)), min(f32x4.extract_lane(lo, 2), f32x4.extract_lane(lo, 3)));
    let most = max(max(f32x4.extract_lane(hi, 0), f32x4.extract_lane(hi, 1)), max(f32x4.extract_lane(hi, 2), f32x4.extract_lane(hi, 3)));
    for (; x < end; x += 4) {
      least = min(least, load<f32>(x));
      most = max(most, load<f32>(x));
    }
    store<f32>(out, least);
    store<f32>(out, most, 4);
  }
}

/** Moves the values among `n` float32 that lie outside [lo, hi] to its ends; NaN stays. */
export function clamp(x: usize, n: i32, lo: f32, hi: f32): void {
  const least = f32x4.splat(lo);
  const most = f32x4.splat(hi);
  const end = x + (<usize>n << 2);
  const whole = x + ((<usize>n & ~3) << 2);
  for (; x < whole; x += 16) v128.store(x, f32x4.min(f32x4.max(v128.load(x), least), most));
  for (; x < end; x += 4) store<f32>(x, min(max(load<f32>(x), lo), hi));
}
