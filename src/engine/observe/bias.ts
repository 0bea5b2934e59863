import { layout } from '../../core/formats/layout.js';
import { biasBits } from '../../core/remedies/integerBias.js';
import { channelReach } from '../../core/remedies/linear.js';
import type { KnownTensor } from '../../model/readers/onnx/onnxFile.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { Layer } from '../../model/types.js';
import type { LayerFacts } from '../process/protocol.js';

/** Operators whose third input is a bias. */
const BIASED = /^(Conv|ConvTranspose|Gemm)$/;

/** What the weight and the input's range, both of 8 bits, ask of a layer's bias. */
export async function biasFacts(
  { weight, channelAxis }: Layer,
  { opType, input }: NodeProto,
  stored: ReadonlyMap<string, KnownTensor>,
  range: { readonly min: number; readonly max: number },
): Promise<LayerFacts['bias']> {
  const bias = BIASED.test(opType) && input[2] ? stored.get(input[2])?.tensor : undefined;
  const inputScale = (Math.max(0, range.max) - Math.min(0, range.min)) / 255;
  if (channelAxis === null || !(inputScale > 0) || bias?.dataType !== 'float32' || bias.elements !== weight.shape[channelAxis]) return null;
  const { channels, inner } = layout(weight.shape, channelAxis);
  const reach = channelReach(await weight.read(0, weight.elements), channels, (e) => Math.floor(e / inner) % channels);
  const bits = biasBits(
    await bias.read(0, bias.elements),
    inputScale,
    reach.map((r) => r / 127),
  );
  return { bits: Math.max(0, ...bits), overflowing: bits.filter((b) => b > 32).length };
}
