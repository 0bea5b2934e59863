import { count1, count4, SECOND } from './histogram';
import { total } from './lanes';

// Layout of one record, in float64: finite count, shift, Σd, Σd², Σd³, Σd⁴ (d = x − shift), min, max, zeros, NaNs, infinities.
const RECORD: usize = 88;

/**
 * Shifted power sums of `runs` runs of `n` float32 each, one record per run at `out`. Non-finite values are counted, left out and
 * replaced by 0 in place, so that kernels behind this one never meet them.
 */
export function moments(x: usize, n: i32, runs: i32, out: usize): void {
  for (let r = 0; r < runs; r++) {
    if (!finiteRun(x, n, out, false, 0)) mixedRun(x, n, out);
    x += <usize>n << 2;
    out += RECORD;
  }
}

/**
 * The same, and counts the values as they were by their upper 16 bits. `table` holds two tables of 65,536 uint32 that the caller adds up. Arithmetic and counting wait for different
 * parts of the processor: together they take less time than one after the other.
 */
export function momentsAndCounts(x: usize, n: i32, runs: i32, out: usize, table: usize): void {
  for (let r = 0; r < runs; r++) {
    if (!finiteRun(x, n, out, true, table)) mixedRun(x, n, out);
    x += <usize>n << 2;
    out += RECORD;
  }
}

// @ts-ignore: decorator
@inline
function record(
  out: usize, count: f64, shift: f64, s1: f64, s2: f64, s3: f64, s4: f64, lo: f64, hi: f64, zeros: f64, nan: f64, inf: f64): void {
  store<f64>(out, count, 0);
  store<f64>(out, shift, 8);
  store<f64>(out, s1, 16);
  store<f64>(out, s2, 24);
  store<f64>(out, s3, 32);
  store<f64>(out, s4, 40);
  store<f64>(out, lo, 48);
  store<f64>(out, hi, 56);
  store<f64>(out, zeros, 64);
  store<f64>(out, nan, 72);
  store<f64>(out, inf, 80);
}

/** The fast way. Returns false, with nothing written at `out`, when a value is not finite. */
// @ts-ignore: decorator
@inline
function finiteRun(x: usize, n: i32, out: usize, counting: bool, table: usize): bool {
  if (n == 0) {
    record(out, 0, 0, 0, 0, 0, 0, Infinity, -Infinity, 0, 0, 0);
    return true;
  }
  const first = load<f32>(x);
  const shift = <f64>first;
  const k = f64x2.splat(shift);
  const magnitude = i32x4.splat(0x7fffffff);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let s4 = f64x2.splat(0);
  let lo = f32x4.splat(first);
  let hi = lo;
  let top = i32x4.splat(0);
  let zeros = i32x4.splat(0);
  const nothing = f32x4.splat(0);
  const whole = x + ((<usize>n & ~3) << 2);
  const end = x + (<usize>n << 2);
  const second = table + SECOND;
  for (; x < whole; x += 16) {
    if (counting) count4(x, table, second);
    const v = v128.load(x);
    top = i32x4.max_u(top, v128.and(v, magnitude));
    lo = f32x4.pmin(lo, v);
    hi = f32x4.pmax(hi, v);
    zeros = i32x4.sub(zeros, f32x4.eq(v, nothing));
    const a = f64x2.sub(f64x2.promote_low_f32x4(v), k);
    const b = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)), k);
    const aa = f64x2.mul(a, a);
    const bb = f64x2.mul(b, b);
    s1 = f64x2.add(s1, f64x2.add(a, b));
    s2 = f64x2.add(s2, f64x2.add(aa, bb));
    s3 = f64x2.add(s3, f64x2.add(f64x2.mul(aa, a), f64x2.mul(bb, b)));
    s4 = f64x2.add(s4, f64x2.add(f64x2.mul(aa, aa), f64x2.mul(bb, bb)));
  }
  let isPlain = !v128.any_true(i32x4.ge_u(top, i32x4.splat(0x7f800000)));
  let t1 = total(s1);
  let t2 = total(s2);
  let t3 = total(s3);
  let t4 = total(s4);
  let least = min(min(f32x4.extract_lane(lo, 0), f32x4.extract_lane(lo, 1)), min(f32x4.extract_lane(lo, 2), f32x4.extract_lane(lo, 3)));
  let most = max(max(f32x4.extract_lane(hi, 0), f32x4.extract_lane(hi, 1)), max(f32x4.extract_lane(hi, 2), f32x4.extract_lane(hi, 3)));
  let none = i32x4.extract_lane(zeros, 0) + i32x4.extract_lane(zeros, 1) + i32x4.extract_lane(zeros, 2) + i32x4.extract_lane(zeros, 3);
  for (; x < end; x += 4) {
    if (counting) count1(x, table);
    const v = load<f32>(x);
    if (!isFinite(v)) isPlain = false;
    least = min(least, v);
    most = max(most, v);
    if (v == 0) none++;
    const d = <f64>v - shift;
    const dd = d * d;
    t1 += d;
    t2 += dd;
    t3 += dd * d;
    t4 += dd * dd;
  }
  if (isPlain) record(out, <f64>n, shift, t1, t2, t3, t4, <f64>least, <f64>most, <f64>none, 0, 0);
  return isPlain;
}

/** The slow way, for runs with NaN or infinities. */
function mixedRun(x: usize, n: i32, out: usize): void {
  let count = 0;
  let nan = 0;
  let inf = 0;
  let zeros = 0;
  let shift: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  let s4: f64 = 0;
  let lo: f64 = Infinity;
  let hi: f64 = -Infinity;
  const end = x + (<usize>n << 2);
  for (; x < end; x += 4) {
    const f = load<f32>(x);
    if (!isFinite(f)) {
      if (isNaN(f)) nan++;
      else inf++;
      store<f32>(x, 0);
      continue;
    }
    const v = <f64>f;
    if (count++ == 0) shift = v;
    if (v == 0) zeros++;
    lo = min(lo, v);
    hi = max(hi, v);
    const d = v - shift;
    const dd = d * d;
    s1 += d;
    s2 += dd;
    s3 += dd * d;
    s4 += dd * dd;
  }
  record(out, <f64>count, shift, s1, s2, s3, s4, lo, hi, <f64>zeros, <f64>nan, <f64>inf);
}

/** Replaces the NaNs and infinities among `n` float32 by 0. */
export function blankNonFinite(x: usize, n: i32): void {
  for (const end = x + (<usize>n << 2); x < end; x += 4) if ((load<u32>(x) & 0x7f800000) == 0x7f800000) store<u32>(x, 0);
}
