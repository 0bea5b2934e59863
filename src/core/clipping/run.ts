import type { ClipRange, Scheme } from '../formats/index.js';
import type { Distribution } from './distribution.js';

/** What clipping methods see of a run: the elements that share a scale. All of it is about its finite values. */
export interface Run {
  readonly count: number;
  /** 0 when nothing was counted. */
  readonly min: number;
  readonly max: number;
  /** Values that are exactly zero. */
  readonly zeros: number;
  /** The distribution of |x|. */
  magnitudes(): Distribution;
  /** The distribution of x. */
  signed(): Distribution;
  /** Counts of |x| in equal bins over [0, max|x|]. */
  absolute(bins: number): ArrayLike<number>;
  /** The values, or an even sample of them; non-finite ones are 0. */
  sample(): Float32Array;
}

/** A clipping method: the range it chooses for a run under a scheme. */
export type ClippingMethod = (scheme: Scheme, run: Run) => ClipRange;
