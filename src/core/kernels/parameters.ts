import type { FloatFormat } from '../formats/index.js';

/** How far values go beyond a grid and its clip range: what `affineErrors` need not do. */
export const Reach = {
  /** All are inside, and round to codes of the grid. */
  inside: 0,
  /** All are inside the clip range, but may round to one code beyond the grid. */
  rounded: 1,
  /** Some are outside a clip range [−hi, hi], and the grid is as symmetric. */
  symmetric: 2,
  /** Some are outside [lo, hi]. */
  anywhere: 3,
} as const;

export type Reach = (typeof Reach)[keyof typeof Reach];

/** Writes a run's parameters for `affineErrors` and `affineFake` at word `at`: steps are the codes without the zero point. */
export function writeAffine(
  floats: Float32Array,
  at: number,
  scale: number,
  lowest: number,
  highest: number,
  lo: number,
  hi: number,
): void {
  floats[at] = scale;
  floats[at + 1] = lowest;
  floats[at + 2] = highest;
  floats[at + 3] = lo;
  floats[at + 4] = hi;
}

/** Writes a run's parameters for `floatErrors` and `floatFake` at word `at`; `integers` is the same memory as `floats`. */
export function writeFloat(
  floats: Float32Array,
  integers: Int32Array,
  at: number,
  format: FloatFormat,
  scale: number,
  lo: number,
  hi: number,
): void {
  floats[at] = scale;
  floats[at + 1] = format.max;
  floats[at + 2] = lo;
  floats[at + 3] = hi;
  integers[at + 4] = (1 - format.bias + 127) << 23;
  integers[at + 5] = (23 - format.mantissa) << 23;
}
