import type { Model } from '../model/types.js';
import type { GraphPoint, ModelGraph } from '../report/graph.js';

/** Operators that give a value although nothing feeds them. */
const makesValues = (op: string): boolean => /^(Random|Multinomial|Bernoulli)/.test(op);

/** The nodes to draw, of those in `order`: all but those that only prepare constants for others. */
function drawn({ nodes, layers, outputSources }: Model, order: readonly number[]): number[] {
  const live = nodes.map(() => false);
  for (const { node } of layers) live[node] = true;
  for (const source of outputSources) if (source !== null && source >= 0) live[source] = true;
  for (const i of order) live[i] ||= makesValues(nodes[i].op) || nodes[i].sources.some((source) => source < 0 || live[source]);
  return order.filter((i) => live[i]);
}

/** Indices of the nodes so that each comes after its sources: a node that runs others goes behind them. */
function inOrder({ nodes }: Model): number[] {
  const place = nodes.map((_, i) => i);
  for (let i = nodes.length - 1; i >= 0; i--)
    for (const source of nodes[i].sources) if (source > i) place[i] = Math.max(place[i], place[source]);
  return nodes.map((_, i) => i).sort((a, b) => place[a] - place[b] || b - a);
}

/** The graph of `model` for drawing. */
export function modelGraph(model: Model): ModelGraph {
  const { inputs, outputs, nodes, layers, outputSources } = model;
  const order = drawn(model, inOrder(model));
  const indexOf = new Map(order.map((node, i) => [node, inputs.length + i]));
  const at = (source: number): number | undefined => (source < 0 ? -1 - source : indexOf.get(source));
  const edges: number[] = [];
  const connect = (source: number, to: number): void => {
    const from = at(source);
    if (from !== undefined) edges.push(from, to);
  };
  order.forEach((node, i) => nodes[node].sources.forEach((source) => connect(source, inputs.length + i)));
  const first = inputs.length + order.length;
  outputSources.forEach((source, i) => {
    if (source !== null) connect(source, first + i);
  });
  const point = (kind: GraphPoint['kind']) => (name: string) => ({ name, op: '', kind });
  return {
    nodes: [
      ...inputs.map(({ name }) => point('input')(name)),
      ...order.map((node): GraphPoint => ({ name: nodes[node].name, op: nodes[node].op, kind: 'operator' })),
      ...outputs.map(({ name }) => point('output')(name)),
    ],
    edges: Uint32Array.from(edges),
    layerNodes: Uint32Array.from(layers, ({ node }) => indexOf.get(node)!),
  };
}
