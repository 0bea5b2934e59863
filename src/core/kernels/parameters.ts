import type { FloatGrid, IntegerGrid } from './grids.js';

/** Bytes of one run's parameters, for every kernel that takes them. */
export const PARAMETER_BYTES = 32;

/** Writes the parameters of run `run` for `affineErrors` and `affineFake`. */
export function writeAffine(view: Float32Array, run: number, grid: IntegerGrid): void {
  const at = run * 8;
  view[at] = grid.scale;
  view[at + 1] = grid.qmin - grid.zeroPoint;
  view[at + 2] = grid.qmax - grid.zeroPoint;
  view[at + 3] = grid.lo;
  view[at + 4] = grid.hi;
}

/** Writes the parameters of run `run` for `floatErrors` and `floatFake`; `integers` is the same memory as `view`. */
export function writeFloat(view: Float32Array, integers: Int32Array, run: number, grid: FloatGrid): void {
  const at = run * 8;
  view[at] = grid.scale;
  view[at + 1] = grid.format.max;
  view[at + 2] = grid.lo;
  view[at + 3] = grid.hi;
  integers[at + 4] = (1 - grid.format.bias + 127) << 23;
  integers[at + 5] = (23 - grid.format.mantissa) << 23;
}
