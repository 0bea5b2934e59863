import { layout } from '../formats/layout.js';
import { CHUNK } from '../kernels/staging.js';
import type { TensorSource } from '../tensor.js';

/**
 * The values of the channels from `from` up to, not including, `to`, one channel behind the other. Reads only what it needs where channels lie one behind the other, else
 * the tensor once. A tensor without a channel axis is one channel. Throws RangeError for channels that are none, and the signal's reason when it is aborted.
 */
export async function channelValues(source: TensorSource, from: number, to: number, signal?: AbortSignal): Promise<Float32Array> {
  const { outer, channels, inner } = layout(source.shape, source.channelAxis);
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= channels))
    throw new RangeError(`there are no channels ${from} to ${to}; the tensor has ${channels}`);
  const values = new Float32Array((to - from) * outer * inner);
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
  return values;
}
