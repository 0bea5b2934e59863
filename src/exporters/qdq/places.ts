import { elementType } from '../../model/readers/onnx/elementTypes.js';
import { domainName } from '../../model/readers/onnx/functions.js';
import { topological } from '../../model/readers/onnx/order.js';
import { toNumber, type GraphProto, type NodeProto, type TensorProto } from '../../model/readers/onnx/proto.js';
import type { StoredTensor } from '../../model/readers/onnx/tensors.js';
import type { DataType, Layer } from '../../model/types.js';
import type { Body, ModelTree, Scope, TreeNode, Visit } from './tree.js';

/** What makes a value: an initializer, or a node. */
export interface Definition {
  readonly body: Body;
  readonly name: string;
  /** The dense initializer. */
  readonly tensor: TensorProto | null;
  /** The node, and which of its outputs. Neither this nor a tensor: a sparse initializer. */
  readonly node: TreeNode | null;
  readonly output: number;
}

/** A layer's weight where the file has it. */
export interface WeightPlace extends Definition {
  /** Element type of the value, which its consumers expect. */
  readonly type: 'float32' | 'float16' | 'float64' | 'bfloat16';
}

/** The value a layer takes in, as one of its node's inputs. */
export interface Operand {
  readonly scope: Scope;
  readonly node: TreeNode;
  readonly input: number;
  readonly value: string;
}

/** Finds values in a model. All answers are by name, as the file's own. */
export interface Finder {
  /** What makes a value that is seen from a scope: the nearest; null for inputs and for names nobody makes. */
  define(scope: Scope, name: string): Definition | null;
  /** Whether a value is the same in every run. */
  isConstant(scope: Scope, name: string): boolean;
  /** Element type, as far as declarations and the operators around tell. */
  typeOf(scope: Scope, name: string): DataType | null;
  /** A constant that is written in the file, seen through Identity. */
  stored(scope: Scope, name: string): StoredTensor | null;
}

export function finder({ file }: ModelTree): Finder {
  const definitions = new Map<Body, ReadonlyMap<string, Definition>>();
  const constants = new Map<Body, ReadonlySet<string>>();
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();

  const definitionsOf = (body: Body): ReadonlyMap<string, Definition> => {
    const known = definitions.get(body);
    if (known) return known;
    const found = new Map<string, Definition>();
    const add = (name: string, made: Partial<Definition>): void => {
      if (name !== '' && !found.has(name)) found.set(name, { body, name, tensor: null, node: null, output: 0, ...made });
    };
    for (const tensor of body.graph?.initializer ?? []) add(tensor.name, { tensor });
    for (const { values } of body.graph?.sparseInitializer ?? []) if (values) add(values.name, {});
    for (const node of body.nodes) node.proto.output.forEach((name, output) => add(name, { node, output }));
    definitions.set(body, found);
    return found;
  };

  /** The scope in which a name means something, and what makes it there; the scope is that of an input when nothing does. */
  const resolve = (scope: Scope, name: string): { scope: Scope; made: Definition | null } | null => {
    for (let at: Scope | null = scope; at; at = at.from) {
      const made = definitionsOf(at.body).get(name);
      if (made) return { scope: at, made };
      if (at.body.graph?.input.some((input) => input.name === name)) return { scope: at, made: null };
    }
    return null;
  };

  /** Names that a body's constants have. In order, so that deep models need no deep stack. */
  const constantsOf = (scope: Scope): ReadonlySet<string> => {
    const { body } = scope;
    const known = constants.get(body);
    if (known) return known;
    const found = new Set<string>();
    for (const { name, node } of definitionsOf(body).values()) if (!node) found.add(name);
    const makes = definitionsOf(body);
    const inner = new Set(body.nodes.filter((node) => node.inner.length > 0).map(({ proto }) => proto));
    for (const proto of topological(
      body.nodes.map((node) => node.proto),
      captured,
    )) {
      const fixed = (name: string): boolean => name === '' || (makes.has(name) ? found.has(name) : isConstant(scope, name));
      if (domainName(proto.domain) !== '' || CHANGING.test(proto.opType) || inner.has(proto) || !proto.input.every(fixed)) continue;
      for (const name of proto.output) if (name !== '') found.add(name);
    }
    constants.set(body, found);
    return found;
  };
  const isConstant = (scope: Scope, name: string): boolean => {
    const at = resolve(scope, name);
    return at !== null && at.made !== null && constantsOf(at.scope).has(name);
  };

  const typeOf = (from: Scope, of: string): DataType | null => {
    let scope = from;
    let name = of;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const at = resolve(scope, name);
      if (!at) return null;
      const graph = at.scope.body.graph;
      const declared = [...(graph?.input ?? []), ...(graph?.valueInfo ?? []), ...(graph?.output ?? [])].find(
        (value) => value.name === name,
      );
      const code = declared?.type?.tensorType?.elemType ?? 0;
      if (code !== 0) return elementType(code);
      if (!at.made) return null;
      if (at.made.tensor) return elementType(at.made.tensor.dataType);
      const proto = at.made.node?.proto;
      if (!proto) return null;
      if (proto.opType === 'Cast') return elementType(toNumber(attribute(proto, 'to')?.i));
      if (proto.opType === 'Constant') return literalType(proto);
      if (!FOLLOWED.test(proto.opType)) return null;
      scope = at.scope;
      name = proto.input[TYPED_BY[proto.opType] ?? 0] ?? '';
    }
    return null;
  };

  const stored = (from: Scope, of: string): StoredTensor | null => {
    let scope = from;
    let name = of;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const at = resolve(scope, name);
      if (!at?.made) return null;
      const { tensor, node } = at.made;
      const literal = tensor ?? (node?.proto.opType === 'Constant' ? attribute(node.proto, 'value')?.t : null);
      if (literal) return file.tensors.get(literal)?.tensor ?? null;
      if (node?.proto.opType !== 'Identity') return null;
      scope = at.scope;
      name = node.proto.input[0] ?? '';
    }
    return null;
  };

  return { define: (scope, name) => resolve(scope, name)?.made ?? null, isConstant, typeOf, stored };
}

const MOST_STEPS = 64;
/** Operators that give something else every time. */
const CHANGING = /^(Random|Multinomial|Bernoulli)/;
/** Operators whose output has the element type of one of their inputs. */
const FOLLOWED =
  /^(Identity|Transpose|Reshape|Flatten|Squeeze|Unsqueeze|Slice|Split|Concat|Gather|Expand|Pad|Where|Add|Sub|Mul|Div|Pow|Sqrt|Relu|Clip|Sigmoid|Tanh|HardSigmoid|HardSwish|Erf|Gelu|LeakyRelu|Softmax|Conv|ConvTranspose|Gemm|MatMul|BatchNormalization|LayerNormalization|MaxPool|AveragePool|GlobalAveragePool|ReduceMean|DequantizeLinear|Dropout|Resize|LSTM|GRU|RNN)$/;
const TYPED_BY: Readonly<Record<string, number>> = { Where: 1, DequantizeLinear: 1 };

export const attribute = (node: NodeProto, name: string): NodeProto['attribute'][number] | undefined =>
  node.attribute.find((one) => one.name === name);

function literalType(node: NodeProto): DataType {
  const tensor = attribute(node, 'value')?.t;
  if (tensor) return elementType(tensor.dataType) ?? 'float32';
  return node.attribute.some(({ name }) => name.startsWith('value_int')) ? 'int64' : 'float32';
}

/** Where a layer's weight is written, or why it cannot be written otherwise. */
export function placeWeight(
  { node, scope }: Visit,
  { weight }: Layer,
  { file }: ModelTree,
  find: Finder,
): WeightPlace | { readonly problem: string } {
  const made = find.define(scope, weight.name);
  if (!made) return { problem: 'its weight is no value of the graph by itself' };
  if (!made.body.graph && made.node?.proto.opType !== 'Constant')
    return { problem: 'its weight is computed inside a function of the model: inline the functions first' };
  const known = made.tensor ? file.tensors.get(made.tensor)!.tensor : null;
  if (known && known.elements !== weight.elements)
    return { problem: `its weight is packed into ${known.dataType} codes of ${node.proto.opType}` };
  const type = known?.dataType ?? (made.node?.proto.opType === 'DequantizeLinear' ? find.typeOf(scope, weight.name) : weight.dataType);
  if (type !== 'float32' && type !== 'float16' && type !== 'float64' && type !== 'bfloat16')
    return { problem: `its weight is stored as ${type ?? 'codes'} already` };
  return { ...made, type };
}

/** Operators that take no float in besides their weight. */
const LOOKUPS = /^Gather$/;

/**
 * The float that a layer takes in; null when there is none, or why it cannot be quantized. The weights of a recurrent node have one input, which
 * belongs to the first.
 */
export function placeActivation({ node, scope }: Visit, layer: Layer, find: Finder): Operand | null | { readonly problem: string } {
  const { proto } = node;
  const input = proto.input.findIndex((name) => name !== '' && !find.isConstant(scope, name));
  if (input < 0 || LOOKUPS.test(proto.opType) || layer.name.endsWith('#R')) return null;
  if (!scope.body.graph)
    return { problem: 'it is inside a function of the model, which is one for all its calls: inline the functions first' };
  const type = find.typeOf(scope, proto.input[input]);
  if (type !== null && type !== 'float32') return { problem: `it takes in ${type}, and only float32 is quantized` };
  return { scope, node, input, value: proto.input[input] };
}
