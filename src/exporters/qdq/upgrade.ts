import { quote } from '../../model/quote.js';
import { attributeMessage, nodeMessage, type AttributeValue, type NewNode } from '../../model/writers/onnx/nodes.js';
import { NODE, type TensorBytes } from '../../model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter } from '../../model/writers/onnx/wire.js';
import { toNumber, type NodeProto } from '../../model/readers/onnx/proto.js';
import { intsOf, textOf } from '../../model/readers/onnx/attributes.js';
import type { DataType } from '../../model/types.js';
import { ExportError } from '../exportError.js';
import { attribute } from './places.js';

/** What an operator's node becomes in a newer version. */
interface Change {
  readonly op?: string;
  /** Attributes that go. */
  readonly without?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Constants that become inputs, by place; the places before them are filled with nothing. */
  readonly inputs?: Readonly<Record<number, TensorBytes>>;
  /** Several nodes instead. */
  readonly nodes?: readonly NewNode[];
}

/** What a rule knows of the model around the node. */
export interface Surroundings {
  /** Element type of a value; float32 when nobody says. */
  readonly typeOf: (value: string) => DataType;
  readonly unique: (name: string) => string;
}

type Rule = (node: NodeProto, around: Surroundings) => Change | null | { readonly problem: string };

interface VersionRule {
  /** The first version that needs the change. */
  readonly version: number;
  readonly ops: readonly string[];
  readonly rule: Rule;
}

const raw = (array: BigInt64Array | Float32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const integers = (values: readonly number[]): TensorBytes => ({
  dataType: 'int64',
  shape: [values.length],
  raw: raw(BigInt64Array.from(values, BigInt)),
});
const floats = (values: readonly number[]): TensorBytes => ({
  dataType: 'float32',
  shape: [values.length],
  raw: raw(Float32Array.from(values)),
});
const ints = (node: NodeProto, name: string): readonly number[] | undefined => intsOf(attribute(node, name));
const int = (node: NodeProto, name: string): number | undefined => {
  const found = attribute(node, name);
  return found && toNumber(found.i);
};

/** A list attribute that became an input. */
const listInput =
  (name: string, place: number): Rule =>
  (node) => {
    const values = ints(node, name);
    return values ? { without: [name], inputs: { [place]: integers(values) } } : null;
  };

/** A scalar of a value's own type. */
function scalar(value: number, type: DataType): TensorBytes | null {
  if (type === 'float32') return { dataType: type, shape: [], raw: raw(Float32Array.of(value)) };
  if (type !== 'float64') return null;
  const bytes = new Float64Array([value]);
  return { dataType: type, shape: [], raw: new Uint8Array(bytes.buffer) };
}

const reductions = [
  'ReduceMax',
  'ReduceMin',
  'ReduceMean',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceSumSquare',
];

/** Softmax was over all axes from one on; now it is over one axis. */
const softmax: Rule = (node, { unique }) => {
  const axis = int(node, 'axis') ?? 1;
  if (axis === -1) return null;
  const [x] = node.input;
  const [flat, soft, shape] = ['flat', 'soft', 'shape'].map((part) => unique(`${node.output[0]}_${part}`));
  return {
    nodes: [
      { op: 'Shape', inputs: [x], outputs: [shape] },
      { op: 'Flatten', inputs: [x], outputs: [flat], attributes: { axis: { int: axis } } },
      { op: node.opType, inputs: [flat], outputs: [soft], attributes: { axis: { int: -1 } } },
      { op: 'Reshape', name: node.name, inputs: [soft, shape], outputs: [node.output[0]] },
    ],
  };
};

/** Resize had one way to map coordinates, that of now's `asymmetric`, and rounded down. */
const resize10: Rule = (node) => ({
  nodes: [
    {
      op: 'Resize',
      name: node.name,
      inputs: [node.input[0], '', node.input[1]],
      outputs: node.output,
      attributes: {
        coordinate_transformation_mode: { text: 'asymmetric' },
        mode: { text: textOf(attribute(node, 'mode')) ?? 'nearest' },
        nearest_mode: { text: 'floor' },
      },
    },
  ],
});

/** What changed in the standard operators from opset 7 on in ways that nodes have to follow (ONNX, Operators.md and its version converter). */
const rules: readonly VersionRule[] = [
  {
    version: 9,
    ops: ['BatchNormalization'],
    rule: (node) => (int(node, 'spatial') === 0 ? { problem: 'it normalizes every place apart' } : { without: ['spatial'] }),
  },
  {
    version: 9,
    ops: ['Upsample'],
    rule: (node) => ({ without: ['scales'], inputs: { 1: floats(attribute(node, 'scales')?.floats ?? []) } }),
  },
  { version: 9, ops: ['Scan'], rule: () => ({ problem: 'its inputs have another order now' }) },
  { version: 10, ops: ['Upsample'], rule: () => ({ op: 'Resize' }) },
  {
    version: 10,
    ops: ['Slice'],
    rule: (node) => {
      const [starts, ends, axes] = ['starts', 'ends', 'axes'].map((name) => ints(node, name));
      if (!starts || !ends) return { problem: 'it has no starts and ends' };
      const inputs = { 1: integers(starts), 2: integers(ends), ...(axes ? { 3: integers(axes) } : {}) };
      return { without: ['starts', 'ends', 'axes'], inputs };
    },
  },
  { version: 10, ops: ['TopK'], rule: (node) => ({ without: ['k'], inputs: { 1: integers([int(node, 'k') ?? 0]) } }) },
  {
    version: 11,
    ops: ['Clip'],
    rule: (node, { typeOf }) => {
      const type = typeOf(node.input[0]);
      const inputs: Record<number, TensorBytes> = {};
      for (const [name, place] of [
        ['min', 1],
        ['max', 2],
      ] as const) {
        const bound = attribute(node, name);
        if (!bound) continue;
        const tensor = scalar(bound.f, type);
        if (!tensor) return { problem: `its bounds would have to be ${type}` };
        inputs[place] = tensor;
      }
      return { without: ['min', 'max'], inputs };
    },
  },
  {
    version: 11,
    ops: ['Pad'],
    rule: (node, { typeOf }) => {
      const pads = ints(node, 'pads') ?? [];
      const value = attribute(node, 'value')?.f ?? 0;
      const fill = value === 0 ? null : scalar(value, typeOf(node.input[0]));
      if (value !== 0 && !fill) return { problem: `its value would have to be ${typeOf(node.input[0])}` };
      return { without: ['pads', 'value'], inputs: { 1: integers(pads), ...(fill ? { 2: fill } : {}) } };
    },
  },
  { version: 11, ops: ['Resize'], rule: resize10 },
  { version: 11, ops: ['Scatter'], rule: () => ({ op: 'ScatterElements' }) },
  { version: 12, ops: ['Dropout'], rule: () => ({ without: ['ratio'] }) },
  { version: 13, ops: ['Softmax', 'LogSoftmax', 'Hardmax'], rule: softmax },
  { version: 13, ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'], rule: listInput('axes', 1) },
  { version: 13, ops: ['Split'], rule: listInput('split', 1) },
  {
    version: 13,
    ops: ['Resize'],
    rule: (node) =>
      textOf(attribute(node, 'coordinate_transformation_mode')) === 'tf_half_pixel_for_nn'
        ? { problem: 'tf_half_pixel_for_nn is no way to map coordinates any more' }
        : null,
  },
  {
    version: 14,
    ops: ['BatchNormalization'],
    rule: (node) => (node.output.filter((name) => name !== '').length > 1 ? { problem: 'it is in training mode' } : null),
  },
  {
    version: 16,
    ops: ['RoiAlign'],
    rule: (node) =>
      attribute(node, 'coordinate_transformation_mode')
        ? null
        : { attributes: { coordinate_transformation_mode: { text: 'output_half_pixel' } } },
  },
  { version: 18, ops: reductions, rule: listInput('axes', 1) },
  {
    version: 18,
    ops: ['Split'],
    rule: (node) => (node.input.length > 1 && node.input[1] !== '' ? null : { attributes: { num_outputs: { int: node.output.length } } }),
  },
  {
    version: 20,
    ops: ['GridSample'],
    rule: (node) => {
      const mode = textOf(attribute(node, 'mode'));
      const now = { bilinear: 'linear', bicubic: 'cubic' }[mode ?? ''];
      return now === undefined ? null : { without: ['mode'], attributes: { mode: { text: now } } };
    },
  },
  {
    version: 20,
    ops: ['DFT'],
    rule: (node) => ({ without: ['axis'], inputs: { 2: { ...integers([int(node, 'axis') ?? 1]), shape: [] } } }),
  },
  { version: 21, ops: ['GroupNormalization'], rule: () => ({ problem: 'its scale is by channel now, not by group' }) },
];

/** The oldest version that is brought up to date. */
const OLDEST = 7;
/** The IR version that first goes with an opset. */
const irVersions: readonly (readonly [opset: number, ir: number])[] = [
  [21, 10],
  [19, 9],
  [15, 8],
  [12, 7],
  [11, 6],
  [10, 5],
];

/** The oldest IR version that files of an opset may have. */
export const irVersionFor = (opset: number): number => irVersions.find(([first]) => opset >= first)?.[1] ?? 4;

/** Nodes of a body after all changes: those to be written in the place of one. */
export type Upgrade = (proto: NodeProto, bytes: Uint8Array) => readonly MessageWriter[] | null;

/**
 * Brings nodes of the standard operators from one opset to a newer one.
 * @throws ExportError for versions that are too old, and when a node means something there that the newer version cannot say.
 */
export function upgrader(from: number, to: number, around: Surroundings): Upgrade {
  if (from < OLDEST)
    throw new ExportError(`the model is of opset ${from}, and opset ${to} is needed: export it again with opset ${OLDEST} or newer`);
  return (first, firstBytes) => {
    let proto = first;
    let bytes = firstBytes;
    const before: MessageWriter[] = [];
    let changed = false;
    for (const { version, ops, rule } of rules) {
      if (version <= from || version > to || !ops.includes(proto.opType)) continue;
      const bound = proto.attribute.some(({ refAttrName }) => refAttrName !== '');
      const change = bound ? { problem: 'its attributes are those of the function it is in' } : rule(proto, around);
      if (!change) continue;
      if ('problem' in change)
        throw new ExportError(
          `node ${quote(proto.name || proto.output[0] || proto.opType)} (${proto.opType}) cannot go from opset ${from} to ${to}: ${change.problem}; export the model again with opset ${to}, or plan with schemes that need none newer`,
        );
      changed = true;
      if (change.nodes) {
        const nodes = change.nodes.map((node) => nodeMessage(node));
        const last = change.nodes[change.nodes.length - 1];
        before.push(...nodes.slice(0, -1));
        bytes = nodes[nodes.length - 1].finish();
        proto = { ...proto, opType: last.op, input: last.inputs, attribute: [] };
        continue;
      }
      const made: [number, string][] = [];
      for (const [place, tensor] of Object.entries(change.inputs ?? {})) {
        const name = around.unique(`${proto.output[0]}_input_${place}`);
        before.push(nodeMessage({ op: 'Constant', inputs: [], outputs: [name], attributes: { value: { tensor } } }));
        made.push([Number(place), name]);
      }
      const inputs = [...proto.input];
      for (const [place, name] of made) {
        while (inputs.length < place) inputs.push('');
        inputs[place] = name;
      }
      bytes = rewritten(bytes, { ...change, inputs });
      proto = {
        ...proto,
        opType: change.op ?? proto.opType,
        input: inputs,
        attribute: proto.attribute.filter(({ name }) => !change.without?.includes(name)),
      };
    }
    return changed ? [...before, new MessageWriter().copy(bytes)] : null;
  };
}

/** A node with other inputs, operator or attributes; all else is copied. */
function rewritten(
  node: Uint8Array,
  { op, without = [], attributes = {}, inputs }: Omit<Change, 'inputs' | 'nodes'> & { readonly inputs: readonly string[] },
): Uint8Array {
  const out = new MessageWriter();
  for (const input of inputs) out.field(NODE.input, input);
  for (const field of fieldsOf(node)) {
    if (field.number === NODE.input) continue;
    if (field.number === NODE.opType && op !== undefined) out.field(NODE.opType, op);
    else if (field.number === NODE.attribute && without.includes(attributeName(field.body))) continue;
    else out.copy(field.whole);
  }
  for (const [name, value] of Object.entries(attributes)) out.field(NODE.attribute, attributeMessage(name, value));
  return out.finish();
}

const utf8 = new TextDecoder();

function attributeName(attribute: Uint8Array): string {
  for (const { number, body } of fieldsOf(attribute)) if (number === 1) return utf8.decode(body);
  return '';
}
