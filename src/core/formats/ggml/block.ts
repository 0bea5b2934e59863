import { absmaxOf } from '../blocks.js';
import { floatRounder, namedFloat } from '../float.js';

/**
 * How one GGML type treats a block. Everything is float32 arithmetic in the order of the reference quantizers (`quantize_row_*_ref`), so
 * that codes and scales come out the same.
 */
export interface BlockType {
  /** Elements of a block. */
  readonly size: number;
  /** Bits of one element, and of a block's scales. */
  readonly bits: number;
  readonly scaleBits: number;
  /** Numbers `fit` writes per block. */
  readonly slots: number;
  /** Name of the first slots in `Quantizer.parameters`. */
  readonly names: readonly string[];
  /** Chooses the scales of the block at x[start…start + size) and writes them at `scales[at…]`. */
  readonly fit: (x: Float32Array, start: number, scales: Float32Array, at: number) => void;
  readonly encode: (x: Float32Array, start: number, scales: Float32Array, at: number, codes: Int32Array) => void;
  readonly decode: (codes: Int32Array, start: number, scales: Float32Array, at: number, out: Float32Array) => void;
  /** Largest magnitude the block can hold. */
  readonly limits: (scales: Float32Array, at: number) => readonly [number, number];
}

/** Rounds to a float16 that is stored; beyond its range it saturates, so that no block becomes infinite. */
export const half = floatRounder(namedFloat('fp16'), 'nearest-even');

/** 1/d, or 0 for 0. */
export const reciprocal = (d: number): number => (d === 0 ? 0 : Math.fround(1 / d));

/** Below this a block counts as all zero. */
export const tiny = Math.fround(1e-15);

/** Beyond this the sums of the searches, cubes of the values, overflow. What a float16 scale can reach ends at 2^28. */
const largest = 2 ** 36;

/** The run padded with zeros to whole blocks; NaN becomes 0, infinities the largest finite magnitude of their block; at most 2^36. */
export function padded(x: Float32Array, size: number): Float32Array {
  const out = new Float32Array(Math.ceil(x.length / size) * size);
  out.set(x);
  for (let start = 0; start < x.length; start += size) {
    const end = Math.min(start + size, x.length);
    let plain = true;
    for (let i = start; i < end; i++) plain &&= Math.abs(x[i]) <= largest;
    if (plain) continue;
    const limit = Math.min(absmaxOf(x, start, end), largest);
    for (let i = start; i < end; i++) out[i] = Number.isNaN(x[i]) ? 0 : Math.min(Math.max(x[i], -limit), limit);
  }
  return out;
}

/** The value with the largest magnitude, the first of equals. */
export function extreme(x: Float32Array, start: number, end: number): number {
  let absmax = 0;
  let value = 0;
  for (let i = start; i < end; i++) {
    const a = Math.abs(x[i]);
    if (a > absmax) {
      absmax = a;
      value = x[i];
    }
  }
  return value;
}
