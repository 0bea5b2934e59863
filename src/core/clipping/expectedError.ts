import { countAbove, overloadAbove, overloadBelow, weightAbove, type Distribution } from './distribution.js';

/** Squared error summed over all values, its two parts apart: rounding inside the clip range, saturation outside. */
export interface ExpectedError {
  readonly granular: number;
  readonly overload: number;
}

/** From this many levels on, rounding error inside the range is taken as Δ²/12 a value: the density hardly changes over one step. */
const MANY_LEVELS = 40;

/**
 * Error of the symmetric grid with levels k·clip/steps, k = −steps…steps, on a distribution of magnitudes.
 * Few levels are told exactly, threshold by threshold: with t_k = (k − ½)Δ, Σe² = Σx² + Σ_k [(2k − 1)Δ²·N(x > t_k) − 2Δ·Σ(x > t_k)].
 */
export function symmetricError(d: Distribution, clip: number, steps: number): ExpectedError {
  const overload = overloadAbove(d, clip);
  const step = clip / steps;
  if (2 * steps + 1 >= MANY_LEVELS) return { granular: ((d.above0[0] - countAbove(d, clip)) * step * step) / 12, overload };
  let sum = d.above2[0];
  for (let k = 1; k <= steps; k++) sum += weightAbove(d, (k - 0.5) * step, (2 * k - 1) * step * step, -2 * step);
  return { granular: Math.max(0, sum - overload), overload };
}

/** Error of the grid with levels lo + k·step, k = 0…steps, on a signed distribution. */
export function gridError(d: Distribution, lo: number, step: number, steps: number): ExpectedError {
  const hi = lo + steps * step;
  const overload = overloadAbove(d, hi) + overloadBelow(d, lo);
  if (steps + 1 >= MANY_LEVELS) return { granular: ((countAbove(d, lo) - countAbove(d, hi)) * step * step) / 12, overload };
  let sum = d.above2[0] - 2 * lo * d.above1[0] + lo * lo * d.above0[0];
  for (let k = 1; k <= steps; k++) {
    const high = lo + k * step;
    sum += weightAbove(d, high - step / 2, step * (2 * high - step), -2 * step);
  }
  return { granular: Math.max(0, sum - overload), overload };
}

/** Error of a quantizer that maps to the nearest of `levels` (ascending), on a signed distribution. */
export function levelsError(d: Distribution, levels: readonly number[]): ExpectedError {
  const lo = levels[0];
  const overload = overloadAbove(d, levels[levels.length - 1]) + overloadBelow(d, lo);
  let sum = d.above2[0] - 2 * lo * d.above1[0] + lo * lo * d.above0[0];
  for (let k = 1; k < levels.length; k++) {
    const a = levels[k - 1];
    const b = levels[k];
    sum += weightAbove(d, (a + b) / 2, b * b - a * a, 2 * (a - b));
  }
  return { granular: Math.max(0, sum - overload), overload };
}
