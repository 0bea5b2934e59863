import type { ClipRange } from '../formats/index.js';
import { kernels } from '../kernels/load.js';
import { countAbove, overloadAbove, overloadBelow, squaresBetween, weightAbove, type Distribution } from './distribution.js';

/** Squared error summed over all values, its two parts apart: rounding inside the clip range, saturation outside. */
export interface ExpectedError {
  readonly granular: number;
  readonly overload: number;
}

/**
 * From this many levels on, rounding error is told level by level only near zero, where pruned values pile up and where outliers leave everything else on
 * few levels; beyond, it is taken as Δ²/12 a value, for there the density hardly changes over one step.
 */
const MANY_LEVELS = 40;
const NEAR_ZERO = 6;

/**
 * Granular and overload error together of the symmetric grid with levels k·clip/steps, k = −steps…steps, on a distribution of magnitudes.
 */
export function symmetricTotal(d: Distribution, clip: number, steps: number): number {
  if (d.address !== null) return kernels().symmetricTotal(d.address, d.base, d.buckets, clip, steps);
  const step = clip / steps;
  if (2 * steps + 1 < MANY_LEVELS) return levelByLevel(d, 0, step, 0, steps, 0, Infinity);
  const near = (NEAR_ZERO + 0.5) * step;
  const beyond = ((countAbove(d, near) - countAbove(d, clip)) * step * step) / 12;
  return levelByLevel(d, 0, step, 0, NEAR_ZERO, 0, near) + beyond + overloadAbove(d, clip);
}

/**
 * Σe² over the values between `from` and `to` that go to levels origin + k·step, k = first…last, told exactly: all go to the first level, and at each threshold t_k half-way to the
 * next those above it change over, (x − v_k)² − (x − v_k−1)² = v_k² − v_k−1² − 2·step·x.
 */
function levelByLevel(d: Distribution, origin: number, step: number, first: number, last: number, from: number, to: number): number {
  const lowest = origin + first * step;
  const highest = origin + last * step;
  let sum = squaresBetween(d, from, to, lowest);
  for (let k = first + 1; k <= last; k++) {
    const v = origin + k * step;
    sum += weightAbove(d, v - step / 2, step * (2 * v - step), -2 * step);
  }
  if (to < Infinity) sum -= weightAbove(d, to, highest * highest - lowest * lowest, 2 * (lowest - highest));
  return Math.max(0, sum);
}

/** Granular and overload error together of the grid with levels lo + k·step, k = 0…steps, one of them zero, on a signed distribution. */
export function gridTotal(d: Distribution, lo: number, step: number, steps: number): number {
  if (steps + 1 < MANY_LEVELS) return levelByLevel(d, lo, step, 0, steps, -Infinity, Infinity);
  const hi = lo + steps * step;
  const zero = Math.round(-lo / step);
  const first = Math.max(0, zero - NEAR_ZERO);
  const last = Math.min(steps, zero + NEAR_ZERO);
  const from = first === 0 ? lo : lo + (first - 0.5) * step;
  const to = last === steps ? hi : lo + (last + 0.5) * step;
  const beyond = countAbove(d, lo) - countAbove(d, from) + countAbove(d, to) - countAbove(d, hi);
  return levelByLevel(d, lo, step, first, last, from, to) + (beyond * step * step) / 12 + overloadAbove(d, hi) + overloadBelow(d, lo);
}

/** The two parts of the error of the symmetric grid that ends at `end`, on a distribution of magnitudes of which those beyond `clip` count as outside. */
export function symmetricError(d: Distribution, end: number, steps: number, clip: number): ExpectedError {
  const overload = beyondAbove(d, clip, end);
  return { granular: Math.max(0, symmetricTotal(d, end, steps) - overload), overload };
}

/**
 * The two parts of the error of the grid lo + k·step on a signed distribution of which values outside `clip` count as such. `range` is that of the values: the outermost buckets
 * reach beyond it.
 */
export function gridError(d: Distribution, lo: number, step: number, steps: number, clip: ClipRange, range: ClipRange): ExpectedError {
  const hi = lo + steps * step;
  const [above, below] = [overloadAbove(d, hi), overloadBelow(d, lo)];
  const outside = [clip.hi >= range.hi ? 0 : beyondAbove(d, clip.hi, hi), clip.lo <= range.lo ? 0 : beyondBelow(d, clip.lo, lo)];
  // Where the clip range ends beyond the grid, the values between are rounded by no more than that.
  const between =
    Math.min(Math.max(0, above - outside[0]), countAbove(d, hi) * Math.max(0, clip.hi - hi) ** 2) +
    Math.min(Math.max(0, below - outside[1]), (d.above0[0] - countAbove(d, lo)) * Math.max(0, lo - clip.lo) ** 2);
  return {
    granular: Math.max(0, gridTotal(d, lo, step, steps) - above - below) + between,
    overload: outside[0] + outside[1],
  };
}

/** Σ(x − end)² over the values above `clip`; those between it and an end beyond it are rounded, not cut off. */
function beyondAbove(d: Distribution, clip: number, end: number): number {
  const t = Math.max(clip, end);
  const gap = t - end;
  return overloadAbove(d, t) + weightAbove(d, t, gap * (gap - 2 * t), 2 * gap);
}

/** Σ(x − end)² over the values below `clip`. */
function beyondBelow(d: Distribution, clip: number, end: number): number {
  const t = Math.min(clip, end);
  const gap = end - t;
  // Σ(t − x) of what is below: that of all less that of what is above.
  const below = (one: number, two: number): number => one * d.above0[0] + two * d.above1[0] - weightAbove(d, t, one, two);
  return overloadBelow(d, t) + Math.max(0, below(gap * (gap + 2 * t), -2 * gap));
}
