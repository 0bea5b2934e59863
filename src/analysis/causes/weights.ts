import { tailMagnitude } from '../../core/statistics/tail.js';
import type { SparseHistogram } from '../../core/statistics/sparse.js';
import type { Statistics } from '../../core/statistics/moments.js';
import type { ChannelExtents } from '../../core/tensor.js';
import type { Finding } from '../../report/types.js';
import { asymmetry } from './asymmetry.js';
import { channelImbalance, kurtosisWithin } from './channelImbalance.js';
import { deadOutputs } from './deadChannels.js';
import { byGain, gainOf, settled, type SchemeCandidate } from './finding.js';
import { outliers } from './outliers.js';

/** What one visit to a weight told. */
export interface WeightEvidence {
  readonly statistics: Statistics;
  readonly histogram: SparseHistogram;
  /** Of output channels; undefined when the weight has none. */
  readonly channels: ChannelExtents | undefined;
}

/** SQNR of the weight under each scheme, dB; null when the error is zero. */
export type MeasureSchemes = (schemes: readonly string[]) => Promise<ReadonlyMap<string, number | null>>;

/**
 * What makes a weight hard to quantize, told from the weight alone: each remedy is applied to the weight, and what gains nothing is left out.
 * @param elements of the weight
 * @param measure called once, with all the schemes that have to be compared, or not at all
 */
export async function weightFindings(evidence: WeightEvidence, elements: number, measure: MeasureSchemes): Promise<readonly Finding[]> {
  const candidates = weightCandidates(evidence);
  const dead = evidence.channels ? deadOutputs(evidence.channels, elements) : null;
  const schemes = new Set(candidates.flatMap(({ apply }) => [apply.instead, apply.scheme]));
  const sqnr = schemes.size > 0 ? await measure([...schemes]) : new Map<string, number | null>();
  const found = candidates.flatMap(
    (candidate) => settled(candidate, gainOf(sqnr.get(candidate.apply.instead), sqnr.get(candidate.apply.scheme)), 'weight') ?? [],
  );
  return [...found, ...(dead ? [dead] : [])].sort(byGain);
}

function weightCandidates({ statistics, histogram, channels }: WeightEvidence): readonly SchemeCandidate[] {
  const { min, max, kurtosis } = statistics;
  if (min === max) return [];
  const within = channels ? kurtosisWithin(kurtosis, channels) : kurtosis;
  const plain = 'int4/tensor/minmax';
  const far = outliers({ min, max, kurtosis: within, tail: tailMagnitude(histogram) }, 'weight', {
    target: 'weight',
    scheme: 'int4/tensor/mse',
    instead: plain,
  });
  // A single value far out makes any range lopsided.
  const lopsided =
    far?.cause === 'outliers' ? null : asymmetry(statistics, 'weight', { target: 'weight', scheme: 'uint4/tensor/minmax', instead: plain });
  return [far, channels ? channelImbalance(channels) : null, lopsided].filter((candidate) => candidate !== null);
}
