import { addShift, squaresCorrected, type Shift } from '../../core/remedies/biasCorrection.js';
import type { RunTensor } from '../backend/types.js';
import { decibels } from '../metrics/decibels.js';
import { noiseOf, type Noise } from '../metrics/noise.js';
import { realNumbers } from '../metrics/numbers.js';

/** SQNR of a value over some runs, dB; null when the error is zero, undefined for values that are no floats. */
export function sqnrOf(float: readonly RunTensor[], changed: readonly RunTensor[]): number | null | undefined {
  let noise: Noise | undefined;
  for (const [i, tensor] of float.entries()) {
    const [y, z] = [realNumbers(tensor), realNumbers(changed[i])];
    if (!y || !z) return undefined;
    noise = noiseOf(y, z, noise);
  }
  return noise && decibels(noise.signal, noise.squares);
}

/** The same with the mean error of every channel taken out, as bias correction does; undefined also when there are fewer than two samples. */
export function sqnrCorrected(float: readonly RunTensor[], changed: readonly RunTensor[], axisOf: AxisOf): number | null | undefined {
  let shift: Shift | undefined;
  let signal = 0;
  for (const [i, tensor] of float.entries()) {
    const [y, z] = [realNumbers(tensor), realNumbers(changed[i])];
    const { shape } = tensor;
    if (!y || !z || shape.length < 2) return undefined;
    signal += noiseOf(y, z).signal;
    shift = addShift(y, z, shape, axisOf(shape), shift);
  }
  const left = shift && squaresCorrected(shift);
  return left === undefined || left === null ? undefined : decibels(signal, left);
}

/** Where the channels of an output are. */
type AxisOf = (shape: readonly number[]) => number;
