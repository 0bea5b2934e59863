/**
 * Bias correction (Nagel et al. 2019, section 4.2): a weight's quantization error ε shifts the mean of every output channel by E[ε·x]; taking that from
 * the bias puts the means back. Where nothing pads the inputs, E[ε·x] is Σ ε·E[x].
 */

import { inputChannelOf, outputChannelOf, type LinearWeight } from './linear.js';

/** What quantizing did to a layer's output, sample by sample and channel by channel. */
export interface Shift {
  readonly channels: number;
  /** Σ(ŷ−y)² over everything. */
  readonly squares: number;
  /** Σ(ŷ−y) and the number of values, of every channel of every sample: `[sample·channels + channel]`. */
  readonly sums: readonly number[];
  readonly counts: readonly number[];
}

type Numbers = Float32Array | Float64Array;

/**
 * Adds the output of one run: samples along axis 0, channels along `axis`. Values that are not finite are left out.
 * @throws RangeError when the channels are not those of the runs before
 */
export function addShift(y: Numbers, changed: Numbers, shape: readonly number[], axis: number, before?: Shift): Shift {
  const channels = shape[axis];
  if (before && before.channels !== channels) throw new RangeError(`${before.channels} channels became ${channels}`);
  const samples = axis === 0 ? 1 : shape[0];
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const perSample = y.length / samples;
  const sums = new Array<number>(samples * channels).fill(0);
  const counts = new Array<number>(samples * channels).fill(0);
  let squares = before?.squares ?? 0;
  for (let start = 0; start < y.length; start += inner) {
    const at = Math.floor(start / perSample) * channels + (Math.floor(start / inner) % channels);
    for (let i = start; i < start + inner; i++) {
      const e = changed[i] - y[i];
      if (!Number.isFinite(e)) continue;
      squares += e * e;
      sums[at] += e;
      counts[at]++;
    }
  }
  return { channels, squares, sums: [...(before?.sums ?? []), ...sums], counts: [...(before?.counts ?? []), ...counts] };
}

/** The mean error of every channel: to be subtracted from the bias. */
export function meanShift({ channels, sums, counts }: Shift): Float64Array {
  const { sum, count } = totals({ channels, sums, counts });
  return sum.map((s, c) => (count[c] > 0 ? s / count[c] : 0));
}

/**
 * Σ(ŷ−y)² that is left after the correction, every sample corrected by what the others tell: a mean that is taken from a sample's own values would
 * always fit it. Null with fewer than two samples.
 */
export function squaresCorrected(shift: Shift): number | null {
  const { channels, sums, counts, squares } = shift;
  if (sums.length < 2 * channels) return null;
  const { sum, count } = totals(shift);
  let left = squares;
  sums.forEach((own, i) => {
    const others = count[i % channels] - counts[i];
    const mean = others > 0 ? (sum[i % channels] - own) / others : 0;
    left += mean * (counts[i] * mean - 2 * own);
  });
  return Math.max(0, left);
}

function totals({ channels, sums, counts }: Pick<Shift, 'channels' | 'sums' | 'counts'>): { sum: Float64Array; count: Float64Array } {
  const [sum, count] = [new Float64Array(channels), new Float64Array(channels)];
  sums.forEach((s, i) => {
    sum[i % channels] += s;
    count[i % channels] += counts[i];
  });
  return { sum, count };
}

/**
 * The mean shift of every output channel from the means of the inputs, Σ ε·E[x]: what to subtract from the bias when there are no outputs to measure it
 * on.
 * @param inputMeans of every input channel, of all groups
 * @param inside for each element of a kernel the share of outputs for which it lies on a value and not on the padding; all 1 when left out
 */
export function expectedShift(
  weight: Float32Array,
  quantized: Float32Array,
  linear: LinearWeight,
  inputMeans: ArrayLike<number>,
  inside?: ArrayLike<number>,
): Float64Array {
  const shift = new Float64Array(linear.shape[linear.outputAxis]);
  const [output, input] = [outputChannelOf(linear), inputChannelOf(linear)];
  for (let e = 0; e < weight.length; e++)
    shift[output(e)] += (quantized[e] - weight[e]) * inputMeans[input(e)] * (inside ? inside[e % inside.length] : 1);
  return shift;
}
