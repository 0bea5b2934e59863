import { isFloat } from '../../model/dataTypes.js';
import { localFunctions } from '../../model/readers/onnx/functions.js';
import type { KnownTensor, OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs, topological } from '../../model/readers/onnx/order.js';
import type { GraphProto, ModelProto, NodeProto } from '../../model/readers/onnx/proto.js';
import { quote } from '../../model/quote.js';
import type { DataType, Layer, Model, Tensor } from '../../model/types.js';
import type { PartNode } from '../surgery/graph.js';
import type { Prepared } from './prepare.js';
import { storedTensors } from './stored.js';

/** A value that a layer takes as one of its node's inputs. */
export interface Operand {
  /** Its place among the node's inputs. */
  readonly input: number;
  readonly value: string;
}

/** Where a layer of the model is in the graph that is run. */
export interface Place {
  /** Index of its node among those of the graph, or null: then `problem` says why nothing can be changed there. */
  readonly node: number | null;
  /** The value that is the layer's weight, in the weight tensor's own shape, and its type. */
  readonly weight: { readonly value: string; readonly dataType: DataType } | null;
  /** The float value that the layer takes in. */
  readonly activation: Operand | null;
  /** A constant float32 for every output channel that is added to the layer's products. */
  readonly bias: Tensor | null;
  readonly output: string | null;
  readonly problem: string | null;
}

/** Every layer's place, in the model's order. */
export function placeLayers(model: Model, file: OnnxFile, prepared: Prepared): readonly Place[] {
  const written = inReadingOrder(file.proto);
  const keyOf = keys();
  const { nodes } = prepared.cut.graph;
  const at = new Map(nodes.map(({ proto, within }, i) => [keyOf(within ?? { calls: [], proto }), i]));
  const dynamic = new Set(prepared.dynamic);
  const stored = storedTensors(file, prepared.cut);
  return model.layers.map((layer): Place => {
    const found = written[layer.node] as Written | undefined;
    if (found?.proto.opType !== model.nodes[layer.node].op) return { ...NOWHERE, problem: NOT_FOUND };
    const own = at.get(keyOf(found));
    const around = found.owners.find((owner) => at.has(keyOf(owner)));
    const node = own ?? (around && at.get(keyOf(around)));
    if (node === undefined) return { ...NOWHERE, problem: neverTaken(found, prepared) ?? NOT_FOUND };
    if (!dynamic.has(node)) return { ...NOWHERE, problem: 'it does not depend on the inputs' };
    if (own === undefined) return insideOf(around!, node, found, layer, stored);
    return { node, ...operands(layer, nodes[node], prepared, stored), output: floatValue(nodes[node].outputs[0], prepared) };
  });
}

const NOWHERE = { node: null, weight: null, activation: null, bias: null, output: null };

const NOT_FOUND = 'its node was not found in the graph that runs';

/** A layer in the body of a node that runs as a whole: what it takes in and gives is not seen, but its weight can be changed when it lies around. */
function insideOf(owner: Written, node: number, { calls }: Written, { weight }: Layer, stored: ReadonlyMap<string, KnownTensor>): Place {
  const known = calls.length === owner.calls.length ? storedWeight(weight, [weight.name], stored) : null;
  if (known) return { ...NOWHERE, node, weight: known, problem: null };
  const { opType } = owner.proto;
  const what = opType === 'If' ? 'an If' : /^(Loop|Scan)$/.test(opType) ? `a ${opType}` : `a call of the function ${opType}`;
  return { ...NOWHERE, problem: `it is inside of ${nameOf(owner)}, ${what}, which runs as a whole` };
}

const nameOf = ({ proto: { name, output, opType } }: Written): string => quote(name || output[0] || opType);

function neverTaken({ owners }: Written, { decided }: Prepared): string | null {
  const branching = owners.findLast(({ proto }) => decided.has(proto));
  return branching ? `the inputs never take its branch of ${nameOf(branching)}` : null;
}

/** The constant that is a layer's weight, by one of the names it may have; null when it is none that can be replaced. */
function storedWeight(weight: Tensor, names: readonly string[], stored: ReadonlyMap<string, KnownTensor>): Place['weight'] {
  const value = names.find((name) => stored.has(name));
  const found = value === undefined ? undefined : stored.get(value)!.tensor;
  const known = found?.elements === weight.elements && isFloat(found.dataType) && isFloat(weight.dataType);
  return known ? { value: value!, dataType: found.dataType } : null;
}

/** Tells nodes apart by themselves and the calls of functions that they are in. */
function keys(): (node: Pick<Written, 'calls' | 'proto'>) => string {
  const numbers = new Map<NodeProto, number>();
  const number = (node: NodeProto): number => {
    const known = numbers.get(node) ?? numbers.size;
    numbers.set(node, known);
    return known;
  };
  return ({ calls, proto }) => [...calls, proto].map(number).join();
}

function operands(
  layer: Layer,
  { proto, within }: PartNode,
  prepared: Prepared,
  stored: ReadonlyMap<string, KnownTensor>,
): Pick<Place, 'weight' | 'activation' | 'bias' | 'problem'> {
  const { weight } = layer;
  // Inside a function it may be one of the function's own values, or of those around.
  const names = [...(within?.prefixes ?? []).map((prefix) => prefix + weight.name), weight.name];
  const known = storedWeight(weight, names, stored);
  // A node with several weights (W and R of a recurrent one) has one input: it belongs to the first.
  const second = layer.name.endsWith('#R');
  const input = second ? -1 : proto.input.findIndex((name) => floatValue(name, prepared) !== null);
  return {
    weight: known,
    activation: input < 0 ? null : { input, value: proto.input[input] },
    bias: biasOf(layer, proto, stored),
    problem: known ? null : 'its weight is stored in a form that cannot be replaced',
  };
}

function biasOf(
  { weight, channelAxis }: Layer,
  { opType, input, attribute }: NodeProto,
  stored: ReadonlyMap<string, KnownTensor>,
): Tensor | null {
  if (!/^(Conv|ConvTranspose|Gemm)$/.test(opType) || !input[2] || channelAxis === null) return null;
  const factor = (name: string): number => attribute.find((one) => one.name === name)?.f ?? 1;
  if (opType === 'Gemm' && factor('alpha') !== factor('beta')) return null;
  const bias = stored.get(input[2])?.tensor;
  // The groups of a transposed convolution share the scales of its weight.
  const fits = bias?.dataType === 'float32' && bias.elements % weight.shape[channelAxis] === 0 && bias.shape.at(-1) === bias.elements;
  return fits ? { ...bias, name: input[2] } : null;
}

/** A float that depends on the inputs. */
function floatValue(name: string | undefined, { seen, cut }: Prepared): string | null {
  if (!name) return null;
  const type = seen.get(name)?.dataType ?? cut.graph.inputs.find((input) => input.name === name)?.dataType;
  return type === 'float32' ? name : null;
}

/** A node of the file. */
interface Written {
  readonly proto: NodeProto;
  /** The calls of functions that it is in, from the outside. */
  readonly calls: readonly NodeProto[];
  /** The nodes whose subgraphs or functions it is in, from the outside. */
  readonly owners: readonly Written[];
}

/** All nodes as `Model.nodes` lists them: each followed by those of the function it calls, or of its subgraphs. */
function inReadingOrder({ graph, functions }: ModelProto): readonly Written[] {
  const find = localFunctions(functions);
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const found: Written[] = [];
  const visit = (nodes: readonly NodeProto[], calls: readonly NodeProto[], owners: readonly Written[]): void => {
    for (const proto of topological(nodes, captured)) {
      const node: Written = { proto, calls, owners };
      found.push(node);
      const called = find(proto);
      if (called) visit(called.nodes, [...calls, proto], [...owners, node]);
      else for (const { graph: inner } of subgraphs(proto)) visit(inner.node, calls, [...owners, node]);
    }
  };
  if (graph) visit(graph.node, [], []);
  return found;
}
