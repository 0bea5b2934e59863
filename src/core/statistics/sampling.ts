import type { Random } from '../formats/index.js';

/** A mean with the half-width of its confidence interval. */
interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
  /** Values that were looked at. */
  readonly samples: number;
}

/** One stratum of a tensor, a channel say: how many values it has, and how to look at one. */
interface Stratum {
  readonly size: number;
  readonly value: (index: number) => number;
}

/** Two-sided 95 % quantile of Student's t with `freedom` degrees of freedom (Cornish-Fisher expansion of the normal quantile; from 3 degrees on good to 1 %). */
function student95(freedom: number): number {
  const z = 1.959963984540054;
  const v = freedom;
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v * v) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  );
}

/** Values looked at in a stratum, at least, so that its spread can be told. */
const LEAST = 8;

/**
 * A stratified sample, stratum by stratum: the estimated total of all values and its variance, that of sampling without replacement with the finite-population
 * correction, Σ N²·(1 − n/N)·s²/n (Cochran 1977, eq. 5.6). Strata that are visited whole add no variance.
 */
export interface StratifiedTotal {
  total: number;
  variance: number;
  /** Σ variance²/(n − 1), for Satterthwaite's degrees of freedom. */
  weights: number;
  /** Values that were looked at. */
  samples: number;
}

export const newTotal = (): StratifiedTotal => ({ total: 0, variance: 0, weights: 0, samples: 0 });

/** Which of the `size` values of a stratum to look at when a `share` of all is to be seen: different indices, at least `least` (or all). */
export function drawStratum(size: number, share: number, random: Random, least = LEAST): Uint32Array {
  const n = Math.min(size, Math.max(least, Math.round(share * size)));
  return Uint32Array.from(draw(size, n, random));
}

/** Adds a stratum of `size` values of which `values` were drawn. */
export function addStratum(to: StratifiedTotal, size: number, values: ArrayLike<number>): void {
  const n = values.length;
  if (n === 0) return;
  const shift = values[0];
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const v = values[i] - shift;
    sum += v;
    squares += v * v;
  }
  to.total += size * (shift + sum / n);
  to.samples += n;
  if (n === size) return;
  const part = (size * size * (1 - n / size) * Math.max(0, squares - (sum * sum) / n)) / (n - 1) / n;
  to.variance += part;
  to.weights += (part * part) / (n - 1);
}

/** Half-width of the 95 % confidence interval of the total. */
export function halfWidth({ variance, weights }: StratifiedTotal): number {
  const freedom = weights > 0 ? (variance * variance) / weights : Infinity;
  return Math.sqrt(variance) * student95(Math.max(3, freedom));
}

/** The mean over all values of all strata, from about `samples` of them in proportion to the strata's sizes, with a 95 % confidence interval. */
export function stratifiedMean(strata: readonly Stratum[], samples: number, random: Random): Estimate {
  const size = strata.reduce((sum, stratum) => sum + stratum.size, 0);
  if (size === 0) return { mean: 0, halfWidth: 0, samples: 0 };
  const to = newTotal();
  for (const stratum of strata)
    addStratum(to, stratum.size, Float64Array.from(drawStratum(stratum.size, samples / size, random), stratum.value));
  return { mean: to.total / size, halfWidth: halfWidth(to) / size, samples: to.samples };
}

/** `n` different indices below `size`: Floyd's algorithm, or all of them. */
function draw(size: number, n: number, random: Random): Iterable<number> {
  if (n === size) return Array.from({ length: n }, (_, i) => i);
  const chosen = new Set<number>();
  for (let i = size - n; i < size; i++) {
    const candidate = Math.floor(random() * (i + 1));
    chosen.add(chosen.has(candidate) ? i : candidate);
  }
  return chosen;
}
