import { isFloat } from '../../model/dataTypes.js';
import { localFunctions } from '../../model/readers/onnx/functions.js';
import type { KnownTensor, OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs, topological } from '../../model/readers/onnx/order.js';
import type { GraphProto, ModelProto, NodeProto } from '../../model/readers/onnx/proto.js';
import type { DataType, Layer, Model, Tensor } from '../../model/types.js';
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
  const protos = inReadingOrder(file.proto);
  const at = new Map(prepared.cut.graph.nodes.map(({ proto }, i) => [proto, i]));
  const dynamic = new Set(prepared.dynamic);
  const stored = storedTensors(file, prepared.cut);
  return model.layers.map((layer): Place => {
    const proto = protos[layer.node] as NodeProto | undefined;
    const fits = proto?.opType === model.nodes[layer.node].op;
    const node = fits ? at.get(proto) : undefined;
    const nowhere = { node: null, weight: null, activation: null, bias: null, output: null };
    if (!proto || node === undefined)
      return { ...nowhere, problem: 'it runs inside a loop, a function or a branch that the inputs do not always take' };
    if (!dynamic.has(node)) return { ...nowhere, problem: 'it does not depend on the inputs' };
    return { node, ...operands(layer, proto, prepared, stored), output: floatValue(proto.output[0], prepared) };
  });
}

function operands(
  layer: Layer,
  proto: NodeProto,
  prepared: Prepared,
  stored: ReadonlyMap<string, KnownTensor>,
): Pick<Place, 'weight' | 'activation' | 'bias' | 'problem'> {
  const { weight } = layer;
  const found = stored.get(weight.name)?.tensor;
  const known = found?.elements === weight.elements && isFloat(found.dataType) && isFloat(weight.dataType);
  // A node with several weights (W and R of a recurrent one) has one input: it belongs to the first.
  const second = layer.name.endsWith('#R');
  const input = second ? -1 : proto.input.findIndex((name) => floatValue(name, prepared) !== null);
  return {
    weight: known ? { value: weight.name, dataType: found.dataType } : null,
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

/** All nodes as `Model.nodes` lists them: each followed by those of the function it calls, or of its subgraphs. */
function inReadingOrder({ graph, functions }: ModelProto): readonly NodeProto[] {
  const find = localFunctions(functions);
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const found: NodeProto[] = [];
  const visit = (nodes: readonly NodeProto[]): void => {
    for (const node of topological(nodes, captured)) {
      found.push(node);
      const called = find(node);
      if (called) visit(called.nodes);
      else for (const { graph: inner } of subgraphs(node)) visit(inner.node);
    }
  };
  if (graph) visit(graph.node);
  return found;
}
