import type { Affine, ClipRange, FloatFormat } from '../formats/index.js';

/** An affine integer grid and the clip range that counts as its inside. */
export interface IntegerGrid extends Affine, ClipRange {}

/** A float format scaled by `scale`, saturating, and the clip range that counts as its inside. */
export interface FloatGrid extends ClipRange {
  readonly format: FloatFormat;
  readonly scale: number;
}
