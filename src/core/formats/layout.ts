import type { Granularity } from './types.js';

/**
 * A row-major tensor seen along its channel axis: element (o, c, i) lies at `(o·channels + c)·inner + i`. Without a channel axis (or with
 * one the tensor does not have) it is one channel.
 *
 * A run is what shares a scale: the tensor, a channel, or a block of a channel. Blocks cut the elements of one channel, in row-major
 * order with the channel axis taken out, every `size` elements; the last block of a channel may be shorter.
 */
export interface Layout {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

export function layout(shape: readonly number[], channelAxis: number | null): Layout {
  const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
  if (channelAxis === null || !(channelAxis in shape)) return { outer: 1, channels: 1, inner: product(shape) };
  return { outer: product(shape.slice(0, channelAxis)), channels: shape[channelAxis], inner: product(shape.slice(channelAxis + 1)) };
}

/** Number of runs, and of elements when every run is padded to a multiple of `pad`. */
export function countRuns({ outer, channels, inner }: Layout, granularity: Granularity, pad = 1): { runs: number; padded: number } {
  const perChannel = outer * inner;
  const up = (n: number): number => Math.ceil(n / pad) * pad;
  if (perChannel * channels === 0) return { runs: 0, padded: 0 };
  switch (granularity.kind) {
    case 'tensor':
      return { runs: 1, padded: up(perChannel * channels) };
    case 'channel':
      return { runs: channels, padded: channels * up(perChannel) };
    case 'block': {
      const full = Math.floor(perChannel / granularity.size);
      const rest = perChannel % granularity.size;
      return { runs: channels * (full + (rest > 0 ? 1 : 0)), padded: channels * (full * up(granularity.size) + up(rest)) };
    }
  }
}
