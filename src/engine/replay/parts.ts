import type { Prepared } from './prepare.js';

/** Consecutive nodes that are loaded together. */
export interface Part {
  /** Indices of its nodes. */
  readonly nodes: readonly number[];
  /** Values it takes from earlier parts or from the model's inputs, and values that later parts or the user take from it. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The parts of a model that is cut at some positions. */
export function partsOf({ cut: { graph }, dynamic }: Prepared, cuts: readonly number[]): readonly Part[] {
  const bounds = [0, ...cuts, dynamic.length];
  const partOfValue = new Map<string, number>();
  const groups = bounds.slice(1).map((end, index) => dynamic.slice(bounds[index], end));
  groups.forEach((nodes, index) => {
    for (const node of nodes) for (const name of graph.nodes[node].outputs) partOfValue.set(name, index);
  });
  const inputNames = new Set(graph.inputs.map(({ name }) => name));
  const takenLater = new Set(graph.outputs);
  const inputs = groups.map((nodes, index) => {
    const found = new Set<string>();
    for (const node of nodes)
      for (const name of graph.nodes[node].uses) {
        const from = partOfValue.get(name);
        if (from !== undefined && from !== index) {
          takenLater.add(name);
          found.add(name);
        } else if (inputNames.has(name)) found.add(name);
      }
    return [...found];
  });
  return groups.map((nodes, index) => ({
    nodes,
    inputs: inputs[index],
    outputs: nodes.flatMap((node) => graph.nodes[node].outputs.filter((name) => takenLater.has(name))),
  }));
}

/** Bytes that nodes before each position hand to nodes from there on, for one sample; Infinity where something other than a tensor is. */
export function crossings({ cut: { graph }, dynamic, seen }: Prepared): readonly number[] {
  const last = new Map<string, number>();
  dynamic.forEach((node, at) => {
    for (const name of graph.nodes[node].uses) last.set(name, at);
  });
  const steps = new Float64Array(dynamic.length + 1);
  const unseen = new Float64Array(dynamic.length + 1);
  dynamic.forEach((node, at) => {
    for (const name of graph.nodes[node].outputs) {
      const end = last.get(name) ?? at;
      if (end <= at) continue;
      const into = seen.has(name) ? steps : unseen;
      const bytes = seen.get(name)?.bytes ?? 1;
      into[at + 1] += bytes;
      into[end + 1] -= bytes;
    }
  });
  let bytes = 0;
  let hidden = 0;
  return Array.from(dynamic, (_, at) => {
    bytes += steps[at];
    hidden += unseen[at];
    return hidden > 0 ? Infinity : bytes;
  });
}
