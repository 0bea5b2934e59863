/** Sums over one value and its changed twin. */
export interface Noise {
  /** Σy². */
  readonly signal: number;
  /** Σ(y−ŷ)². */
  readonly squares: number;
  /** The same with the mean error of every channel taken out, which is what bias correction does; null without channels. */
  readonly unbiased: number | null;
  /** Σ(y−ŷ) and the number of values of every channel, to go on with. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

type Numbers = Float32Array | Float64Array;

/** The channel axis of outputs: 1 of images [N, C, …spatial], the last one of everything else. */
const channelAxis = (shape: readonly number[]): number => (shape.length >= 4 ? 1 : shape.length - 1);

/** Sums of one run, added to those `before`. Values that are not finite are left out. */
export function noiseOf(y: Numbers, z: Numbers, shape: readonly number[], before?: Noise): Noise {
  const axis = channelAxis(shape);
  const channels = axis < 0 ? 1 : shape[axis];
  const inner = axis < 0 ? 1 : shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const sums = before?.sums.length === channels ? before.sums : new Float64Array(channels);
  const counts = before?.counts.length === channels ? before.counts : new Float64Array(channels);
  let signal = before?.signal ?? 0;
  let squares = before?.squares ?? 0;
  for (let start = 0, c = 0; start < y.length; start += inner, c = (c + 1) % channels) {
    for (let i = start; i < start + inner; i++) {
      const e = z[i] - y[i];
      if (!Number.isFinite(e)) continue;
      signal += y[i] * y[i];
      squares += e * e;
      sums[c] += e;
      counts[c]++;
    }
  }
  let means = 0;
  for (let c = 0; c < channels; c++) if (counts[c] > 0) means += (sums[c] * sums[c]) / counts[c];
  return { signal, squares, unbiased: axis < 0 ? null : Math.max(0, squares - means), sums, counts };
}
