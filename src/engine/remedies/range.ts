import type { ClipRange } from '../../core/formats/index.js';

/** A range widened to hold some values. Infinities have no place on a grid, and are told of elsewhere. */
export function widened({ lo, hi }: ClipRange, values: Float32Array): ClipRange {
  for (const x of values) {
    if (x < lo && x !== -Infinity) lo = x;
    else if (x > hi && x !== Infinity) hi = x;
  }
  return { lo, hi };
}
