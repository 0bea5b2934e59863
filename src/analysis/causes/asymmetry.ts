import { percent, type SchemeCandidate } from './finding.js';

/** A fifth of the codes is a third of a bit. */
const UNUSED = 0.2;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** The share of a symmetric grid's codes beyond the values' ends. */
const unusedShare = ({ min, max }: Range): number => 1 - (Math.max(max, 0) - Math.min(min, 0)) / (2 * Math.max(-min, max));

/** Values that reach further to one side of zero than to the other, under a symmetric grid. */
export function asymmetry(range: Range, target: 'weight' | 'activation', apply: SchemeCandidate['apply']): SchemeCandidate | null {
  const { min, max } = range;
  const unused = unusedShare(range);
  if (!(unused >= UNUSED)) return null;
  return {
    cause: 'asymmetry',
    target,
    text: `The ${target === 'weight' ? 'weights go' : 'input goes'} from ${min.toPrecision(3)} to ${max.toPrecision(3)}: a symmetric grid leaves ${percent(unused)} of its codes unused.`,
    numbers: { min, max, unused },
    apply,
  };
}
