import { layout } from '../../core/formats/layout.js';
import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { Layer } from '../../model/types.js';
import type { LayerFacts } from '../process/protocol.js';

/** Channels that reach less than this share of the middle one are all but zero. */
const DEAD = 1e-4;

/** What a weight's channels look like, and what they and the input's range ask of the bias. */
export async function weightFacts(
  layer: Layer,
  file: OnnxFile,
  proto: NodeProto,
  input: { readonly min: number; readonly max: number } | null,
): Promise<Pick<LayerFacts, 'weightChannels' | 'weightPeak' | 'bias'>> {
  const { weight, channelAxis } = layer;
  const values = await weight.read(0, weight.elements);
  const { channels, inner } = layout(weight.shape, channelAxis);
  const magnitudes = new Float64Array(channels);
  let [sum, squares] = [0, 0];
  values.forEach((x, i) => {
    const c = Math.floor(i / inner) % channels;
    if (Math.abs(x) > magnitudes[c]) magnitudes[c] = Math.abs(x);
    sum += x;
    squares += x * x;
  });
  const mean = sum / values.length;
  const std = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  let peak = 0;
  for (const x of values) peak = Math.max(peak, Math.abs(x - mean));
  const sorted = magnitudes.slice().sort();
  const median = sorted[sorted.length >> 1];
  return {
    weightChannels:
      channelAxis === null
        ? null
        : { channels, largest: sorted[sorted.length - 1], median, dead: sorted.filter((m) => m <= DEAD * median).length },
    weightPeak: std > 0 ? peak / std : null,
    bias: input && channelAxis !== null ? await biasFacts(file, proto, magnitudes, input) : null,
  };
}

/** A bias is added to sums of products of codes, so its scale is the product of theirs. */
async function biasFacts(
  file: OnnxFile,
  { opType, input }: NodeProto,
  magnitudes: Float64Array,
  range: { readonly min: number; readonly max: number },
): Promise<LayerFacts['bias']> {
  const name = /^(Conv|ConvTranspose|Gemm)$/.test(opType) ? input[2] : undefined;
  if (!name) return null;
  const bias = [...file.tensors.values()].find(({ tensor }) => tensor.name === name)?.tensor;
  if (bias?.dataType !== 'float32' || bias.elements !== magnitudes.length) return null;
  const inputScale = (Math.max(0, range.max) - Math.min(0, range.min)) / 255;
  let largest = 0;
  (await bias.read(0, bias.elements)).forEach((b, c) => {
    const scale = (inputScale * magnitudes[c]) / 127;
    if (scale > 0 && Number.isFinite(b)) largest = Math.max(largest, Math.abs(b) / scale);
  });
  return { bits: largest > 0 ? Math.log2(largest) + 1 : 0, overflows: largest > 2 ** 31 - 1 };
}
