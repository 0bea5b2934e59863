import type { Scheme } from '../core/formats/index.js';
import type { RunTensor } from './backend/types.js';
import type { DataType, Layer } from '../model/types.js';
import { encodeBfloat16, encodeFloat16 } from './inputs/floats.js';
import { quantizeTensor, tensorQuantizer, type LeastScales } from '../core/quantizeTensor.js';
import type { TensorBytes } from '../model/writers/onnx/messages.js';

/** A layer's weight under a scheme, as the file stores it. */
export async function quantizedWeight(
  { weight, channelAxis }: Layer,
  dataType: DataType,
  scheme: Scheme | null,
  least?: LeastScales,
): Promise<TensorBytes> {
  const values = await weight.read(0, weight.elements);
  const quantized = scheme ? await quantizeTensor(values, weight.shape, channelAxis, scheme, least) : values;
  return { dataType, shape: weight.shape, raw: stored(quantized, dataType) };
}

/** A layer's weight under one scheme after the other, as arrays that runs take; null leaves it as it is. */
export async function weightQuantizer(
  { weight, channelAxis }: Layer,
  dataType: DataType,
  schemes: readonly Scheme[],
): Promise<(scheme: Scheme | null) => Promise<RunTensor>> {
  const { shape } = weight;
  const values = await weight.read(0, weight.elements);
  const quantize = await tensorQuantizer(values, shape, channelAxis, schemes);
  return async (scheme) => ({ dataType, shape, data: typed(stored(scheme ? await quantize(scheme) : values, dataType), dataType) });
}

/** Numbers in a float type's own bytes. */
export function stored(values: Float32Array, dataType: DataType): Uint8Array {
  const array =
    dataType === 'float16'
      ? Uint16Array.from(values, encodeFloat16)
      : dataType === 'bfloat16'
        ? Uint16Array.from(values, encodeBfloat16)
        : dataType === 'float64'
          ? Float64Array.from(values)
          : values;
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A float tensor's bytes as the array that runs take; float16 and bfloat16 as their bits. */
export function typed(raw: Uint8Array, dataType: DataType): Float32Array | Float64Array | Uint16Array {
  const copy = raw.slice().buffer;
  return dataType === 'float32' ? new Float32Array(copy) : dataType === 'float64' ? new Float64Array(copy) : new Uint16Array(copy);
}
