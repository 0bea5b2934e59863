import { subgraphs } from './order.js';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from './proto.js';

/** Every tensor of a file that may be looked at: initializers, dense and sparse, and tensors in attributes, in subgraphs and functions too. */
export function* tensorProtos(model: ModelProto): Generator<TensorProto> {
  if (model.graph) yield* ofGraph(model.graph);
  for (const { node } of model.functions) yield* ofNodes(node);
}

function* ofGraph(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const { values, indices } of graph.sparseInitializer) {
    if (values) yield values;
    if (indices) yield indices;
  }
  yield* ofNodes(graph.node);
}

function* ofNodes(nodes: readonly NodeProto[]): Generator<TensorProto> {
  for (const node of nodes) {
    for (const { t, tensors, sparseTensor } of node.attribute) {
      if (t) yield t;
      yield* tensors;
      if (sparseTensor?.values) yield sparseTensor.values;
      if (sparseTensor?.indices) yield sparseTensor.indices;
    }
    for (const { graph } of subgraphs(node)) yield* ofGraph(graph);
  }
}
