import type { ClipRange } from './formats/types.js';
import type { Histogram } from './statistics/histogram.js';
import type { Statistics } from './statistics/moments.js';
import type { ErrorCurve } from './clipping/errorCurve.js';

/** What the core needs of a tensor: its shape and a way to get at its values, a stretch at a time. */
export interface TensorSource {
  readonly shape: readonly number[];
  /** Output-channel axis, or null when the tensor has none that quantizers share scales along; an axis the shape does not have counts as none. */
  readonly channelAxis: number | null;
  /** Number of elements; 1 for a scalar, 0 when a dimension is 0. */
  readonly elements: number;
  /**
   * Elements `[start, end)` in row-major order, as float32. The array is the caller's to keep. It is `into`, which is as long, when they could be read there without a
   * copy.
   */
  read(start: number, end: number, into?: Float32Array): Promise<Float32Array>;
}

/** What a closer look at a quantized tensor tells. */
export interface ErrorDetails {
  /** Mean |x̂ − x|. */
  readonly mae: number;
  /** Mean of x̂ − x. */
  readonly bias: number;
  /** The part of `mse` from values inside their clip range: rounding. */
  readonly granularMse: number;
  /** The part of `mse` from values outside: saturation. */
  readonly overloadMse: number;
  /** Entropy of the codes in bits: what a lossless coder would still need for one. */
  readonly codeEntropy: number;
  /** Share of the format's codes that occur, 0…1. */
  readonly usedCodes: number;
  /** Share of zeros after quantization, 0…1. */
  readonly sparsity: number;
  /**
   * KL(P ‖ Q) in nats over 256 equal bins of the range: P the histogram of x, Q that of x̂ with every level spread over the values nearest to it.
   */
  readonly kl: number;
  /** Scales (and zero points) of the tensor or of each channel, for integers, fixed point and scaled floats. */
  readonly scales?: readonly number[];
  readonly zeroPoints?: readonly number[];
  /** Expected error over the clip range, for formats whose range may be narrowed. */
  readonly curve?: ErrorCurve;
}

/** The error of one tensor under one scheme. All figures leave NaN and infinities of the input out. */
export interface TensorError {
  readonly scheme: string;
  /** Payload bits of one element. */
  readonly bits: number;
  /** (payload + scales + zero points + codebook + padding) bits / elements. */
  readonly effectiveBits: number;
  /** 10·log10(Σx²/Σ(x−x̂)²) in dB; null when the error is zero (exact) or the tensor has no energy. */
  readonly sqnrDb: number | null;
  /** Standard deviation over repeats with other random numbers, whose mean `sqnrDb` then is: for stochastic rounding. */
  readonly sqnrDbStd?: number;
  /** When the figures were estimated: from how many elements (or blocks), and the 95 % interval of `sqnrDb`. */
  readonly sampled?: { readonly elements: number; readonly sqnrInterval: readonly [number, number] | null };
  /** Mean squared error. */
  readonly mse: number;
  /** max |x − x̂|. */
  readonly maxError: number;
  /** Cosine of the angle between x and x̂; null when either is zero. */
  readonly cosine: number | null;
  /** Share of the elements outside the clip range, 0…1. */
  readonly clippedFraction: number;
  /** The clip range of a tensor-granular scheme, or the widest over the channels or blocks. */
  readonly clip: ClipRange;
  /** The clip range of every channel, for `channel` granularity. */
  readonly clips?: readonly (readonly [number, number])[];
  readonly details?: ErrorDetails;
}

/** Quantiles of the finite values; empty when there are none. */
export interface Quantiles {
  readonly probabilities: readonly number[];
  readonly values: readonly number[];
  /** False for tensors above 16 M elements, whose quantiles are known to a part in 256. */
  readonly exact: boolean;
}

/** How far every channel reaches; 0 throughout for channels without finite values. */
export interface ChannelExtents {
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Population standard deviation. */
  readonly std: readonly number[];
}

/** Statistics of every channel, as `Statistics` has them for the tensor; 0 (or null) throughout for channels without finite values. */
export interface ChannelStatistics {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
  /** Population standard deviation. */
  readonly std: readonly number[];
  readonly skewness: readonly (number | null)[];
  readonly kurtosis: readonly (number | null)[];
  readonly zeros: readonly number[];
  readonly nan: readonly number[];
  readonly inf: readonly number[];
  /**
   * Of every channel; empty for channels without finite values. Not `exact` where channels of a tensor above 16 M elements are spread over the file: known to a part in 64
   * then, or to 2^-13 of the channel's largest magnitude.
   */
  readonly quantiles: {
    readonly probabilities: readonly number[];
    readonly values: readonly (readonly number[])[];
    readonly exact: boolean;
  };
  /** Counts in equal bins over [min, max] of the channel; all in the first when these are equal. */
  readonly histograms: readonly (readonly number[])[];
}

/** All that one visit to a tensor tells. */
export interface TensorAnalysis {
  readonly statistics: Statistics;
  readonly histogram: Histogram;
  readonly errors: readonly TensorError[];
  /** Only when details were asked for. */
  readonly quantiles?: Quantiles;
  /** Only when details were asked for, and for tensors with a channel axis. */
  readonly channels?: ChannelStatistics;
  /** For tensors with a channel axis. */
  readonly extents?: ChannelExtents;
}
