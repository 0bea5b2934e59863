import { largestFloat32 } from '../formats/affine.js';
import { effectiveBits, payloadBits, type ClipRange, type Scheme } from '../formats/index.js';
import type { ErrorSums } from '../kernels/twins.js';
import { halfWidth, type StratifiedTotal } from '../statistics/sampling.js';
import type { TensorError } from '../tensor.js';

/** What the figures of one tensor have in common. */
export interface Signal {
  readonly shape: readonly number[];
  readonly channelAxis: number | null;
  /** Finite elements. */
  readonly count: number;
  /** Σx² over them. */
  readonly energy: number;
}

/** SQNR in dB; null when the error is zero or there is no signal. */
export function sqnrDb(energy: number, squares: number): number | null {
  return energy > 0 && squares > 0 ? 10 * Math.log10(energy / squares) : null;
}

/** Cosine of the angle between x and x̂ = x + e from Σx², Σx·e and Σe²; null when either is zero. */
export function cosine(energy: number, products: number, squares: number): number | null {
  const quantized = energy + 2 * products + squares;
  if (!(energy > 0) || !(quantized > energy * 1e-14)) return null;
  const value = (energy + products) / Math.sqrt(energy * quantized);
  return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : null;
}

/** An overflow to infinity or NaN counts as an error of the largest float32, so that figures stay numbers. */
function bounded({ squares, products, max, outside }: ErrorSums): ErrorSums {
  if (Number.isFinite(squares)) return { squares, products, max, outside };
  return { squares: largestFloat32 ** 2, products: NaN, max: largestFloat32, outside };
}

/**
 * The reported figures of a scheme from its sums; several sums are repeats with other random numbers, of which the mean and the standard deviation are told. `clips` are the
 * ranges of the channels, where the scheme has them; `sampled` is the estimate behind the sum of squares, where it is one.
 */
export function tensorError(
  scheme: Scheme,
  signal: Signal,
  repeats: readonly ErrorSums[],
  clip: ClipRange,
  clips?: readonly (readonly [number, number])[],
  sampled?: StratifiedTotal,
): TensorError {
  const { shape, channelAxis, count, energy } = signal;
  const n = Math.max(1, count);
  const sums = repeats.map(bounded);
  const mean = (of: (s: ErrorSums) => number): number => sums.reduce((total, s) => total + of(s), 0) / sums.length;
  const squares = mean((s) => s.squares);
  const decibels = sums.map((s) => sqnrDb(energy, s.squares));
  const db = decibels.includes(null) ? null : decibels.reduce<number>((total, v) => total + v!, 0) / decibels.length;
  return {
    scheme: scheme.text,
    bits: payloadBits(scheme.format),
    effectiveBits: effectiveBits(scheme, shape, channelAxis),
    sqnrDb: db,
    ...(sums.length > 1 && db !== null ? { sqnrDbStd: deviation(decibels as number[], db) } : {}),
    ...(sampled ? { sampled: { elements: sampled.samples, sqnrInterval: interval(db, squares, halfWidth(sampled)) } } : {}),
    mse: squares / n,
    maxError: Math.max(...sums.map((s) => s.max)),
    cosine: cosine(energy, mean((s) => s.products), squares), // prettier-ignore
    clippedFraction: Math.min(1, mean((s) => s.outside) / n),
    clip,
    ...(clips ? { clips } : {}),
  };
}

/** Standard deviation of a sample. */
const deviation = (values: readonly number[], mean: number): number =>
  Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));

/** 95 % interval of an SQNR; its half-width in dB is that of the logarithm of the sum of squares. */
function interval(db: number | null, squares: number, half: number): readonly [number, number] | null {
  if (db === null) return null;
  const width = ((10 / Math.LN10) * half) / squares;
  return [db - width, db + width];
}
