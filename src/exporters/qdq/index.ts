import { parseScheme, payloadBits, scaleOf, type ClipRange, type Scheme } from '../../core/formats/index.js';
import type { LeastScales } from '../../core/quantizeTensor.js';
import { fittingScales } from '../../core/remedies/integerBias.js';
import { openModel } from '../../model/open.js';
import { memorySource } from '../../model/memorySource.js';
import { quote } from '../../model/quote.js';
import { openOnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs } from '../../model/readers/onnx/order.js';
import { toNumber, type TensorProto } from '../../model/readers/onnx/proto.js';
import { biasPlace } from '../../model/readers/onnx/linear.js';
import { biasShift, lessShift } from '../../model/transforms/correction.js';
import { dividedRange, inputFactors } from '../../model/transforms/equalized.js';
import type { ByteSource, Layer, Model, OpenSibling, Tensor } from '../../model/types.js';
import { MODEL } from '../../model/writers/onnx/messages.js';
import { fieldsOf, type Deferred } from '../../model/writers/onnx/wire.js';
import type { Plan, Transform } from '../../report/plan.js';
import { weightScheme } from '../../report/weightScheme.js';
import { ExportError } from '../exportError.js';
import { activationProblem, storeActivation } from './activations.js';
import { biasOf, storeBias, type Bias } from './bias.js';
import { freeNames, newEdits, removeUnused, type Edits } from './edits.js';
import { attribute, finder, placeActivation, placeWeight, type Finder, type WeightPlace } from './places.js';
import { BROADCAST, transformModel } from './transforms.js';
import { modelTree, visits, type Body, type ModelTree, type Scope, type Visit } from './tree.js';
import { irVersionFor, upgrader } from './upgrade.js';
import { storeWeight, type StoredWeight } from './weights.js';
import { dataFile, functionOpset, writeModel } from './write.js';

/** What a layer is quantized to. */
export interface QdqLayer {
  /** Its name in the model. */
  readonly layer: string;
  /** Scheme of the weight; null: as it is. */
  readonly weight: string | null;
  /** Scheme and clip range of the value that the layer takes in; null: as it is. */
  readonly activation: { readonly scheme: string; readonly clip: ClipRange; readonly input: string } | null;
  /** What is done to its float numbers before or while they are quantized. */
  readonly transforms?: readonly Transform[];
}

/** What a plan makes of the layers. */
export const qdqLayers = ({ assignments }: Pick<Plan, 'assignments'>): QdqLayer[] =>
  assignments.map(({ layer, weight, weightClip, activation, clip, input, transforms = [] }) => ({
    layer,
    weight: weightScheme({ weight, ...(weightClip ? { weightClip } : {}) }),
    activation: activation !== null && clip !== null && input !== null ? { scheme: activation, clip, input } : null,
    ...(transforms.length > 0 ? { transforms } : {}),
  }));

export interface QdqOptions {
  /** Name of the file beside the model, for data that makes it too large. */
  readonly dataFile: string;
  /** Bytes that the model file may have; 2 GiB is what protobuf can read. */
  readonly largest?: number;
}

/** A model that is ready to be written. */
export interface QdqModel {
  /** The model file, in stretches; it can be asked for once more. */
  readonly model: Deferred;
  /** The file beside it, when the model would be too large. */
  readonly data: Deferred | null;
  readonly opset: { readonly before: number; readonly after: number };
  /** Bytes of the model as it was, with the files beside it. */
  readonly bytesBefore: number;
  /** Bytes of the weights of all layers: codes, scales and zero points, or what they were before; those that are shared once. */
  readonly weightBytes: number;
  /** What the user should know, one line each. */
  readonly notes: readonly string[];
}

/** Protobuf reads messages of less than 2 GiB. */
const LARGEST = 2 ** 31 - 1;

/**
 * The model with the weights of layers stored as codes in front of DequantizeLinear, and QuantizeLinear and DequantizeLinear around what they take in.
 * Whatever does not change is copied byte by byte.
 * @throws ModelError when the model cannot be read, ExportError when a layer cannot be written as the plan says.
 */
export async function qdqModel(
  source: ByteSource,
  siblings: OpenSibling,
  layers: readonly QdqLayer[],
  { dataFile: beside, largest = LARGEST }: QdqOptions,
): Promise<QdqModel> {
  const bytes = await source.slice(0, source.byteLength);
  const held = memorySource(bytes);
  const model = await openModel(held, siblings);
  const tree = modelTree(bytes, await openOnnxFile(held, siblings));
  refuseHiddenData(tree);
  const plan = await planEdits(tree, model, layers);

  const version = Math.max(model.opset, plan.opset);
  const upgrade = (body: Body) =>
    upgrader(opsetOf(body) ?? model.opset, version, {
      typeOf: (value) => plan.find.typeOf(scopeOf(body), value) ?? 'float32',
      unique: plan.unique,
    });
  const imports = tree.functions.filter((body) => plan.edits.touches(body)).map((body) => functionOpset(body.bytes) ?? version);
  const opset = version > Math.min(model.opset, ...imports) ? { version, upgrade } : null;
  const writing = { tree, edits: plan.edits, opset, irVersion: opset ? irVersionFor(version) : 0 };
  let written = writeModel({ ...writing, beside: null });
  let data = null;
  if (written.length > largest) {
    data = dataFile(beside);
    written = writeModel({ ...writing, beside: data });
    if (written.length > largest) throw new ExportError('the model takes more than 2 GiB even without the data of its tensors');
  }
  const [finished, finishedData] = [written, data];
  return {
    model: { length: finished.length, read: () => finished.stream() },
    data: finishedData && { length: finishedData.length, read: () => finishedData.stream() },
    opset: { before: model.opset, after: version },
    bytesBefore: model.bytes,
    weightBytes: plan.weightBytes,
    notes: plan.notes,
  };
}

/** A body seen by itself: the graphs around it are where it is written. */
const scopeOf = (body: Body): Scope => ({ body, from: body.outer && scopeOf(body.outer) });

/** The version that a function names for itself; null for graphs of the model. */
function opsetOf({ graph, outer, bytes }: Body): number | null {
  if (outer) return opsetOf(outer);
  return graph ? null : functionOpset(bytes);
}

/** Data beside the file is found again for initializers only; it is nowhere else in practice. */
function refuseHiddenData({ file }: ModelTree): void {
  const graphs = file.proto.graph ? [file.proto.graph] : [];
  const initializers = new Set<TensorProto>();
  for (let graph = graphs.pop(); graph; graph = graphs.pop()) {
    for (const tensor of graph.initializer) initializers.add(tensor);
    for (const node of graph.node) graphs.push(...subgraphs(node).map((inner) => inner.graph));
  }
  for (const tensor of file.tensors.keys())
    if (tensor.dataLocation === 1 && !initializers.has(tensor))
      throw new ExportError(`the constant ${quote(tensor.name)} has its data beside the model: make it an initializer first`);
}

interface PlannedEdits {
  readonly edits: Edits;
  readonly find: Finder;
  readonly unique: (name: string) => string;
  /** The oldest opset that has what the edits use. */
  readonly opset: number;
  readonly weightBytes: number;
  readonly notes: readonly string[];
}

/** A weight that is written under a scheme, and the first layer that asks for it. */
interface Written {
  readonly layer: string;
  readonly scheme: string;
  readonly axis: number | null;
  readonly stored: StoredWeight | null;
}

async function planEdits(tree: ModelTree, model: Model, layers: readonly QdqLayer[]): Promise<PlannedEdits> {
  const find = finder(tree);
  const edits = newEdits();
  const unique = freeNames(tree);
  const nodes = visits(tree);
  const indices = new Map(model.layers.map(({ name }, i) => [name, i]));
  const notes: string[] = [];
  const refused: string[] = [];
  const weights = new Map<Body, Map<string, Written>>();
  const activations = new Map<Body, Map<string, { readonly value: string; readonly scale: number }>>();
  const floats: string[] = [];
  const wide: string[] = [];
  let opset = 0;
  let weightBytes = 0;

  const refuse = (layer: string, problem: string): null => {
    refused.push(`layer ${quote(layer)}: ${problem}`);
    return null;
  };
  const note = (many: readonly string[], text: (which: string) => string): void => {
    if (many.length > 0) notes.push(text(listed(many)));
  };

  const quantizeWeight = (layer: Layer, visit: Visit, scheme: Scheme, integer: boolean, least?: LeastScales): StoredWeight | null => {
    const place = placeWeight(visit, layer, tree, find);
    if ('problem' in place) return refuse(layer.name, place.problem);
    const inBody = within(weights, place.body);
    const before = inBody.get(place.name);
    if (before) {
      const same = before.scheme === scheme.text && (before.axis === layer.channelAxis || scheme.granularity.kind === 'tensor');
      return same
        ? before.stored
        : refuse(layer.name, `it shares its weight with ${quote(before.layer)}, which has ${before.scheme}: give them one scheme`);
    }
    const stored = storeWeight(layer.weight, layer.channelAxis, scheme, place, integer, unique, least);
    inBody.set(place.name, { layer: layer.name, scheme: scheme.text, axis: layer.channelAxis, stored });
    replaceValue(edits, place, stored, unique);
    opset = Math.max(opset, stored.opset);
    weightBytes += stored.byteLength;
    if (stored.storage.kind === 'float' && !isFloat32(scheme)) floats.push(layer.name);
    else if (stored.storage.kind === 'codes' && stored.storage.bits > payloadBits(scheme.format)) wide.push(layer.name);
    return stored;
  };

  const quantizeActivation = (
    layer: Layer,
    visit: Visit,
    { scheme: text, clip, input }: NonNullable<QdqLayer['activation']>,
  ): number | null => {
    const scheme = parseScheme(text);
    const problem = activationProblem(scheme);
    if (problem) return refuse(layer.name, problem);
    const operand = placeActivation(visit, layer, find);
    if (!operand) return null;
    if ('problem' in operand) return refuse(layer.name, `what it takes in stays as it is: ${operand.problem}`);
    if (operand.value !== input) return refuse(layer.name, `it takes in ${quote(operand.value)}, not ${quote(input)}`);
    const { body } = operand.scope;
    const inBody = within(activations, body);
    const key = JSON.stringify([operand.value, scheme.text, clip.lo, clip.hi]);
    let made = inBody.get(key);
    if (!made) {
      const { affine, tensors, nodes: added, value, opset: needed } = storeActivation(operand.value, scheme, clip, unique);
      const producer = find.define(operand.scope, operand.value);
      const list = producer?.node && producer.body === body ? edits.node(body, producer.node).after : edits.of(body).first;
      list.push(...added);
      edits.of(body).constants.push(...tensors);
      opset = Math.max(opset, needed);
      inBody.set(key, (made = { value, scale: affine.scale }));
    }
    edits.node(body, operand.node).inputs.set(operand.input, made.value);
    return made.scale;
  };

  const overflowing: string[] = [];
  const fused: string[] = [];
  const idle: string[] = [];
  const storeConstant = (body: Body, wanted: string, shape: readonly number[], numbers: Float32Array): string => {
    const name = unique(wanted);
    edits.of(body).constants.push({ name, dataType: 'float32', shape, raw: new Uint8Array(numbers.buffer) });
    return name;
  };
  const takeBias = ({ node, scope }: Visit, bias: Bias, value: string): void => {
    edits.node(scope.body, node).inputs.set(bias.input, value);
    removeUnused(scope.body, edits, [bias.name]);
  };
  /** As int32, where that can be; else, where it is another one than before, in float. */
  const writeBias = async (
    layer: Layer,
    visit: Visit,
    bias: Bias,
    other: boolean,
    inputScale: number | null,
    weight: StoredWeight | null,
  ) => {
    const { body } = visit.scope;
    const scales = inputScale === null || !weight ? null : await weight.scales();
    if (inputScale !== null && scales) {
      const stored = await storeBias(bias, inputScale, scales, unique);
      if (stored) {
        edits.of(body).first.push(stored.node);
        edits.of(body).constants.push(...stored.tensors);
        opset = Math.max(opset, stored.opset);
        takeBias(visit, bias, stored.value);
        return;
      }
      overflowing.push(layer.name);
    }
    if (other) takeBias(visit, bias, storeConstant(body, bias.name, bias.tensor.shape, await bias.tensor.read(0, bias.tensor.elements)));
  };

  const asked = layers.flatMap(({ layer, weight, transforms = [] }) => {
    const index = indices.get(layer);
    return index === undefined ? [] : [{ layer: index, weight, transforms }];
  });
  const transformed = asked.some(({ transforms }) => transforms.length > 0)
    ? await transformModel(tree, model, nodes, find, edits, unique, asked)
    : null;
  for (const { layer, problem } of transformed?.unfit ?? []) refuse(model.layers[layer].name, problem);
  if ((transformed?.pairs.length ?? 0) > 0) opset = Math.max(opset, BROADCAST);
  const scaled = new Set(transformed?.pairs.flatMap(({ pair }) => [model.layers[pair.first].name, model.layers[pair.second].name]));
  const all = [...layers, ...[...scaled].filter((name) => !layers.some(({ layer }) => layer === name)).map(asItIs)];

  for (const { layer: name, weight, activation: taken, transforms = [] } of all) {
    const index = indices.get(name);
    if (index === undefined) throw new ExportError(`the model has no layer ${quote(name)}`);
    const layer = transformed?.layers[index] ?? model.layers[index];
    const visit = nodes[layer.node];
    const factors = transformed && inputFactors(transformed.pairs, index);
    const ranges = transformed?.ranges.get(index);
    if (taken && factors && !ranges) {
      refuse(name, 'what it takes in is quantized, and its equalization has no "ranges": run the model, and take the remedy of its report');
      continue;
    }
    const activation = taken && factors && ranges ? { ...taken, clip: dividedRange(taken.clip, ranges, factors) } : taken;
    const named = weight === null ? null : parseScheme(weight);
    const scheme = named && !isFloat32(named) ? named : null;
    const before = biasOf(visit, find) ?? (transformed?.biases.has(index) ? ownBias(visit, find) : null);
    const own = transformed?.biases.get(index);
    let bias = before && own ? { ...before, tensor: withNumbers(before.tensor, own) } : before;
    const affine = activation && scheme ? scaleOf(parseScheme(activation.scheme).format, activation.clip) : null;
    const least =
      transformed?.fitted.has(index) && affine && bias
        ? fittingScales(await bias.tensor.read(0, bias.tensor.elements), affine.scale, new Float64Array(bias.tensor.elements))
        : undefined;
    const writes = scheme ?? (scaled.has(name) ? parseScheme('fp32') : null);
    const stored = writes ? quantizeWeight(layer, visit, writes, activation !== null, least) : null;
    let other = own !== undefined;
    const mean = transformed?.corrected.get(index);
    if (mean && scheme) {
      const shift = await biasShift(layer, scheme, mean, factors, least);
      const where = biasPlace(visit.node.proto, bias !== null);
      const { body } = visit.scope;
      if (where.kind === 'input') {
        const values = bias && (await bias.tensor.read(0, bias.tensor.elements));
        bias = { input: 2, name: bias?.name ?? unique(`${name}_bias`), tensor: newTensor(lessShift(values, shift)) };
        other = true;
      } else {
        const [output] = visit.node.proto.output;
        const products = unique(`${output}_products`);
        const shape = [
          shift.length,
          ...new Array<number>(visit.node.proto.opType.includes('Conv') ? mean.linear.shape.length - 2 : 0).fill(1),
        ];
        const added = storeConstant(
          body,
          `${output}_shift`,
          shape,
          lessShift(
            null,
            shift.map((x) => x * where.factor),
          ),
        );
        const edit = edits.node(body, visit.node);
        edit.outputs.set(0, products);
        edit.after.unshift({ op: 'Add', name: unique(`${output}_Add`), inputs: [products, added], outputs: [output] });
        opset = Math.max(opset, BROADCAST);
      }
    }
    if (transforms.some(({ transform }) => transform !== 'equalize') && !scheme) idle.push(name);
    if (activation || scheme) {
      if (!activation && stored && becomesMatMulNBits(visit, layer, stored)) fused.push(name);
      const inputScale = activation && quantizeActivation(layer, visit, activation);
      if (bias) await writeBias(layer, visit, bias, other, inputScale, scheme ? stored : null);
    } else if (bias && other) await writeBias(layer, visit, bias, other, null, null);
  }
  // A weight that one layer has as codes is codes for all.
  const quantized = new Set(layers.filter(({ weight }) => weight !== null && !isFloat32(parseScheme(weight))).map(({ layer }) => layer));
  const asBefore = new Set<string>();
  for (const layer of model.layers) {
    if (quantized.has(layer.name) || scaled.has(layer.name)) continue;
    const place = placeWeight(nodes[layer.node], layer, tree, find);
    const other = 'problem' in place ? undefined : weights.get(place.body)?.get(place.name);
    if (other) refuse(layer.name, `it shares its weight with ${quote(other.layer)}, which has ${other.scheme}: give them one scheme`);
    else if (!asBefore.has(layer.weight.name)) weightBytes += layer.weight.byteLength;
    asBefore.add(layer.weight.name);
  }
  if (refused.length > 0) {
    const more = refused.length > 3 ? `; and ${refused.length - 3} more` : '';
    throw new ExportError(`${refused.slice(0, 3).join('; ')}${more}; plan them as they are, e.g. with --pin LAYER=float`);
  }

  note(floats, (which) => `ONNX has no type for the codes of ${which}: the same numbers are stored as float32, so nothing is saved there`);
  note(wide, (which) => `ONNX has no type as narrow as the codes of ${which}: they are stored in the next wider one`);
  note(overflowing, (which) => `the bias of ${which} is too large for 32 bits at the scale of its products: it stays float`);
  note(idle, (which) => `correcting and fitting the bias of ${which} does nothing: the weight is not quantized`);
  note(
    fused,
    (which) =>
      `ONNX Runtime rounds what ${which} take in to 8 bits to run faster, unless its option session.qdq_matmulnbits_accuracy_level is "1"`,
  );
  if ([...fieldsOf(tree.bytes)].some(({ number }) => number === MODEL.trainingInfo))
    notes.push('the information for training was left out: it starts from float weights');
  return { edits, find, unique, opset, weightBytes, notes };
}

/** A layer that nothing is said of. */
const asItIs = (layer: string): QdqLayer => ({ layer, weight: null, activation: null });

/** The constant at the place of a bias, whatever factors the node has for it. */
function ownBias({ node, scope }: Visit, find: Finder): Bias | null {
  const name = node.proto.input[2] ?? '';
  const tensor = name === '' ? null : find.stored(scope, name);
  return tensor && { input: 2, name, tensor };
}

const withNumbers = (tensor: Tensor, numbers: Float32Array): Tensor => ({
  ...tensor,
  read: (start, end) => Promise.resolve(numbers.slice(start, end)),
});

const newTensor = (numbers: Float32Array): Tensor =>
  withNumbers(
    {
      name: '',
      dataType: 'float32',
      shape: [numbers.length],
      elements: numbers.length,
      byteLength: numbers.byteLength,
      read: () => Promise.resolve(numbers),
    },
    numbers,
  );

/** Puts a stored weight in the place of the value that was the weight. */
function replaceValue(edits: Edits, place: WeightPlace, { tensors, nodes }: StoredWeight, unique: (name: string) => string): void {
  const { body, name, node, output } = place;
  const edit = edits.of(body);
  edit.constants.push(...tensors);
  if (!node) {
    edit.dropped.add(name);
    edit.first.push(...nodes);
    return;
  }
  const made = edits.node(body, node);
  made.after.push(...nodes);
  if (node.proto.output.filter((other) => other !== '').length > 1) made.outputs.set(output, unique(`${name}_unused`));
  else {
    made.removed = true;
    removeUnused(body, edits, node.proto.input);
  }
}

/**
 * Whether ONNX Runtime makes a MatMulNBits of the layer: a product with a matrix of 4- or 8-bit codes, channels last, whose other operand is float
 * (DQMatMulToMatMulNBits of its QDQ transformers; the operator's accuracy level is 4 unless told otherwise).
 */
function becomesMatMulNBits({ node: { proto } }: Visit, { weight }: Layer, { storage, nodes }: StoredWeight): boolean {
  const last = nodes.at(-1);
  return (
    storage.kind === 'codes' &&
    /^u?int[48]$/.test(storage.dataType) &&
    weight.shape.length === 2 &&
    proto.input[1] === weight.name &&
    last?.op === 'DequantizeLinear' &&
    (proto.opType === 'MatMul' || (proto.opType === 'Gemm' && toNumber(attribute(proto, 'transB')?.i) === 0))
  );
}

const isFloat32 = ({ format }: Scheme): boolean => format.kind === 'float' && format.name === 'fp32';

/** Names for a note: a few of them. */
const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).map(quote).join(', ')} and ${names.length - 3} more` : names.map(quote).join(', ');

function within<K, T>(bodies: Map<Body, Map<K, T>>, body: Body): Map<K, T> {
  let found = bodies.get(body);
  if (!found) bodies.set(body, (found = new Map<K, T>()));
  return found;
}
