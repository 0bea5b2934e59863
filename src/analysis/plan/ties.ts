import type { Model } from '../../model/types.js';

/** Indices 0…count−1 by key, in the order in which the keys come first. */
function groupBy(count: number, key: (i: number) => string | number | null): number[][] {
  const groups = new Map<string | number, number[]>();
  for (let i = 0; i < count; i++) {
    const k = key(i);
    if (k === null) continue;
    const group = groups.get(k);
    if (group) group.push(i);
    else groups.set(k, [i]);
  }
  return [...groups.values()];
}

/** The part of a model that ties are read from. */
export type Wiring = Pick<Model, 'nodes'> & { readonly layers: readonly Pick<Model['layers'][number], 'op' | 'node' | 'weight'>[] };

/**
 * Layers that must share a scheme, as groups of indices into `layers`; every layer is in one group. Together are layers that use the same
 * weight, and the three projections of an attention: matrix products of one input, three of them with weights of two dimensions.
 */
export function tiedLayers({ layers, nodes }: Wiring): number[][] {
  const leader = layers.map((_, i) => i);
  const find = (i: number): number => (leader[i] === i ? i : (leader[i] = find(leader[i])));
  const tie = (members: readonly number[]) => {
    for (const i of members) {
      const [a, b] = [find(members[0]), find(i)];
      leader[Math.max(a, b)] = Math.min(a, b);
    }
  };
  for (const members of groupBy(layers.length, (i) => layers[i].weight.name)) tie(members);
  const products = groupBy(layers.length, (i) => {
    const { op, weight, node } = layers[i];
    if ((op !== 'MatMul' && op !== 'Gemm') || weight.shape.length !== 2) return null;
    return nodes[node].inputs.find((name) => name !== weight.name) ?? null;
  });
  for (const members of products) if (members.length === 3) tie(members);
  return groupBy(layers.length, find);
}
