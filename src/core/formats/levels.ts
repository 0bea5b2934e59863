import { elementwise } from './elementwise.js';
import type { Quantizer } from './types.js';

/** Points halfway between neighbours of a sorted list; exact, for they are float64 means of float32 numbers. */
export function midpoints(levels: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: Math.max(0, levels.length - 1) }, (_, i) => (levels[i] + levels[i + 1]) / 2);
}

/** Index of the level nearest to `v`, the lower one on a tie. */
export function nearestLevel(middle: Float64Array, v: number): number {
  let low = 0;
  let high = middle.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (v > middle[mid]) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Every value becomes the nearest of `levels` (sorted float32), times `scale`; the code is the level's index. */
export function levelQuantizer(levels: Float32Array, scale: number, parameters: Quantizer['parameters']): Quantizer {
  const middle = midpoints(levels);
  const zero = nearestLevel(middle, 0);
  const ends = [Math.fround(levels[0] * scale), Math.fround(levels[levels.length - 1] * scale)];
  return {
    parameters,
    range: { lo: Math.min(...ends), hi: Math.max(...ends) },
    ...elementwise(
      (v) => (Number.isNaN(v) ? zero : nearestLevel(middle, Math.fround(v / scale))),
      (q) => levels[q] * scale,
    ),
  };
}
