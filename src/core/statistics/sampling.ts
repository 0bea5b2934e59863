import type { Random } from '../formats/index.js';

/** A mean with the half-width of its confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
  /** Values that were looked at. */
  readonly samples: number;
}

/** One stratum of a tensor, a channel say: how many values it has, and how to look at one. */
export interface Stratum {
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
 * The mean over all values of all strata, from about `samples` of them drawn without replacement in proportion to the strata's sizes, with a 95 % confidence interval. The
 * variance is that of stratified sampling with its finite-population correction, Σ W²·(1 − n/N)·s²/n (Cochran 1977, eq. 5.6); strata no larger than their
 * share are visited whole and add none. Degrees of freedom by Satterthwaite.
 */
export function stratifiedMean(strata: readonly Stratum[], samples: number, random: Random): Estimate {
  const total = strata.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) return { mean: 0, halfWidth: 0, samples: 0 };
  let mean = 0;
  let variance = 0;
  let weights = 0;
  let looked = 0;
  for (const { size, value } of strata) {
    if (size === 0) continue;
    const n = Math.min(size, Math.max(LEAST, Math.round((samples * size) / total)));
    const share = size / total;
    let sum = 0;
    let squares = 0;
    let shift = 0;
    let taken = 0;
    for (const index of draw(size, n, random)) {
      const v = value(index);
      if (taken++ === 0) shift = v;
      sum += v - shift;
      squares += (v - shift) ** 2;
    }
    mean += share * (shift + sum / n);
    looked += n;
    if (n < size) {
      const spread = Math.max(0, squares - (sum * sum) / n) / (n - 1);
      const part = (share * share * (1 - n / size) * spread) / n;
      variance += part;
      weights += (part * part) / (n - 1);
    }
  }
  const freedom = weights > 0 ? (variance * variance) / weights : Infinity;
  return { mean, halfWidth: Math.sqrt(variance) * student95(Math.max(3, freedom)), samples: looked };
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
