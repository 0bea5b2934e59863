import type { ClipRange } from '../formats/index.js';
import { layout } from '../formats/layout.js';
import { CHUNK } from '../kernels/staging.js';
import type { TensorSource } from '../tensor.js';
import { countInBins } from './bins.js';

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

/**
 * Histograms of the finite values of some channels. Reads only what it needs where channels lie one behind the other, else the tensor once. A tensor without a channel axis is one channel. Throws
 * RangeError for channels that are none, and the signal's reason when it is aborted.
 */
export async function channelHistograms(
  source: TensorSource,
  { from, to, bins, range }: ChannelRequest,
  signal?: AbortSignal,
): Promise<ChannelHistogram[]> {
  const { outer, channels, inner } = layout(source.shape, source.channelAxis);
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= channels))
    throw new RangeError(`there are no channels ${from} to ${to}; the tensor has ${channels}`);
  const length = outer * inner;
  const values = new Float32Array((to - from) * length);
  // Of each outer row the channels asked for are one stretch; short rows are read together.
  const row = channels * inner;
  const rows = outer === 1 ? 1 : Math.max(1, Math.floor(CHUNK / Math.max(1, row)));
  for (let o = 0; o < outer && values.length > 0; o += rows) {
    signal?.throwIfAborted();
    const count = Math.min(rows, outer - o);
    const first = o * row + from * inner;
    const part = await source.read(first, first + (count - 1) * row + (to - from) * inner);
    for (let r = 0; r < count; r++)
      for (let c = 0; c < to - from; c++) {
        const at = r * row + c * inner;
        values.set(part.subarray(at, at + inner), (c * outer + o + r) * inner);
      }
  }
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
