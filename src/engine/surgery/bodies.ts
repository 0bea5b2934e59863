import { isFloat } from '../../model/dataTypes.js';
import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs } from '../../model/readers/onnx/order.js';
import type { GraphProto, NodeProto, TensorProto } from '../../model/readers/onnx/proto.js';
import { ATTRIBUTE, GRAPH, graphsInside, NODE } from '../../model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter } from '../../model/writers/onnx/wire.js';
import { constantOf, partNode, type PartGraph, type PartNode } from './graph.js';
import { altered } from './altered.js';

/**
 * The graph with the weights that Loops, Scans and Ifs hold in their bodies beside them, where they can be replaced: a body may take what is around
 * it. Whatever is called like something else, is an output of its body, or the default of one of its inputs, stays where it is.
 */
export function liftWeights(graph: PartGraph, file: OnnxFile): PartGraph {
  if (graph.nodes.every(({ proto }) => subgraphs(proto).length === 0)) return graph;
  const uses = definitions(graph);
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const constants = new Map(graph.constants);

  const isWeight = (proto: TensorProto | null | undefined): boolean => {
    const tensor = proto && file.tensors.get(proto)?.tensor;
    return Boolean(tensor && isFloat(tensor.dataType) && tensor.shape.length >= 2);
  };
  const nodes = graph.nodes.flatMap((node): readonly PartNode[] => {
    const beside: PartNode[] = [];
    const lift: Lift = {
      takes: (name, body, tensor) => uses.get(name) === 1 && isWeight(tensor) && !isTied(name, body),
      constant: (proto, whole) => void constants.set(proto.name, constantOf(file, proto, whole, graph.folder)),
      node: (proto, bytes) => void beside.push(partNode(proto, bytes, captured)),
    };
    const { proto, bytes } = withoutWeights(node, lift);
    if (proto === node.proto) return [node];
    const within = node.within ?? { calls: [], proto: node.proto, prefixes: [] };
    return [...beside, { ...partNode(proto, bytes, captured), within }];
  });
  return { ...graph, nodes, constants };
}

/** What becomes of what is found in a body. */
interface Lift {
  takes(name: string, body: GraphProto, tensor: TensorProto | null | undefined): boolean;
  constant(proto: TensorProto, whole: Uint8Array): void;
  node(proto: NodeProto, bytes: Uint8Array): void;
}

type Written = Pick<PartNode, 'proto' | 'bytes'>;

/** A node without the weights in its bodies, in the bodies of their nodes, and so on; the same node when it has none. */
function withoutWeights(node: Written, lift: Lift): Written {
  const bodies = subgraphs(node.proto);
  const messages = bodies.length > 0 ? graphsInside(node.bytes) : [];
  if (bodies.length === 0 || messages.length !== bodies.length) return node;
  const lighter = new Map(bodies.map(({ graph }, i) => [graph, bodyWithoutWeights(graph, messages[i], lift)]));
  if ([...lighter].every(([graph, body]) => body.graph === graph)) return node;
  const attribute = node.proto.attribute.map((one) =>
    one.g || one.graphs.length > 0
      ? altered(one, { g: one.g ? lighter.get(one.g)!.graph : null, graphs: one.graphs.map((graph) => lighter.get(graph)!.graph) })
      : one,
  );
  const inOrder = bodies.map(({ graph }) => lighter.get(graph)!.bytes);
  return { proto: altered(node.proto, { attribute }), bytes: withBodies(node.bytes, inOrder) };
}

function bodyWithoutWeights(
  graph: GraphProto,
  message: Uint8Array,
  lift: Lift,
): { readonly graph: GraphProto; readonly bytes: Uint8Array } {
  const out = new MessageWriter();
  const initializer: TensorProto[] = [];
  const node: NodeProto[] = [];
  let [initializers, nodes] = [0, 0];
  let same = true;
  for (const { number, body, whole } of fieldsOf(message)) {
    if (number === GRAPH.initializer) {
      const proto = graph.initializer[initializers++];
      if (lift.takes(proto.name, graph, proto)) {
        lift.constant(proto, whole);
        same = false;
        continue;
      }
      initializer.push(proto);
    } else if (number === GRAPH.node) {
      const proto = graph.node[nodes++];
      if (proto.opType === 'Constant' && lift.takes(proto.output[0], graph, proto.attribute.find(({ name }) => name === 'value')?.t)) {
        lift.node(proto, body);
        same = false;
        continue;
      }
      const lighter = withoutWeights({ proto, bytes: body }, lift);
      node.push(lighter.proto);
      if (lighter.proto !== proto) {
        out.field(GRAPH.node, lighter.bytes);
        same = false;
        continue;
      }
    }
    out.copy(whole);
  }
  return same ? { graph, bytes: message } : { graph: altered(graph, { initializer, node }), bytes: out.finish() };
}

/** A node with other graphs in its attributes, in the order of `graphsInside`; all else is copied. */
function withBodies(node: Uint8Array, bodies: readonly Uint8Array[]): Uint8Array {
  const out = new MessageWriter();
  let next = 0;
  for (const field of fieldsOf(node)) {
    if (field.number !== NODE.attribute || graphsInside(new MessageWriter().copy(field.whole).finish()).length === 0) {
      out.copy(field.whole);
      continue;
    }
    const attribute = new MessageWriter();
    const fields = [...fieldsOf(field.body)];
    for (const { number, whole } of fields) if (number !== ATTRIBUTE.graph && number !== ATTRIBUTE.graphs) attribute.copy(whole);
    for (const kind of [ATTRIBUTE.graph, ATTRIBUTE.graphs])
      for (const { number } of fields) if (number === kind) attribute.field(kind, bodies[next++]);
    out.field(NODE.attribute, attribute);
  }
  return out.finish();
}

const isTied = (name: string, { input, output }: GraphProto): boolean => [...input, ...output].some((value) => value.name === name);

/** How many values of a name there are, in all bodies together. */
function definitions({ nodes, constants, inputs }: PartGraph): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  const add = (name: string): void => void count.set(name, (count.get(name) ?? 0) + 1);
  const visit = (node: NodeProto): void => {
    node.output.forEach(add);
    for (const { graph } of subgraphs(node)) {
      [...graph.input, ...graph.initializer].forEach(({ name }) => add(name));
      graph.node.forEach(visit);
    }
  };
  [...constants.keys()].forEach(add);
  inputs.forEach(({ name }) => add(name));
  nodes.forEach(({ proto }) => visit(proto));
  return count;
}
