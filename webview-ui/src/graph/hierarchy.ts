/** The graph as a tree of modules, by the paths in its nodes' names. */
import type { GraphPoint, ModelGraph } from '../../../src/report/graph.js';
import { modulePath } from '../view/modulePath.js';
import { isLeaf, moduleTree, type Entry } from '../view/moduleTree.js';

/** A node of the graph, or a module that holds some. */
export interface Box {
  /** Index in `Hierarchy.boxes`; of a node also its index in the graph. */
  readonly id: number;
  /** Id of the module around it; −1 for the whole model. */
  readonly parent: number;
  /** What it is called inside its parent. Empty for parts of a module that are numbered. */
  readonly label: string;
  /** What it is called in the whole model: a node's name, a module's path. No two boxes have the same. */
  readonly key: string;
  /** The node; null for modules. */
  readonly point: GraphPoint | null;
  /** Of modules: ids of what is directly inside, in topological order of what they begin with. */
  readonly children: readonly number[];
  /** Set on numbered parts, which modules with very many nodes directly inside are cut into. */
  readonly part: { readonly number: number; readonly of: number } | null;
  /** Nodes that are operators, at any depth; 1 for a node that is one. */
  readonly operators: number;
}

export interface Hierarchy {
  /** The graph's nodes under their own indices, then modules. */
  readonly boxes: readonly Box[];
  /** The module that is the whole model. */
  readonly root: number;
  readonly graph: ModelGraph;
  /** For each node the nodes it takes from, and those that take from it. */
  readonly sources: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  /** For each node the report's layers in it. */
  readonly layers: readonly (readonly number[])[];
}

/** More boxes than this directly inside one module are cut into parts: neither a person nor the layout copes with more. */
const WIDEST = 120;

/** `count` things in parts of about the same size, none larger than `WIDEST`. */
const partSize = (count: number): number => Math.ceil(count / Math.ceil(count / WIDEST));

/** The modules of `graph`. */
export function buildHierarchy(graph: ModelGraph): Hierarchy {
  const { nodes, edges, layerNodes } = graph;
  const tree = moduleTree(
    nodes.map(({ name, op, kind }, i) => [i, kind === 'operator' ? modulePath(name, op) : [name]]),
    (i) => nodes[i].kind === 'operator',
  );
  const boxes = new Array<Box>(nodes.length);

  const add = (entry: Entry, parent: number): number => {
    if (!isLeaf(entry)) return addModule(parent, entry.label, entry.key, entry.entries);
    const { index: id, label } = entry;
    const point = nodes[id];
    boxes[id] = { id, parent, label, key: point.name, point, children: [], part: null, operators: point.kind === 'operator' ? 1 : 0 };
    return id;
  };
  const addModule = (parent: number, label: string, key: string, entries: readonly Entry[], part: Box['part'] = null): number => {
    const id = boxes.length;
    boxes.push(undefined as never); // its place: children have larger ids
    const size = partSize(entries.length);
    const count = Math.ceil(entries.length / size);
    const children =
      entries.length > WIDEST
        ? Array.from({ length: count }, (_, i) =>
            addModule(id, '', `${key}#${i + 1}`, entries.slice(i * size, (i + 1) * size), { number: i + 1, of: count }),
          )
        : entries.map((entry) => add(entry, id));
    const operators = children.reduce((sum, child) => sum + boxes[child].operators, 0);
    boxes[id] = { id, parent, label, key, point: null, children, part, operators };
    return id;
  };
  const root = addModule(-1, '', '', tree.entries);

  const sources = nodes.map((): number[] => []);
  const targets = nodes.map((): number[] => []);
  for (let i = 0; i < edges.length; i += 2) {
    sources[edges[i + 1]].push(edges[i]);
    targets[edges[i]].push(edges[i + 1]);
  }
  const layers = nodes.map((): number[] => []);
  layerNodes.forEach((node, layer) => layers[node].push(layer));
  return { boxes, root, graph, sources, targets, layers };
}

/** The modules around `box`, from the inside out, the whole model last. */
export function modulesAround({ boxes }: Hierarchy, box: number): number[] {
  const around: number[] = [];
  for (let at = boxes[box].parent; at >= 0; at = boxes[at].parent) around.push(at);
  return around;
}

/** The nodes in `box`, at any depth. */
export function nodesIn({ boxes }: Hierarchy, box: number): number[] {
  const found: number[] = [];
  const visit = (at: number): void => {
    if (boxes[at].point) found.push(at);
    else boxes[at].children.forEach(visit);
  };
  visit(box);
  return found;
}

/** Boxes that a first look shows at most. */
const ENOUGH = 120;
/** The same for numbered parts, which say nothing before they are open. */
const ENOUGH_PARTS = 500;

/** What to open at first: whole levels of modules, from the outside in, as long as the picture stays small. */
export function firstOpen({ boxes, root }: Hierarchy): Set<number> {
  const open = new Set<number>();
  let level = [...boxes[root].children];
  let shown = level.length;
  for (;;) {
    const modules = level.filter((id) => !boxes[id].point);
    const inside = modules.flatMap((id) => boxes[id].children);
    shown += inside.length - modules.length;
    const enough = modules.every((id) => boxes[id].part) ? ENOUGH_PARTS : ENOUGH;
    if (modules.length === 0 || shown > enough) return open;
    for (const id of modules) open.add(id);
    level = inside;
  }
}
