import type { RunTensor } from '../backend/types.js';
import { decodeFloat16 } from '../inputs/floats.js';

/** A float tensor's numbers; null for integers, whose differences are no quantization noise. */
export function realNumbers({ dataType, data }: RunTensor): Float32Array | Float64Array | null {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  return dataType === 'float16' ? Float32Array.from(data as Uint16Array, decodeFloat16) : null;
}
