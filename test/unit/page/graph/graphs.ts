import fc from 'fast-check';
import type { GraphPoint, ModelGraph } from '../../../../src/report/graph.js';

/** A graph of operators with these names, `op:name` or just the name; edges are pairs of names. */
export function graphOf(
  names: readonly string[],
  edges: readonly (readonly [string, string])[],
  layers: readonly string[] = [],
): ModelGraph {
  const nodes = names.map((written): GraphPoint => {
    const [op, name] = written.includes(':') ? written.split(':') : ['Op', written];
    const kind = op === 'in' ? 'input' : op === 'out' ? 'output' : 'operator';
    return { name, op: kind === 'operator' ? op : '', kind };
  });
  const at = (name: string): number => nodes.findIndex((node) => node.name === name);
  return {
    nodes,
    edges: Uint32Array.from(edges.flatMap(([from, to]) => [at(from), at(to)])),
    layerNodes: Uint32Array.from(layers, at),
  };
}

/** A chain of all `names`, one after the other. */
export const chain = (names: readonly string[], layers: readonly string[] = []): ModelGraph =>
  graphOf(
    names,
    names.slice(1).map((name, i) => [names[i].split(':').at(-1)!, name.split(':').at(-1)!] as const),
    layers,
  );

/** Graphs whose edges lead forward, with modules within modules. */
export const anyGraph = fc
  .record({
    paths: fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), { minLength: 1, maxLength: 30 }),
    jumps: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
  })
  .map(({ paths, jumps }): ModelGraph => {
    const nodes = paths.map((path, i): GraphPoint => ({ name: [...path, `n${i}`].join('/'), op: 'Op', kind: 'operator' }));
    const edges = jumps.filter(([a, b]) => a < b && b < nodes.length);
    return { nodes, edges: Uint32Array.from(edges.flat()), layerNodes: new Uint32Array() };
  });
