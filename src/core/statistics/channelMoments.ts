import { mergeMoments, NO_MOMENTS, type Moments } from './merge.js';

/** Moments of every channel, in one array: tensors have up to a million channels. */
export type ChannelMoments = Float64Array;

const FIELDS = 10;

export function newChannelMoments(channels: number): ChannelMoments {
  const all = new Float64Array(channels * FIELDS);
  for (let channel = 0; channel < channels; channel++) write(all, channel, NO_MOMENTS);
  return all;
}

/** Number of channels. */
export const channelsOf = (all: ChannelMoments): number => all.length / FIELDS;

export function momentsOfChannel(all: ChannelMoments, channel: number): Moments {
  const o = channel * FIELDS;
  return {
    count: all[o],
    mean: all[o + 1],
    m2: all[o + 2],
    m3: all[o + 3],
    m4: all[o + 4],
    min: all[o + 5],
    max: all[o + 6],
    zeros: all[o + 7],
    nan: all[o + 8],
    inf: all[o + 9],
  };
}

function write(all: ChannelMoments, channel: number, m: Moments): void {
  const o = channel * FIELDS;
  all[o] = m.count;
  all[o + 1] = m.mean;
  all[o + 2] = m.m2;
  all[o + 3] = m.m3;
  all[o + 4] = m.m4;
  all[o + 5] = m.min;
  all[o + 6] = m.max;
  all[o + 7] = m.zeros;
  all[o + 8] = m.nan;
  all[o + 9] = m.inf;
}

/** Adds a part of a channel. */
export function addToChannel(all: ChannelMoments, channel: number, part: Moments): void {
  const before = momentsOfChannel(all, channel);
  write(all, channel, before.count + before.nan + before.inf === 0 ? part : mergeMoments(before, part));
}
