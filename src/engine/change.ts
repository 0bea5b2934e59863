import { parseScheme, scaleOf, type Scheme } from '../core/formats/index.js';
import { scalesOf } from '../core/quantizeTensor.js';
import { biasBits, int32Bias } from '../core/remedies/integerBias.js';
import type { Layer, Tensor } from '../model/types.js';
import { rewired, type TensorBytes } from '../model/writers/onnx/messages.js';
import { contractionAxis } from './activations/axis.js';
import { activationQuantizer } from './activations/quantizer.js';
import type { ActivationRange, Quantized } from './process/protocol.js';
import { fakeNodes, fitsIntoGraph } from './replay/fakeNodes.js';
import type { Operand } from './replay/places.js';
import type { Change, FedInput } from './replay/replay.js';
import type { Running } from './running.js';
import { quantizedWeight, stored } from './storedWeight.js';
import type { ChangedNode } from './surgery/piece.js';

/** What quantizing some layers changes in the graph. */
export async function changeFor(at: Running, quantized: readonly Quantized[]): Promise<Change> {
  const { places, model, prepared } = at;
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  const fed = new Map<number, FedInput>();
  for (const { layer, weight, activation } of quantized) {
    const place = places[layer];
    if (weight !== null && place.weight)
      replaced.set(place.weight.value, await quantizedWeight(model.layers[layer], place.weight.dataType, parseScheme(weight)));
    if (!activation || !place.activation || place.node === null) continue;
    const scheme = parseScheme(activation.scheme);
    if (fitsIntoGraph(scheme)) changed.set(place.node, changedNode(at, place.node, place.activation, scheme, activation));
    else {
      const { opType } = prepared.cut.graph.nodes[place.node].proto;
      fed.set(place.node, { ...place.activation, quantize: activationQuantizer(scheme, activation, opType) });
    }
    if (weight === null || !place.weight || !place.bias) continue;
    const bias = await integerBias(model.layers[layer], parseScheme(weight), scheme, activation, place.bias);
    if (bias) replaced.set(place.bias.name, bias);
  }
  return { replaced, changed, fed };
}

/**
 * A bias as runtimes keep it where weight and input are integers: int32 at the scale that theirs imply. Null where they are not, or it does not fit:
 * then it stays float.
 */
async function integerBias(
  layer: Layer,
  weight: Scheme,
  activation: Scheme,
  { clip }: ActivationRange,
  bias: Tensor,
): Promise<TensorBytes | null> {
  const input = activation.granularity.kind === 'tensor' ? scaleOf(activation.format, clip) : null;
  const { shape, elements } = layer.weight;
  const scales = input && (await scalesOf(await layer.weight.read(0, elements), shape, layer.channelAxis, weight));
  if (!input || !scales) return null;
  const values = await bias.read(0, bias.elements);
  const perChannel = Float64Array.from(values, (_, c) => scales[c % scales.length]);
  if (biasBits(values, input.scale, perChannel).some((bits) => bits > 32)) return null;
  return { dataType: 'float32', shape: bias.shape, raw: stored(int32Bias(values, input.scale, perChannel), 'float32') };
}

/** A node whose input is quantized inside the graph. */
function changedNode(
  { prepared: { cut, seen }, replay }: Running,
  node: number,
  { input, value }: Operand,
  scheme: Scheme,
  range: ActivationRange,
): ChangedNode {
  const { bytes, proto } = cut.graph.nodes[node];
  const rank = (seen.get(value) ?? replay.declared(value))?.shape.length ?? 0;
  const behind = Math.max(0, rank - 1 - contractionAxis(proto.opType, rank));
  const { nodes, constants, value: quantized } = fakeNodes(value, scheme, range, behind, String(node));
  return { bytes: rewired(bytes, input, quantized), before: nodes, constants };
}

/** A change that puts one layer back as it was. */
export async function restored({ places, model, prepared }: Running, base: Change, layer: number): Promise<Change> {
  const { weight, bias, node } = places[layer];
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  const fed = new Map<number, null>();
  if (weight && base.replaced?.has(weight.value))
    replaced.set(weight.value, await quantizedWeight(model.layers[layer], weight.dataType, null));
  if (bias && base.replaced?.has(bias.name))
    replaced.set(bias.name, { dataType: 'float32', shape: bias.shape, raw: stored(await bias.read(0, bias.elements), 'float32') });
  if (node !== null && base.changed?.has(node))
    changed.set(node, { bytes: prepared.cut.graph.nodes[node].bytes, before: [], constants: [] });
  if (node !== null && base.fed?.has(node)) fed.set(node, null);
  return { replaced, changed, fed };
}
