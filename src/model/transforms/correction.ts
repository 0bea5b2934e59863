import { quantizeTensor, type LeastScales } from '../../core/quantizeTensor.js';
import { expectedShift } from '../../core/remedies/biasCorrection.js';
import type { Scheme } from '../../core/formats/index.js';
import type { Layer } from '../types.js';
import type { MeanInputs } from './resolve.js';

/**
 * What is to be taken from the bias of a layer, for each output channel.
 * @param layer with the weight that is quantized
 * @param factors what its input channels were divided by
 */
export async function biasShift(
  { weight, channelAxis }: Layer,
  scheme: Scheme,
  { linear, means, inside }: MeanInputs,
  factors: Float64Array | null,
  least?: LeastScales,
): Promise<Float64Array> {
  const values = await weight.read(0, weight.elements);
  const quantized = await quantizeTensor(values, weight.shape, channelAxis, scheme, least);
  return expectedShift(values, quantized, linear, factors ? means.map((mean, c) => mean / factors[c]) : means, inside);
}

/** A bias less the shift. @param bias null: there was none */
export const lessShift = (bias: Float32Array | null, shift: Float64Array): Float32Array =>
  Float32Array.from(shift, (x, c) => (bias ? bias[c] : 0) - x);
