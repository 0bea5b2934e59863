import { codec, type ClipRange, type Scheme } from '../../core/formats/index.js';
import type { RunTensor } from '../backend/types.js';

/** A float32 tensor quantized and back under a scheme of one range. */
export function fakeQuantized(tensor: RunTensor, { format, rounding }: Scheme, clip: ClipRange): RunTensor {
  const values = tensor.data as Float32Array;
  const data = new Float32Array(values.length);
  codec(format).fit(NO_VALUES, clip).fakeQuantize(values, data, rounding);
  return { ...tensor, data };
}

const NO_VALUES = new Float32Array(0);
