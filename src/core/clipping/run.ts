import type { ClipRange, Scheme } from '../formats/index.js';
import type { Distribution } from './distribution.js';

/** Numbers about a run that are known from a visit to it. `min` and `max` are ±Infinity when nothing was counted. */
export interface Known {
  readonly count: number;
  readonly zeros: number;
  readonly min: number;
  readonly max: number;
  /** Population standard deviation, where it is known. */
  readonly std?: number;
}

/** What clipping methods see of a run: the elements that share a scale. All of it is about its finite values. */
export interface Run {
  readonly count: number;
  /** 0 when nothing was counted. */
  readonly min: number;
  readonly max: number;
  /** Values that are exactly zero. */
  readonly zeros: number;
  /** Population standard deviation. */
  std(): number;
  /** Whether many of the values are equal, as in tensors that were quantized before. */
  discrete(): boolean;
  /** The distribution of |x|. */
  magnitudes(): Distribution;
  /** The distribution of x. */
  signed(): Distribution;
  /** What searches found for the runs before, by scheme: clip / root mean square. */
  readonly hints?: Map<Scheme, number>;
  /** Counts of |x| in equal bins over [0, max|x|]. */
  absolute(bins: number): ArrayLike<number>;
  /** The finite values; of runs that are not in memory as a whole, some of them. Not to be written to. */
  values(): Float32Array;
}

/** A clipping method: the range it chooses for a run under a scheme. */
export type ClippingMethod = (scheme: Scheme, run: Run) => ClipRange;
