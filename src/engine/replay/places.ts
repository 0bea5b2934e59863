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
  const at = new Map(nodes.map(({ proto, within }, i) => [within ? keyOf(within.calls, within.proto) : keyOf([], proto), i]));
  const dynamic = new Set(prepared.dynamic);
  const stored = storedTensors(file, prepared.cut);
  return model.layers.map((layer): Place => {
    const found = written[layer.node] as Written | undefined;
    const fits = found?.proto.opType === model.nodes[layer.node].op;
    const node = found && fits ? at.get(keyOf(found.calls, found.proto)) : undefined;
    const nowhere = { node: null, weight: null, activation: null, bias: null, output: null };
    if (!found || node === undefined) return { ...nowhere, problem: whyNowhere(found?.owner, prepared) };
    if (!dynamic.has(node)) return { ...nowhere, problem: 'it does not depend on the inputs' };
    return { node, ...operands(layer, nodes[node], prepared, stored), output: floatValue(nodes[node].outputs[0], prepared) };
  });
}

/** Tells nodes apart by themselves and the calls of functions that they are in. */
function keys(): (calls: readonly NodeProto[], node: NodeProto) => string {
  const numbers = new Map<NodeProto, number>();
  const number = (node: NodeProto): number => {
    const known = numbers.get(node) ?? numbers.size;
    numbers.set(node, known);
    return known;
  };
  return (calls, node) => [...calls, node].map(number).join();
}

function whyNowhere(owner: NodeProto | undefined, { decided }: Prepared): string {
  if (!owner) return 'its node was not found in the graph that runs';
  const name = quote(owner.name || owner.output[0] || owner.opType);
  switch (owner.opType) {
    case 'If':
      return decided.has(owner)
        ? `the inputs never take its branch of ${name}`
        : `it is in a branch of ${name}, which some inputs take and others do not`;
    case 'Loop':
    case 'Scan':
      return `it is inside of ${name}, a ${owner.opType}, which runs as a whole`;
    default:
      return `it is inside of ${name}, a call of the function ${owner.opType}, which runs as a whole`;
  }
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
  const value = names.find((name) => stored.has(name));
  const found = value === undefined ? undefined : stored.get(value)!.tensor;
  const known = found?.elements === weight.elements && isFloat(found.dataType) && isFloat(weight.dataType);
  // A node with several weights (W and R of a recurrent one) has one input: it belongs to the first.
  const second = layer.name.endsWith('#R');
  const input = second ? -1 : proto.input.findIndex((name) => floatValue(name, prepared) !== null);
  return {
    weight: known ? { value: value!, dataType: found.dataType } : null,
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
  /** The node whose subgraph or function it is in; undefined for those of the main graph. */
  readonly owner: NodeProto | undefined;
}

/** All nodes as `Model.nodes` lists them: each followed by those of the function it calls, or of its subgraphs. */
function inReadingOrder({ graph, functions }: ModelProto): readonly Written[] {
  const find = localFunctions(functions);
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const found: Written[] = [];
  const visit = (nodes: readonly NodeProto[], calls: readonly NodeProto[], owner: NodeProto | undefined): void => {
    for (const node of topological(nodes, captured)) {
      found.push({ proto: node, calls, owner });
      const called = find(node);
      if (called) visit(called.nodes, [...calls, node], node);
      else for (const { graph: inner } of subgraphs(node)) visit(inner.node, calls, node);
    }
  };
  if (graph) visit(graph.node, [], undefined);
  return found;
}
