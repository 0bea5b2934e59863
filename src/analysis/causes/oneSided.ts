import type { Statistics } from '../../core/statistics/moments.js';
import type { SchemeCandidate } from './finding.js';

/** Values on one side of zero under a grid that has both. */
export function oneSided(
  { min, max, kind }: { readonly min: number; readonly max: number; readonly kind: 'two-sided' | 'one-sided' | 'bounded' },
  apply: SchemeCandidate['apply'],
): SchemeCandidate | null {
  if (min === max || (min < 0 && max > 0)) return null;
  const side = min >= 0 ? 'negative' : 'positive';
  const never = kind === 'two-sided' ? `was never ${side} in these samples` : `is never ${side}`;
  return {
    cause: 'one-sided',
    target: 'activation',
    text: `The input ${never}: a grid with both signs leaves half of its codes unused.`,
    numbers: { min, max },
    apply,
  };
}

/**
 * Excess kurtosis about zero of the values that are not zero: that of the distribution of which values on one side are a half. A rectified Gaussian
 * has 0, an exponential distribution has the 3 of a Laplacian; null for constant values.
 */
export function kurtosisOfHalf({ count, zeros, mean, std, skewness, kurtosis }: Statistics): number | null {
  if (skewness === null || kurtosis === null || zeros === count) return null;
  const variance = std * std;
  const square = variance + mean * mean;
  const fourth = (kurtosis + 3) * variance * variance + 4 * mean * skewness * variance * std + 6 * mean * mean * variance + mean ** 4;
  return ((1 - zeros / count) * fourth) / (square * square) - 3;
}
