import { times, type SchemeCandidate } from './finding.js';

/** Values that are to share a scale, as far as their tails tell. */
export interface Tails {
  readonly min: number;
  readonly max: number;
  /** Excess kurtosis, of the whole distribution where only a half of it is there. */
  readonly kurtosis: number | null;
  /** The magnitude that all but a thousandth of them stay below; null when that is not known. */
  readonly tail: number | null;
}

/** A thousandth of the values takes two bits from all others. */
const OUTLYING = 4;
/** Excess kurtosis of a Laplace distribution; that of a Gaussian is 0, and its best clip is close to where its values end. */
const HEAVY = 3;

/** Few values far out, or many: both are clipped. */
export function outliers(
  { min, max, kurtosis, tail }: Tails,
  target: 'weight' | 'activation',
  apply: SchemeCandidate['apply'],
): SchemeCandidate | null {
  const values = target === 'weight' ? 'weights' : 'inputs';
  const largest = Math.max(-min, max);
  if (tail !== null && tail > 0 && largest >= OUTLYING * tail) {
    const ratio = largest / tail;
    return {
      cause: 'outliers',
      target,
      text: `The largest of the ${values} reaches ${times(ratio)} as far as 99.9 % of them.`,
      numbers: { ratio },
      apply,
    };
  }
  if (kurtosis === null || kurtosis < HEAVY) return null;
  return {
    cause: 'heavy-tails',
    target,
    text: `The ${values} have heavy tails: their excess kurtosis is ${kurtosis.toFixed(1)}, where a Gaussian has 0.`,
    numbers: { kurtosis },
    apply,
  };
}
