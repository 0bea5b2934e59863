/** What is told of one weight while a user looks at it and tries other clip ranges. Arrays are handed over, not copied. */
import type { ClipReport } from './types.js';

/** The error of a weight, of one of its channels or of a value of the graph at a clip range. */
export interface ClipError {
  /** As the format takes it: both ends alike for symmetric ones. Of several channels the widest. */
  readonly clip: ClipReport;
  /** dB; null when the error is zero or there is no signal. */
  readonly sqnrDb: number | null;
  readonly mse: number;
  /** The parts of `mse` from values inside and outside their clip range: rounding and saturation. Null where they are not told apart. */
  readonly granularMse: number | null;
  readonly overloadMse: number | null;
  /** Share of the values outside, 0…1. */
  readonly clippedFraction: number;
  /** From every value, or expected from their distribution. */
  readonly how: 'exact' | 'estimated';
}

/** The range that a clipping method chooses, one for all the values, and what it keeps. */
export interface MethodClip extends ClipReport {
  /** As in a scheme, e.g. `mse`. */
  readonly method: string;
  readonly sqnrDb: number | null;
}

/** What clip ranges do to a weight, or to one of its channels, when one range is for all of it. */
export interface ClipStudy {
  /** Whether both ends of a range are alike. */
  readonly symmetric: boolean;
  /** Mean of x². */
  readonly power: number;
  readonly methods: readonly MethodClip[];
  /**
   * Expected error over ranges narrowed alike at both ends: `ratios`, ascending to 1, are of the full range; `ends` are the ends in real units that are larger in magnitude; `granular` and
   * `overload` are mean squared errors. Empty when there are no values.
   */
  readonly curve: {
    readonly ratios: Float64Array;
    readonly ends: Float64Array;
    readonly granular: Float64Array;
    readonly overload: Float64Array;
  };
}

/** How the values of every channel are spread; 0 throughout for channels without finite values. */
export interface ChannelRanges {
  readonly min: Float32Array;
  /** The quartiles: a quarter, half and three quarters of the values are below. */
  readonly low: Float32Array;
  readonly median: Float32Array;
  readonly high: Float32Array;
  readonly max: Float32Array;
  /** False for weights so large that quartiles are known to a part in 64. */
  readonly exact: boolean;
}
