import { parseScheme, scaleOf, type ClipRange, type Scheme } from '../core/formats/index.js';
import { scalesOf, type LeastScales } from '../core/quantizeTensor.js';
import { biasBits, fittingScales, int32Bias } from '../core/remedies/integerBias.js';
import type { ChannelRanges } from '../core/remedies/transform.js';
import { quote } from '../model/quote.js';
import { biasPlace } from '../model/readers/onnx/linear.js';
import { biasShift, lessShift } from '../model/transforms/correction.js';
import { dividedRange, inputFactors } from '../model/transforms/equalized.js';
import type { Layer } from '../model/types.js';
import { renamedValues, type TensorBytes } from '../model/writers/onnx/messages.js';
import { contractionAxis } from './activations/axis.js';
import { activationQuantizer } from './activations/quantizer.js';
import { RunError } from './backend/types.js';
import type { ActivationRange, LayerTransforms, Quantized } from './process/protocol.js';
import { fakeNodes, fitsIntoGraph } from './replay/fakeNodes.js';
import type { Operand } from './replay/places.js';
import type { Change, FedInput } from './replay/types.js';
import type { Running } from './running.js';
import { quantizedWeight, stored } from './storedWeight.js';
import { binary } from './surgery/equalize.js';
import { newConstant, type PartConstant, type PartNode } from './surgery/graph.js';
import type { ChangedNode } from './surgery/piece.js';
import { transformed, type Transformed } from './transformed.js';

/**
 * What quantizing some layers changes in the graph, some of them transformed before.
 * @throws RunError that names the layer whose transform cannot be done
 */
export async function changeFor(
  at: Running,
  quantized: readonly Quantized[],
  transforms: readonly LayerTransforms[] = [],
): Promise<Change> {
  const { places, model, prepared } = at;
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  const fed = new Map<number, FedInput>();
  const even = transforms.length > 0 ? await transformed(at, quantized, transforms) : null;
  even?.changed.forEach((node, i) => changed.set(i, node));
  for (const { layer, weight: text, activation: taken } of withPairs(quantized, even)) {
    const place = places[layer];
    const { node } = place;
    const edit: NodeEdit = { inputs: new Map(), before: [], constants: [], added: null };
    const numbers = even?.layers[layer] ?? model.layers[layer];
    const weight = text === null ? null : parseScheme(text);
    const factors = even && inputFactors(even.pairs, layer);
    const activation = taken && factors ? { ...taken, clip: dividedClip(numbers, taken.clip, even.ranges.get(layer), factors) } : taken;
    const inside = activation && place.activation && node !== null;
    const scheme = inside ? parseScheme(activation.scheme) : null;
    const input = scheme?.granularity.kind === 'tensor' ? scaleOf(scheme.format, activation!.clip) : null;
    const own = even?.biases.get(layer);
    const mean = even?.corrected.get(layer);
    let bias = own ?? (place.bias && (input || mean) ? await place.bias.read(0, place.bias.elements) : null);
    const least = even?.fitted.has(layer) && input && bias ? fittingScales(bias, input.scale, new Float64Array(bias.length)) : undefined;
    if (place.weight && (weight !== null || numbers !== model.layers[layer]))
      replaced.set(place.weight.value, await quantizedWeight(numbers, place.weight.dataType, weight, least));
    if (inside && scheme) {
      if (fitsIntoGraph(scheme)) quantizeInput(at, edit, node, place.activation, scheme, activation);
      else {
        const { opType } = prepared.cut.graph.nodes[node].proto;
        fed.set(node, { ...place.activation, quantize: activationQuantizer(scheme, activation, opType) });
      }
    }
    if (mean && weight !== null && place.weight && node !== null) {
      const shift = await biasShift(numbers, weight, mean, factors, least);
      const { proto } = prepared.cut.graph.nodes[node];
      const fits = bias?.length === shift.length;
      const where = biasPlace(proto, fits);
      if (where.kind === 'input') bias = lessShift(fits ? bias : null, shift);
      else
        edit.added = {
          numbers: lessShift(
            null,
            shift.map((x) => x * where.factor),
          ),
          trailing: linearRank(numbers, proto.opType),
        };
    }
    const integers = bias && weight !== null && input && place.weight ? await integerBias(numbers, weight, input.scale, bias, least) : null;
    if (node === null) continue;
    const stays = !own && !(mean && weight !== null && edit.added === null);
    if (stays && place.bias && integers)
      replaced.set(place.bias.name, { dataType: 'float32', shape: place.bias.shape, raw: stored(integers, 'float32') });
    else if (!stays && bias) {
      const constant = newConstant(`bias::transformed::${node}`, 'float32', [bias.length], stored(integers ?? bias, 'float32'));
      edit.inputs.set(2, constant.name);
      edit.constants.push(constant);
    }
    const made = editedNode(prepared.cut.graph.nodes[node], node, edit);
    if (made) changed.set(node, made);
  }
  return { replaced, changed, fed };
}

/** With layers that are transformed and not quantized. */
function withPairs(quantized: readonly Quantized[], even: Transformed | null): readonly Quantized[] {
  if (!even) return quantized;
  const known = new Set(quantized.map(({ layer }) => layer));
  const others = new Set(even.pairs.flatMap(({ pair }) => [pair.first, pair.second]).filter((layer) => !known.has(layer)));
  return [...quantized, ...[...others].map((layer) => ({ layer, weight: null, activation: null }))];
}

function dividedClip({ name }: Layer, clip: ClipRange, ranges: ChannelRanges | undefined, factors: Float64Array): ClipRange {
  if (!ranges)
    throw new RunError(
      `layer ${quote(name)}: what it takes in is quantized, and its equalization has no "ranges": run the model, and take the remedy of its report`,
    );
  return dividedRange(clip, ranges, factors);
}

/** Axes behind that of the channels in what a layer gives. */
const linearRank = ({ weight }: Layer, opType: string): number => (opType.includes('Conv') ? weight.shape.length - 2 : 0);

/**
 * A bias as runtimes keep it where weight and input are integers: int32 at the scale that theirs imply. Null where they are not, or it does not fit:
 * then it stays float.
 */
async function integerBias(
  { weight, channelAxis }: Layer,
  scheme: Scheme,
  inputScale: number,
  bias: Float32Array,
  least: LeastScales | undefined,
): Promise<Float32Array | null> {
  const scales = await scalesOf(await weight.read(0, weight.elements), weight.shape, channelAxis, scheme, least);
  if (!scales) return null;
  const perChannel = Float64Array.from(bias, (_, c) => scales[c % scales.length]);
  if (biasBits(bias, inputScale, perChannel).some((bits) => bits > 32)) return null;
  return int32Bias(bias, inputScale, perChannel);
}

/** What becomes of a layer's node. */
interface NodeEdit {
  readonly inputs: Map<number, string>;
  readonly before: PartNode[];
  readonly constants: PartConstant[];
  /** What is added to its output, for each channel, before so many further axes. */
  added: { readonly numbers: Float32Array; readonly trailing: number } | null;
}

/** Quantizes what a node takes in, inside the graph. */
function quantizeInput(
  { prepared: { cut, seen }, replay }: Running,
  edit: NodeEdit,
  node: number,
  { input, value }: Operand,
  scheme: Scheme,
  range: ActivationRange,
): void {
  const { proto } = cut.graph.nodes[node];
  const rank = (seen.get(value) ?? replay.declared(value))?.shape.length ?? 0;
  const behind = Math.max(0, rank - 1 - contractionAxis(proto.opType, rank));
  const { nodes, constants, value: quantized } = fakeNodes(value, scheme, range, behind, String(node));
  edit.inputs.set(input, quantized);
  edit.before.push(...nodes);
  edit.constants.push(...constants);
}

/** The node as an edit leaves it; null where it stays. */
function editedNode({ bytes, proto }: PartNode, index: number, { inputs, before, constants, added }: NodeEdit): ChangedNode | null {
  if (inputs.size === 0 && !added) return null;
  if (!added) return { bytes: renamedValues(bytes, inputs, NO_NAMES), before, constants };
  const [products, shape] = [`${proto.output[0]}::products`, [added.numbers.length, ...new Array<number>(added.trailing).fill(1)]];
  const shift = newConstant(`shift::${index}`, 'float32', shape, stored(added.numbers, 'float32'));
  return {
    bytes: renamedValues(bytes, inputs, new Map([[0, products]])),
    before,
    after: [binary('Add', products, shift.name, proto.output[0])],
    constants: [...constants, shift],
  };
}

const NO_NAMES: ReadonlyMap<number, string> = new Map();

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
