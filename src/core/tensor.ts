import type { ClipRange, Scheme } from './formats/types.js';
import type { Histogram } from './statistics/histogram.js';
import type { Statistics } from './statistics/moments.js';

/** What the core needs of a tensor: its shape and a way to get at its values, a stretch at a time. */
export interface TensorSource {
  readonly shape: readonly number[];
  /** Output-channel axis, or null when the tensor has none that quantizers share scales along. */
  readonly channelAxis: number | null;
  /** Number of elements; 1 for a scalar, 0 when a dimension is 0. */
  readonly elements: number;
  /** Elements `[start, end)` in row-major order, as float32. The array is the caller's to keep. */
  read(start: number, end: number): Promise<Float32Array>;
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
}

/** All that one visit to a tensor tells. */
export interface TensorAnalysis {
  readonly statistics: Statistics;
  readonly histogram: Histogram;
  readonly errors: readonly TensorError[];
}
export type { Scheme };
