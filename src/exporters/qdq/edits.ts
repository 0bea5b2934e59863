import type { NewNode } from '../../model/writers/onnx/nodes.js';
import type { Body, ModelTree, TreeNode } from './tree.js';
import { bodiesOf } from './tree.js';
import type { NewTensor } from './weights.js';

/** What becomes of one node. */
export interface NodeEdit {
  /** It is not written. */
  removed: boolean;
  /** Values it takes instead, by the place of the input. */
  readonly inputs: Map<number, string>;
  /** Names its outputs have instead, by their place. */
  readonly outputs: Map<number, string>;
  /** Nodes that are written after it. */
  readonly after: NewNode[];
}

/** What becomes of the contents of one graph; all else is copied. */
export interface BodyEdit {
  readonly nodes: Map<TreeNode, NodeEdit>;
  /** Nodes that are written before all others. */
  readonly first: NewNode[];
  /** Initializers that are not written, by name; inputs of that name neither. */
  readonly dropped: Set<string>;
  readonly constants: NewTensor[];
}

/** Edits of a model, by body. */
export interface Edits {
  of(body: Body): BodyEdit;
  /** What there is already. */
  at(body: Body): BodyEdit | undefined;
  node(body: Body, node: TreeNode): NodeEdit;
  /** Whether a body, or one inside it, is changed. */
  touches(body: Body): boolean;
}

export function newEdits(): Edits {
  const bodies = new Map<Body, BodyEdit>();
  const of = (body: Body): BodyEdit => {
    let edit = bodies.get(body);
    if (!edit) bodies.set(body, (edit = { nodes: new Map(), first: [], dropped: new Set(), constants: [] }));
    return edit;
  };
  const touches = (body: Body): boolean => bodies.has(body) || body.nodes.some(({ inner }) => inner.some(touches));
  return {
    of,
    at: (body) => bodies.get(body),
    node(body, node) {
      const { nodes } = of(body);
      let edit = nodes.get(node);
      if (!edit) nodes.set(node, (edit = { removed: false, inputs: new Map(), outputs: new Map(), after: [] }));
      return edit;
    },
    touches,
  };
}

/** Makes names that no value or node of the model has: `a`, `a_2`, `a_3`. */
export function freeNames(tree: ModelTree): (wanted: string) => string {
  const taken = new Set<string>();
  for (const { graph, nodes } of bodiesOf(tree)) {
    for (const { proto } of nodes) {
      taken.add(proto.name);
      for (const name of [...proto.input, ...proto.output]) taken.add(name);
    }
    for (const { name } of [...(graph?.input ?? []), ...(graph?.output ?? []), ...(graph?.initializer ?? [])]) taken.add(name);
    for (const { values } of graph?.sparseInitializer ?? []) taken.add(values?.name ?? '');
  }
  return (wanted) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  };
}

/** Takes out of a body what nothing uses any more once the edits are made: nodes whose outputs are unused, and the initializers behind them. */
export function removeUnused(body: Body, edits: Edits, candidates: Iterable<string>): void {
  const uses = countUses(body, edits);
  const makers = new Map(body.nodes.flatMap((node) => node.proto.output.map((name) => [name, node] as const)));
  const initializers = new Set(body.graph?.initializer.map(({ name }) => name) ?? []);
  const kept = new Set(body.graph?.output.map(({ name }) => name) ?? []);
  const open = [...candidates];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || kept.has(name) || (uses.get(name) ?? 0) > 0) continue;
    if (initializers.has(name)) {
      edits.of(body).dropped.add(name);
      continue;
    }
    const node = makers.get(name);
    if (!node || node.inner.length > 0 || edits.of(body).nodes.get(node)?.removed) continue;
    if (node.proto.output.some((output) => output !== '' && (kept.has(output) || (uses.get(output) ?? 0) > 0))) continue;
    edits.node(body, node).removed = true;
    for (const input of node.proto.input) {
      uses.set(input, (uses.get(input) ?? 1) - 1);
      open.push(input);
    }
  }
}

/** How often values are taken in a body and in those inside it, as the edits leave them. */
function countUses(body: Body, edits: Edits, uses = new Map<string, number>()): Map<string, number> {
  const use = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1);
  const changed = edits.at(body);
  for (const node of changed?.first ?? []) node.inputs.forEach(use);
  for (const node of body.nodes) {
    const edit = changed?.nodes.get(node);
    for (const { inputs } of edit?.after ?? []) inputs.forEach(use);
    if (edit?.removed) continue;
    node.proto.input.forEach((name, i) => use(edit?.inputs.get(i) ?? name));
    for (const inner of node.inner) {
      countUses(inner, edits, uses);
      for (const { name } of inner.graph?.output ?? []) use(name);
    }
  }
  return uses;
}
