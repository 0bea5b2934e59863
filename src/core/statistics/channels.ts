import { countAbove, emptyDistribution, fillFromLog } from '../clipping/distribution.js';
import type { SplitChannels } from '../clipping/remembered.js';
import { RUN_OCTAVES, RUN_SHIFT, type Remembered } from '../clipping/runs.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { valuesAt, type Workspace } from '../kernels/workspace.js';
import type { ChannelExtents, ChannelStatistics } from '../tensor.js';
import { countInBins, wholeCounts } from './bins.js';
import { channelsOf, momentsOfChannel } from './channelMoments.js';
import { statisticsOf, type Moments } from './merge.js';
import { exactQuantiles, PROBABILITIES, rankOf, sorted } from './quantiles.js';
import type { Survey } from './survey.js';

/** How the values of channels are spread: quantiles for `PROBABILITIES`, and counts in equal bins over [min, max]; by channel. */
export interface ChannelSpreads {
  readonly bins: number;
  readonly quantiles: number[][];
  readonly histograms: number[][];
}

/** As many bins as channels of `length` values can fill, up to what a row of a picture needs. */
export const newSpreads = (length: number): ChannelSpreads => ({
  bins: Math.min(32, Math.max(4, Math.ceil(Math.sqrt(length)))),
  quantiles: [],
  histograms: [],
});

/** Takes in the channels of a staged chunk that holds them whole; before non-finite values are blanked. */
export function spreadWhole({ bins, quantiles, histograms }: ChannelSpreads, chunk: Chunk, space: Workspace): void {
  const length = runLength(chunk);
  for (let c = 0; c < chunk.channels; c++) {
    const ascending = sorted(valuesAt(space, space.chunk + c * length * 4, length));
    const n = ascending.length;
    quantiles[chunk.channel + c] = n > 0 ? exactQuantiles(ascending, PROBABILITIES) : [];
    histograms[chunk.channel + c] = [...countInBins(ascending, ascending[0], ascending[n - 1], bins)];
  }
}

/** Takes in channels that lay in several chunks, from what was remembered of them. */
export function spreadSplit(spreads: ChannelSpreads, survey: Survey, split: SplitChannels): void {
  for (const [channel, remembered] of split) {
    const moments = momentsOfChannel(survey.channels, channel);
    const { quantiles, counts } = sketch(moments, remembered, spreads.bins);
    spreads.quantiles[channel] = quantiles;
    spreads.histograms[channel] = counts;
  }
}

/**
 * Quantiles and counts in equal bins from counts of 32 buckets to an octave. A quantile is the middle of the bucket that holds the exact one: off by at most a part in 64 of its
 * magnitude, or 2^-13 of the largest where it is 2^12 times smaller than that.
 */
function sketch({ count, min, max }: Moments, { table, elements }: Remembered, bins: number): { quantiles: number[]; counts: number[] } {
  if (count === 0) return { quantiles: [], counts: new Array<number>(bins).fill(0) };
  const largest = Math.max(-min, max);
  const d = emptyDistribution(largest, RUN_OCTAVES, RUN_SHIFT, true);
  fillFromLog(d, largest, table, elements - count);
  const quantiles = PROBABILITIES.map((p) => {
    const rank = rankOf(p, count);
    if (rank === 1) return min;
    if (rank === count) return max;
    let bucket = 0;
    for (let below = d.counts[0]; below < rank; below += d.counts[bucket]) bucket++;
    return Math.min(max, Math.max(min, (d.edges[bucket] + d.edges[bucket + 1]) / 2));
  });
  const above = Array.from({ length: bins + 1 }, (_, i) =>
    i === 0 ? count : i === bins ? 0 : countAbove(d, min + ((max - min) * i) / bins),
  );
  // A constant channel has all its values in the first bin.
  const counts = max > min ? wholeCounts(above.slice(1).map((n, i) => above[i] - n)) : [count, ...new Array<number>(bins - 1).fill(0)];
  return { quantiles, counts };
}

/** What the survey tells of channels anyway. */
export function channelExtents({ channels }: Survey): ChannelExtents {
  const each = Array.from({ length: channelsOf(channels) }, (_, channel) => statisticsOf(momentsOfChannel(channels, channel)));
  return { min: each.map(({ min }) => min), max: each.map(({ max }) => max), std: each.map(({ std }) => std) };
}

/** All that is told of channels. `exact`: whether their quantiles are. */
export function channelStatistics({ channels }: Survey, { quantiles, histograms }: ChannelSpreads, exact: boolean): ChannelStatistics {
  const each = Array.from({ length: channelsOf(channels) }, (_, channel) => statisticsOf(momentsOfChannel(channels, channel)));
  return {
    min: each.map(({ min }) => min),
    max: each.map(({ max }) => max),
    mean: each.map(({ mean }) => mean),
    std: each.map(({ std }) => std),
    skewness: each.map(({ skewness }) => skewness),
    kurtosis: each.map(({ kurtosis }) => kurtosis),
    zeros: each.map(({ zeros }) => zeros),
    nan: each.map(({ nan }) => nan),
    inf: each.map(({ inf }) => inf),
    // An empty tensor has channels that no chunk held.
    quantiles: { probabilities: PROBABILITIES, values: each.map((_, channel) => quantiles[channel] ?? []), exact },
    histograms: each.map((_, channel) => histograms[channel] ?? []),
  };
}
