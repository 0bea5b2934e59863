import type { ClipRange } from '../formats/index.js';
import type { TensorSource } from '../tensor.js';
import { countInBins } from './bins.js';
import { channelValues } from './channelValues.js';

/** Counts in equal bins over [lo, hi]; all in the first when these are equal. */
export interface ChannelHistogram extends ClipRange {
  readonly counts: Uint32Array;
}

/** Which histograms of channels are wanted. */
export interface ChannelRequest {
  /** Channels from this one up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  /** One range for all, so that they may be laid side by side (values beyond it are left out), or each channel's own. */
  readonly range: ClipRange | null;
}

/** Histograms of the finite values of some channels; reads and throws as `channelValues` does. */
export async function channelHistograms(
  source: TensorSource,
  { from, to, bins, range }: ChannelRequest,
  signal?: AbortSignal,
): Promise<ChannelHistogram[]> {
  const values = await channelValues(source, from, to, signal);
  const length = values.length / Math.max(1, to - from);
  return Array.from({ length: to - from }, (_, c) => {
    const own = values.subarray(c * length, (c + 1) * length);
    const { lo, hi } = range ?? extremes(own);
    return { lo, hi, counts: countInBins(own, lo, hi, bins) };
  });
}

/** Smallest and largest finite value; 0 when there is none. */
function extremes(x: Float32Array): ClipRange {
  let lo = Infinity;
  let hi = -Infinity;
  for (const v of x) {
    if (!Number.isFinite(v)) continue;
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return lo <= hi ? { lo, hi } : { lo: 0, hi: 0 };
}
