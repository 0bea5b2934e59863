import type { PairFacts } from '../../engine/index.js';
import type { Candidate } from './finding.js';

/** What both weights of a pair are tried under: one scale for a tensor is the case that equalization is for. */
export const PAIR_SCHEME = 'int8/tensor/minmax';

/** Factors this far apart: some channel can be given a bit more than another. */
const UNEVEN = 2;

/** Channels that leave a layer wide and enter the next one narrow, or the other way round. @param next name of the second layer */
export function layerImbalance({ factors, clips, ranges }: PairFacts, next: string): Candidate | null {
  const { smallest, largest } = factors;
  if (largest < UNEVEN * smallest) return null;
  const bounds = clips ? ' The clip between them gets a bound for each channel.' : '';
  return {
    cause: 'layer-imbalance',
    target: 'weight',
    text: `This layer's output channels and the inputs of ${next} share their ranges unevenly: factors from ${smallest.toPrecision(2)} to ${largest.toPrecision(2)} would even them out.${bounds}`,
    numbers: { smallest, largest },
    apply: { transform: 'equalize', with: next, scheme: PAIR_SCHEME, ...(ranges && { ranges }) },
  };
}
