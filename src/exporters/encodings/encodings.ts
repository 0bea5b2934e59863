import { parseScheme, payloadBits, scaleOf, type Scheme } from '../../core/formats/index.js';
import { memorySource } from '../../model/memorySource.js';
import { openModel } from '../../model/open.js';
import { quote } from '../../model/quote.js';
import { openOnnxFile } from '../../model/readers/onnx/onnxFile.js';
import type { ByteSource, Layer, OpenSibling } from '../../model/types.js';
import { ExportError } from '../exportError.js';
import { activationProblem, activationType } from '../qdq/activations.js';
import { codedTensor } from '../qdq/codes.js';
import type { QdqLayer } from '../qdq/index.js';
import { finder, placeActivation, placeWeight } from '../qdq/places.js';
import { storageOf } from '../qdq/storage.js';
import { modelTree, visits } from '../qdq/tree.js';
import { arrange, scalesInOrder } from '../qdq/weights.js';

/** How a tool is to quantize one tensor: x̂ = (q − zeroPoint)·scale, q of an ONNX integer type. */
export interface Encoding {
  /** Name of the value in the model. */
  readonly name: string;
  readonly kind: 'weight' | 'activation';
  /** Whether it is an initializer of the main graph. */
  readonly initializer: boolean;
  /** `int8`, `uint4`, …: as wide as the scheme's codes. */
  readonly type: string;
  /** One number for all, one for each step of the axis, or one for each block along it. */
  readonly scales: Float32Array;
  readonly zeroPoints: Int32Array;
  /** Empty when there is one scale for all. */
  readonly scaleShape: readonly number[];
  readonly axis: number | null;
  /** Steps of the axis that share a scale; 0 when each has its own. */
  readonly block: number;
}

/** What a plan says of every tensor, as other tools want to be told. */
export interface Encodings {
  /** Weights in the order of their layers, then activations. */
  readonly list: readonly Encoding[];
  /** Layers that have no encoding: their names and those of their nodes, which may be empty. */
  readonly left: readonly { readonly layer: string; readonly node: string }[];
  readonly notes: readonly string[];
}

/** What a target's files can say. */
export interface Dialect {
  /** The target's name, for messages. */
  readonly title: string;
  /** Types it has, e.g. `int8`. */
  readonly types: readonly string[];
  readonly blocks: boolean;
}

/**
 * The encodings of a plan. Every name in them is one of the model.
 * @throws ModelError when the model cannot be read, ExportError when the target cannot say what the plan asks for.
 */
export async function encodingsOf(
  source: ByteSource,
  siblings: OpenSibling,
  layers: readonly QdqLayer[],
  dialect: Dialect,
): Promise<Encodings> {
  const bytes = await source.slice(0, source.byteLength);
  const held = memorySource(bytes);
  const model = await openModel(held, siblings);
  const tree = modelTree(bytes, await openOnnxFile(held, siblings));
  const find = finder(tree);
  const nodes = visits(tree);
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  const weights = new Map<string, Encoding & { readonly scheme: string; readonly layer: string }>();
  const activations = new Map<string, Encoding & { readonly scheme: string; readonly layer: string }>();
  const left: Encodings['left'][number][] = [];
  const rounded: string[] = [];

  const refuse = (layer: string, problem: string): never => {
    throw new ExportError(`layer ${quote(layer)}: ${problem}; plan it as it is, e.g. with --pin ${JSON.stringify(`${layer}=float`)}`);
  };
  const typeFor = (layer: string, scheme: Scheme, type: string): string =>
    dialect.types.includes(type) ? type : refuse(layer, `${dialect.title} has no type for ${scheme.text}`);

  const encodeWeight = async (layer: Layer, scheme: Scheme, index: number): Promise<void> => {
    const place = placeWeight(nodes[index], layer, tree, find);
    if ('problem' in place) return refuse(layer.name, place.problem);
    const before = weights.get(place.name);
    if (before) {
      if (before.scheme !== scheme.text) refuse(layer.name, `it shares its weight with ${quote(before.layer)}, which has ${before.scheme}`);
      return;
    }
    const type = typeFor(layer.name, scheme, weightType(scheme) ?? '');
    const { weight, channelAxis } = layer;
    const { axis, block, scaleShape, back, scalesTransposed } = arrange(weight.shape, channelAxis, scheme);
    if (block > 0 && !dialect.blocks) refuse(layer.name, `${dialect.title} has no blocks, and the plan says ${scheme.text}`);
    if (back !== null) refuse(layer.name, `its blocks of ${scheme.text} lie along no axis of its weight`);
    const { scales, zeroPoints } = await codedTensor(await weight.read(0, weight.elements), weight.shape, channelAxis, scheme);
    const inOrder = <T extends Float32Array | Int32Array>(values: T): T =>
      scalesTransposed ? scalesInOrder(values, weight.shape[channelAxis!]) : values;
    if (scheme.rounding !== 'nearest-even') rounded.push(layer.name);
    weights.set(place.name, {
      name: place.name,
      kind: 'weight',
      initializer: place.tensor !== null && place.body === tree.main,
      type,
      scales: inOrder(scales),
      zeroPoints: inOrder(zeroPoints),
      scaleShape,
      axis,
      block,
      scheme: scheme.text,
      layer: layer.name,
    });
  };

  const encodeActivation = (layer: Layer, { scheme: text, clip, input }: NonNullable<QdqLayer['activation']>, index: number): void => {
    const scheme = parseScheme(text);
    const problem = activationProblem(scheme);
    if (problem !== null) return refuse(layer.name, problem);
    const operand = placeActivation(nodes[index], layer, find);
    if (!operand) return;
    if ('problem' in operand) return refuse(layer.name, operand.problem);
    if (operand.value !== input) return refuse(layer.name, `it takes in ${quote(operand.value)}, not ${quote(input)}`);
    const { scale, zeroPoint } = scaleOf(scheme.format, clip)!;
    const before = activations.get(input);
    if (before) {
      if (before.scheme !== scheme.text || before.scales[0] !== scale || before.zeroPoints[0] !== zeroPoint)
        refuse(layer.name, `it takes in the same as ${quote(before.layer)}, which has ${before.scheme} with another range`);
      return;
    }
    const { dataType, bits } = activationType(scheme);
    activations.set(input, {
      name: input,
      kind: 'activation',
      initializer: false,
      type: typeFor(layer.name, scheme, bits === payloadBits(scheme.format) ? dataType : ''),
      scales: Float32Array.of(scale),
      zeroPoints: Int32Array.of(zeroPoint),
      scaleShape: [],
      axis: null,
      block: 0,
      scheme: scheme.text,
      layer: layer.name,
    });
  };

  for (const { layer: name, weight, activation } of layers) {
    const layer = byName.get(name);
    if (!layer) throw new ExportError(`the model has no layer ${quote(name)}`);
    const scheme = weight === null ? null : parseScheme(weight);
    if (scheme && !isPlainFloat(scheme)) await encodeWeight(layer, scheme, layer.node);
    else left.push({ layer: name, node: nodes[layer.node].node.proto.name });
    if (activation) encodeActivation(layer, activation, layer.node);
  }
  const transformed = layers.flatMap(({ layer, transforms = [] }) => (transforms.length > 0 ? [layer] : []));
  const notes = [
    ...(transformed.length > 0
      ? [
          `${dialect.title} takes scales for the model as it is: the equalization and what is done to biases of ${some(transformed)} are left out; a qdq export has them`,
        ]
      : []),
    ...(rounded.length > 0 ? [`the tool rounds to the nearest, not as the plan says for ${some(rounded)}`] : []),
  ];
  return { list: [...weights.values(), ...activations.values()], left, notes };
}

/** A few names. */
const some = (names: readonly string[]): string => `${names.slice(0, 3).map(quote).join(', ')}${names.length > 3 ? ' and others' : ''}`;

/** The integer or 8-bit float type whose codes are those of a scheme; null when there is none. */
function weightType({ format }: Scheme): string | null {
  const storage = storageOf(format);
  if (storage.kind !== 'codes' || format.kind === 'binary' || format.kind === 'ternary' || format.kind === 'pow2' || format.kind === 'cut')
    return null;
  const bits = payloadBits(format);
  if (storage.bits === bits) return storage.dataType;
  return format.kind === 'integer' && bits === 2 ? (format.signed ? 'int2' : 'uint2') : null;
}

/** Types that need no scale: tools give them to whole models, not to tensors. */
const isPlainFloat = ({ format }: Scheme): boolean => format.kind === 'float' && /^(fp32|tf32|bf16|fp16)$/.test(format.name);
