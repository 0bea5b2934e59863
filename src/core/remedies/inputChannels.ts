import type { ChannelRanges } from './transform.js';

/** What the channels of a value were, over some runs. */
export interface ChannelSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

/**
 * Adds the values of one run, whose channels are along `axis`; those that are not finite are left out.
 * @throws RangeError when the channels are not those of the runs before
 */
export function addChannels(values: Float32Array, shape: readonly number[], axis: number, before?: ChannelSums): ChannelSums {
  const channels = shape[axis];
  const into = before ?? {
    sums: new Float64Array(channels),
    counts: new Float64Array(channels),
    lows: new Float64Array(channels).fill(Infinity),
    highs: new Float64Array(channels).fill(-Infinity),
  };
  if (into.sums.length !== channels) throw new RangeError(`${into.sums.length} channels became ${channels}`);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  for (let start = 0; start < values.length; start += inner) {
    const c = Math.floor(start / inner) % channels;
    for (let i = start; i < start + inner; i++) {
      const x = values[i];
      if (!Number.isFinite(x)) continue;
      into.sums[c] += x;
      into.counts[c]++;
      if (x < into.lows[c]) into.lows[c] = x;
      if (x > into.highs[c]) into.highs[c] = x;
    }
  }
  return into;
}

/** Six digits: more than what is measured is worth, and half of the text. */
const short = (x: number): number => Number(x.toPrecision(6));

/** The mean of every channel; 0 of one without values. */
export const channelMeans = ({ sums, counts }: ChannelSums): number[] =>
  Array.from(sums, (sum, c) => (counts[c] > 0 ? short(sum / counts[c]) : 0));

/** lo and hi of every channel; 0 of one without values. */
export const channelRanges = ({ counts, lows, highs }: ChannelSums): ChannelRanges =>
  Array.from(counts, (count, c) => (count > 0 ? ([short(lows[c]), short(highs[c])] as const) : ([0, 0] as const)));
