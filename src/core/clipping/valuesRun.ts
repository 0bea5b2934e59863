import { binOf } from '../statistics/bins.js';
import { count16 } from '../statistics/count16.js';
import type { Run } from './run.js';
import { tensorRun } from './runs.js';

/** A run whose values are in memory, all finite. */
export function valuesRun(values: Float32Array): Run {
  let min = Infinity;
  let max = -Infinity;
  let zeros = 0;
  for (const v of values) {
    if (v < min) min = v;
    if (v > max) max = v;
    if (v === 0) zeros++;
  }
  const counts = new Uint32Array(65536);
  count16(values, counts);
  const largest = Math.max(-min, max, 0);
  const absolute = (bins: number): Uint32Array => {
    const equal = new Uint32Array(bins);
    for (const v of values) equal[binOf(Math.abs(v), 0, largest, bins)]++;
    return equal;
  };
  return tensorRun({ count: values.length, zeros, min, max }, counts, () => values, absolute);
}
