import { evenly } from '../../core/statistics/evenly.js';
import { channelMajor, type Around } from './axis.js';

/** Values of each channel that are kept. */
const KEPT = 1024;

/** What is gathered of the channels of one value, run by run. */
export interface ChannelSurvey {
  add(values: Float32Array, shape: Around): void;
  /** Smallest and largest finite value of each channel over all runs; null when their number is not always the same. */
  ranges(): readonly (readonly [number, number])[] | null;
  /** Some values of the first run, as many of each channel, channel after channel. */
  sample(): Float32Array;
}

export function channelSurvey(): ChannelSurvey {
  let ranges: [number, number][] | null | undefined;
  let sample = new Float32Array(0);
  return {
    add(values, shape) {
      const { outer, channels, inner } = shape;
      if (ranges === undefined) {
        ranges = Array.from({ length: channels }, (): [number, number] => [Infinity, -Infinity]);
        const seen = channelMajor(values, shape);
        const each = outer * inner;
        const kept = Math.min(KEPT, each);
        sample = new Float32Array(channels * kept);
        for (let c = 0; c < channels; c++) sample.set(evenly(seen.subarray(c * each, (c + 1) * each), kept), c * kept);
      }
      if (ranges?.length !== channels) {
        ranges = null;
        return;
      }
      for (let o = 0, at = 0; o < outer; o++)
        for (let c = 0; c < channels; c++) {
          const range = ranges[c];
          for (const end = at + inner; at < end; at++) {
            const x = values[at];
            if (x < range[0] && x !== -Infinity) range[0] = x;
            if (x > range[1] && x !== Infinity) range[1] = x;
          }
        }
    },
    ranges: () => ranges?.map(([lo, hi]) => (lo <= hi ? [lo, hi] : [0, 0])) ?? null,
    sample: () => sample,
  };
}
