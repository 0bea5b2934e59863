import type { Statistics } from './moments.js';

/** Central moments of a set of values, as sums: m2 = Σ(x − mean)², and so on. They merge without regard to order. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
  /** +Infinity when nothing was counted. */
  readonly min: number;
  /** −Infinity when nothing was counted. */
  readonly max: number;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, m2: 0, m3: 0, m4: 0, min: Infinity, max: -Infinity, zeros: 0, nan: 0, inf: 0 };

/** Central moments from record `at` of the `moments` kernel's output. */
export function momentsAt(records: Float64Array, at: number): Moments {
  const o = at * 11;
  const n = records[o];
  const nan = records[o + 9];
  const inf = records[o + 10];
  if (n === 0) return nan + inf === 0 ? NO_MOMENTS : { ...NO_MOMENTS, nan, inf };
  const d = records[o + 2] / n;
  const s2 = records[o + 3];
  const s3 = records[o + 4];
  return {
    count: n,
    mean: records[o + 1] + d,
    m2: Math.max(0, s2 - n * d * d),
    m3: s3 - 3 * d * s2 + 2 * n * d * d * d,
    m4: Math.max(0, records[o + 5] - 4 * d * s3 + 6 * d * d * s2 - 3 * n * d * d * d * d),
    min: records[o + 6],
    max: records[o + 7],
    zeros: records[o + 8],
    nan,
    inf,
  };
}

/** Moments of the union of two sets (Pébay 2008, eqs. 2.1, 3.1). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const zeros = a.zeros + b.zeros;
  const nan = a.nan + b.nan;
  const inf = a.inf + b.inf;
  if (b.count === 0) return { ...a, zeros, nan, inf };
  if (a.count === 0) return { ...b, zeros, nan, inf };
  const n = a.count + b.count;
  const delta = b.mean - a.mean;
  const d = delta / n;
  const product = a.count * b.count * delta * d;
  return {
    count: n,
    mean: a.mean + d * b.count,
    m2: a.m2 + b.m2 + product,
    m3: a.m3 + b.m3 + product * d * (a.count - b.count) + 3 * d * (a.count * b.m2 - b.count * a.m2),
    m4:
      a.m4 +
      b.m4 +
      product * d * d * (a.count * a.count - a.count * b.count + b.count * b.count) +
      6 * d * d * (a.count * a.count * b.m2 + b.count * b.count * a.m2) +
      4 * d * (a.count * b.m3 - b.count * a.m3),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    zeros,
    nan,
    inf,
  };
}

/** Σx² of the counted values. */
export const energy = (m: Moments): number => m.m2 + m.count * m.mean * m.mean;

/** Moments as they are reported; an empty set has zeros throughout. */
export function statisticsOf(m: Moments): Statistics {
  const { count, zeros, nan, inf } = m;
  if (count === 0) return { count, min: 0, max: 0, mean: 0, std: 0, skewness: null, kurtosis: null, zeros, nan, inf };
  const variance = m.m2 / count;
  const skewness = variance > 0 ? m.m3 / count / variance ** 1.5 : NaN;
  const kurtosis = variance > 0 ? m.m4 / count / (variance * variance) - 3 : NaN;
  return {
    count,
    min: m.min,
    max: m.max,
    mean: m.mean,
    std: Math.sqrt(variance),
    skewness: Number.isFinite(skewness) ? skewness : null,
    kurtosis: Number.isFinite(kurtosis) ? kurtosis : null,
    zeros,
    nan,
    inf,
  };
}
