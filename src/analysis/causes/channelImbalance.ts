import type { ChannelExtents } from '../../core/tensor.js';
import { times, type SchemeCandidate } from './finding.js';

/** The middle channel loses a bit to the widest one. */
const UNEVEN = 2;

/** Channels of different widths under one scale. */
export function channelImbalance({ min, max, std }: ChannelExtents): SchemeCandidate | null {
  if (std.length < 2) return null;
  const reach = min.map((lo, c) => Math.max(-lo, max[c]));
  const ratio = widest(reach);
  // A channel that reaches far by a single value is an outlier, not a wide channel.
  if (ratio < UNEVEN || widest(std) < UNEVEN) return null;
  return {
    cause: 'channel-imbalance',
    target: 'weight',
    text: `The widest output channel reaches ${times(ratio)} as far as the middle one: under one scale the middle one loses ${Math.log2(ratio).toFixed(1)} bits.`,
    numbers: { ratio, bits: Math.log2(ratio) },
    apply: { target: 'weight', scheme: 'int4/channel/minmax', instead: 'int4/tensor/minmax' },
  };
}

/** How many times the middle one the largest is; 1 when the middle one is zero: half of the channels are dead then. */
function widest(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  return middle > 0 ? sorted[sorted.length - 1] / middle : 1;
}

/**
 * Excess kurtosis of the values within their channels: a mixture of narrow and wide channels has heavy tails although none of them has. For channels of
 * mean zero, E[x⁴]/E[x²]² is that of one channel times E[σ⁴]/E[σ²]².
 */
export function kurtosisWithin(kurtosis: number | null, { std }: ChannelExtents): number | null {
  if (kurtosis === null) return null;
  const mean = (power: number): number => std.reduce((sum, s) => sum + s ** power, 0) / std.length;
  const mixture = mean(4) / mean(2) ** 2;
  return mixture >= 1 ? (kurtosis + 3) / mixture - 3 : kurtosis;
}
