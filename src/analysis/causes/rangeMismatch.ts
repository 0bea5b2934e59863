import type { JoinFacts } from '../../engine/index.js';
import { decibels, gainOf, times, type Candidate } from './finding.js';

export const JOIN_SCHEME = 'uint8/tensor/minmax';

/** The narrower value loses two bits. */
export const MISMATCH = 4;

/** Values of different ranges that join under one scale. */
export function rangeMismatch({ name, op, widest, narrowest, narrowSharedDb, narrowOwnDb }: JoinFacts): Candidate {
  const widths = [widest, narrowest].map(({ lo, hi }) => hi - lo);
  const ratio = widths[0] / widths[1];
  const narrowGainDb = gainOf(narrowSharedDb, narrowOwnDb);
  const loss = narrowGainDb === null ? '' : `, ${decibels(narrowGainDb)}`;
  return {
    cause: 'range-mismatch',
    target: 'activation',
    text: `What comes from this layer meets a value ${times(ratio)} as wide at the ${op} ${name}: under one scale it loses ${Math.log2(ratio).toFixed(1)} bits${loss}.`,
    numbers: { ratio, bits: Math.log2(ratio), widest: widths[0], narrowest: widths[1], ...(narrowGainDb === null ? {} : { narrowGainDb }) },
    apply: { transform: 'own-scales', node: name, scheme: JOIN_SCHEME },
  };
}
