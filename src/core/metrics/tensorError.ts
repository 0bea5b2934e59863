import { effectiveBits, payloadBits, type ClipRange, type Scheme } from '../formats/index.js';
import type { ErrorSums } from '../kernels/twins.js';
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
  return Math.min(1, Math.max(-1, (energy + products) / Math.sqrt(energy * quantized)));
}

/** The reported figures of a scheme from its sums. `clips` are the ranges of the channels, where the scheme has them. */
export function tensorError(
  scheme: Scheme,
  signal: Signal,
  sums: ErrorSums,
  clip: ClipRange,
  clips?: readonly (readonly [number, number])[],
): TensorError {
  const { shape, channelAxis, count, energy } = signal;
  const n = Math.max(1, count);
  return {
    scheme: scheme.text,
    bits: payloadBits(scheme.format),
    effectiveBits: effectiveBits(scheme, shape, channelAxis),
    sqnrDb: sqnrDb(energy, sums.squares),
    mse: sums.squares / n,
    maxError: sums.max,
    cosine: cosine(energy, sums.products, sums.squares),
    clippedFraction: sums.outside / n,
    clip,
    ...(clips ? { clips } : {}),
  };
}
