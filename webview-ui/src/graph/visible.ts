/** What of the graph is to be drawn when some modules are open: boxes, and the lines between them. */
import { modulesAround, type Hierarchy } from './hierarchy.js';

/** Where a line enters and leaves an open module. */
export const IN = -1;
export const OUT = -2;

/** A piece of line inside one module: between two boxes in it, from where lines enter to a box, or from a box to where they leave. */
export interface Segment {
  readonly module: number;
  readonly from: number;
  readonly to: number;
}

/** Values flow from one shown box to another; the line crosses the borders of open modules. */
export interface Link {
  readonly from: number;
  readonly to: number;
  /** Indices into `Visible.segments`; links share them where lines run together. */
  readonly segments: readonly number[];
}

/** What is directly inside an open module. */
export interface Level {
  readonly module: number;
  readonly boxes: readonly number[];
  /** Indices into `Visible.segments`. */
  readonly segments: readonly number[];
}

export interface Visible {
  /** Open modules, each after those inside it; the whole model is the last. */
  readonly levels: readonly Level[];
  readonly segments: readonly Segment[];
  readonly links: readonly Link[];
  /** For each node of the graph the box that stands for it: itself, or the outermost closed module around it. */
  readonly standIn: Int32Array;
  /** Boxes that stand for themselves, nodes and closed modules, in topological order. */
  readonly ends: readonly number[];
  /** For each of `ends` the links that come in and go out. */
  readonly incoming: ReadonlyMap<number, readonly Link[]>;
  readonly outgoing: ReadonlyMap<number, readonly Link[]>;
}

/** Open modules, each after those inside it. */
function openModules({ boxes, root }: Hierarchy, open: ReadonlySet<number>): number[] {
  const found: number[] = [];
  const visit = (module: number): void => {
    for (const child of boxes[module].children) if (open.has(child)) visit(child);
    found.push(module);
  };
  visit(root);
  return found;
}

export function visibleGraph(hierarchy: Hierarchy, open: ReadonlySet<number>): Visible {
  const { boxes, root, graph } = hierarchy;
  const standIn = new Int32Array(graph.nodes.length);
  for (let node = 0; node < standIn.length; node++) {
    let shown = node;
    for (let at = boxes[node].parent; at !== root; at = boxes[at].parent) if (!open.has(at)) shown = at;
    standIn[node] = shown;
  }

  const segments: Segment[] = [];
  const known = new Map<string, number>();
  const segment = (module: number, from: number, to: number): number => {
    const key = `${module} ${from} ${to}`;
    let index = known.get(key);
    if (index === undefined) {
      index = segments.length;
      known.set(key, index);
      segments.push({ module, from, to });
    }
    return index;
  };

  /** The line from `from` to `to`: out of the modules around the one, across the innermost module around both, into those around the other. */
  const path = (from: number, to: number): number[] => {
    const above = [from, ...modulesAround(hierarchy, from)];
    const below = [to, ...modulesAround(hierarchy, to)];
    let up = above.length - 1;
    let down = below.length - 1;
    while (up > 0 && down > 0 && above[up - 1] === below[down - 1]) {
      up--;
      down--;
    }
    const pieces: number[] = [];
    for (let i = 0; i < up - 1; i++) pieces.push(segment(above[i + 1], above[i], OUT));
    pieces.push(segment(above[up], above[up - 1], below[down - 1]));
    for (let i = down - 2; i >= 0; i--) pieces.push(segment(below[i + 1], IN, below[i]));
    return pieces;
  };

  const links: Link[] = [];
  const seen = new Set<number>();
  const { edges } = graph;
  for (let i = 0; i < edges.length; i += 2) {
    const from = standIn[edges[i]];
    const to = standIn[edges[i + 1]];
    const key = from * boxes.length + to;
    if (from === to || seen.has(key)) continue;
    seen.add(key);
    links.push({ from, to, segments: path(from, to) });
  }

  const levels = openModules(hierarchy, open).map((module) => ({ module, boxes: boxes[module].children, segments: [] as number[] }));
  const levelOf = new Map(levels.map((level) => [level.module, level]));
  segments.forEach(({ module }, i) => levelOf.get(module)!.segments.push(i));

  const incoming = new Map<number, Link[]>();
  const outgoing = new Map<number, Link[]>();
  const ends = [...new Set(standIn)];
  for (const end of ends) {
    incoming.set(end, []);
    outgoing.set(end, []);
  }
  for (const link of links) {
    outgoing.get(link.from)!.push(link);
    incoming.get(link.to)!.push(link);
  }
  return { levels, segments, links, standIn, ends, incoming, outgoing };
}
