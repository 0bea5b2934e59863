import { codec, parseScheme } from '../../core/formats/index.js';
import { layout } from '../../core/formats/layout.js';
import { quantizeTensor } from '../../core/quantizeTensor.js';
import { fittingScales, int32Bias } from '../../core/remedies/integerBias.js';
import { channelReach } from '../../core/remedies/linear.js';
import type { Layer, Tensor } from '../../model/types.js';

/** Codes on either side of zero, of a weight of 8 bits. */
const CODES = 127;
const weightScheme = parseScheme('int8/channel/minmax');

/** Numbers of a layer whose weight, input and bias are integers. */
export interface IntegerLayer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A layer as runtimes quantize it: the weight to 8 bits with a scale per channel, the bias to int32 at the scale that the weight's and the input's imply.
 * @param fitted widens the weight's scales where the bias would not fit
 */
export async function integerLayer(
  { weight, channelAxis }: Layer,
  bias: Tensor,
  inputScale: number,
  fitted: boolean,
): Promise<IntegerLayer> {
  const values = await weight.read(0, weight.elements);
  const { channels, inner } = layout(weight.shape, channelAxis);
  const channelOf = (e: number): number => Math.floor(e / inner) % channels;
  const numbers = await bias.read(0, bias.elements);
  const scales = channelReach(values, channels, channelOf).map((reach) => reach / CODES);
  const wider = fitted ? fittingScales(numbers, inputScale, scales) : scales;
  const quantized = await quantizeTensor(values, weight.shape, channelAxis, weightScheme);
  const one = new Float32Array(1);
  const widened = Array.from(wider, (scale, c) =>
    scale === scales[c] ? null : codec(weightScheme.format).fit(one, { lo: -CODES * scale, hi: CODES * scale }),
  );
  for (let e = 0; e < values.length; e++) {
    const quantizer = widened[channelOf(e)];
    if (!quantizer) continue;
    one[0] = values[e];
    quantizer.fakeQuantize(one, one, 'nearest-even');
    quantized[e] = one[0];
  }
  return { weight: quantized, bias: int32Bias(numbers, inputScale, wider) };
}
