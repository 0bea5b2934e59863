import { quote } from '../../quote.js';
import { ModelError } from '../../types.js';
import type { GraphProto, NodeProto } from './proto.js';

interface Subgraph {
  readonly name: string;
  readonly graph: GraphProto;
}

const NONE: readonly Subgraph[] = [];

/** The subgraphs of a node: `then_branch`, `body`, … with the names of their attributes. */
export function subgraphs(node: NodeProto): readonly Subgraph[] {
  if (!node.attribute.some(({ g, graphs }) => g || graphs.length > 0)) return NONE;
  const found: Subgraph[] = [];
  for (const attribute of node.attribute) {
    if (attribute.g) found.push({ name: attribute.name, graph: attribute.g });
    attribute.graphs.forEach((graph, i) => found.push({ name: `${attribute.name}_${i}`, graph }));
  }
  return found;
}

/** Names that a subgraph takes from the graphs around it. */
export function captures(graph: GraphProto, known: WeakMap<GraphProto, ReadonlySet<string>>): ReadonlySet<string> {
  const memo = known.get(graph);
  if (memo) return memo;
  const used = new Set<string>();
  for (const node of graph.node) {
    for (const name of node.input) used.add(name);
    for (const { graph: inner } of subgraphs(node)) for (const name of captures(inner, known)) used.add(name);
  }
  for (const { name } of graph.output) used.add(name);
  for (const node of graph.node) for (const name of node.output) used.delete(name);
  for (const { name } of graph.input) used.delete(name);
  for (const { name } of graph.initializer) used.delete(name);
  for (const { values } of graph.sparseInitializer) if (values) used.delete(values.name);
  used.delete('');
  known.set(graph, used);
  return used;
}

/**
 * The nodes of one graph so that each comes after those whose outputs it uses, in its subgraphs too; otherwise in the file's order.
 * @throws ModelError that names a node on a cycle.
 */
export function topological(nodes: readonly NodeProto[], known: WeakMap<GraphProto, ReadonlySet<string>>): readonly NodeProto[] {
  const producer = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const name of node.output) if (name !== '' && !producer.has(name)) producer.set(name, i);
  });
  const comesFirst = (i: number, name: string): boolean => (producer.get(name) ?? -1) < i;
  const inOrder = nodes.every(
    (node, i) =>
      node.input.every((name) => comesFirst(i, name)) &&
      subgraphs(node).every(({ graph }) => [...captures(graph, known)].every((name) => comesFirst(i, name))),
  );
  if (inOrder) return nodes;

  const needs = (i: number): number[] => {
    const found: number[] = [];
    const add = (name: string): void => {
      const from = producer.get(name);
      if (from !== undefined) found.push(from);
    };
    nodes[i].input.forEach(add);
    for (const { graph } of subgraphs(nodes[i])) captures(graph, known).forEach(add);
    return found;
  };

  const NEW = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(nodes.length);
  const sorted: NodeProto[] = [];
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] !== NEW) continue;
    const stack = [{ node: root, needs: needs(root), next: 0 }];
    state[root] = OPEN;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next === top.needs.length) {
        state[top.node] = DONE;
        sorted.push(nodes[top.node]);
        stack.pop();
        continue;
      }
      const need = top.needs[top.next++];
      if (state[need] === OPEN) {
        const { name, opType, output } = nodes[need];
        throw new ModelError(
          `the graph has a cycle through node ${quote(name || output[0] || opType)} (${opType}), so it cannot run: export the model again`,
        );
      }
      if (state[need] === NEW) {
        state[need] = OPEN;
        stack.push({ node: need, needs: needs(need), next: 0 });
      }
    }
  }
  return sorted;
}
