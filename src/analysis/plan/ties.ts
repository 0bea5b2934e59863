import type { Model } from '../../model/types.js';
import { groupBy, unions } from './unions.js';

/** The part of a model that ties of weights are read from. */
export type Wiring = Pick<Model, 'nodes'> & { readonly layers: readonly Pick<Model['layers'][number], 'op' | 'node' | 'weight'>[] };

/** Operators between a projection and the products of an attention: shapes, scaling, biases, rotations. */
const BETWEEN = new Set(
  (
    'Reshape Flatten Squeeze Unsqueeze Identity Dropout Transpose Expand Tile Slice Split Gather Concat Cast Add Sub Mul Div Neg ' +
    'QuantizeLinear DequantizeLinear RotaryEmbedding LayerNormalization SimplifiedLayerNormalization'
  ).split(' '),
);

/** Operators between the scores of an attention and what is made of them. */
const SCORING = new Set([...BETWEEN, 'Where', 'Clip']);

const MOST_STEPS = 256;

/**
 * Layers that must share a scheme, as groups of indices into `layers`; every layer is in one group. Together are layers that use the same
 * weight, and those projections of an attention that take the same value: runtimes make one product of them.
 */
export function tiedLayers(wiring: Wiring): number[][] {
  const { layers } = wiring;
  const tied = unions(layers.length);
  for (const members of groupBy(layers.map(({ weight }) => weight.name))) tied.tie(members);
  for (const members of attentionProjections(wiring)) tied.tie(members);
  return tied.groups();
}

/** Groups of projections to queries, keys and values that take the same value. */
function attentionProjections({ layers, nodes }: Wiring): number[][] {
  const producer = new Map(nodes.flatMap(({ outputs }, i) => outputs.map((name) => [name, i] as const)));
  const layerOf = new Map(layers.flatMap(({ node, weight }, i) => (weight.shape.length === 2 ? [[node, i] as const] : [])));
  const readers = new Map<string, number[]>();
  nodes.forEach(({ inputs }, i) => {
    for (const name of inputs) readers.set(name, [...(readers.get(name) ?? []), i]);
  });

  /** Nodes that a value comes from, behind operators of a kind. */
  const origins = (value: string, through: ReadonlySet<string>): number[] => {
    const found = new Set<number>();
    const seen = new Set<string>();
    const open = [value];
    while (open.length > 0 && seen.size < MOST_STEPS) {
      const name = open.pop()!;
      const from = producer.get(name);
      if (from === undefined || seen.has(name)) continue;
      seen.add(name);
      if (!layerOf.has(from) && through.has(nodes[from].op)) open.push(...nodes[from].inputs);
      else found.add(from);
    }
    return [...found];
  };
  const isProduct = (node: number): boolean => (nodes[node].op === 'MatMul' || nodes[node].op === 'Einsum') && !layerOf.has(node);
  const projections = (product: number): number[] =>
    nodes[product].inputs.flatMap((name) => origins(name, BETWEEN)).flatMap((node) => layerOf.get(node) ?? []);
  /** Nodes that use a value, behind operators of a kind. */
  const uses = (value: string): number[] => {
    const found = new Set<number>();
    const open = [value];
    const seen = new Set<string>();
    while (open.length > 0 && seen.size < MOST_STEPS) {
      const name = open.pop()!;
      if (seen.has(name)) continue;
      seen.add(name);
      for (const reader of readers.get(name) ?? []) {
        if (BETWEEN.has(nodes[reader].op) && !layerOf.has(reader)) open.push(...nodes[reader].outputs);
        else found.add(reader);
      }
    }
    return [...found];
  };

  return nodes.flatMap(({ op, inputs, outputs }) => {
    if (op !== 'Softmax') return [];
    const scores = origins(inputs[0], SCORING).filter(isProduct);
    const mixes = outputs.flatMap(uses).filter(isProduct);
    const members = [...new Set([...scores, ...mixes].flatMap(projections))];
    const taken = members.map((i) => nodes[layers[i].node].inputs.find((name) => name !== layers[i].weight.name) ?? null);
    return groupBy(taken)
      .filter((group) => group.length > 1)
      .map((group) => group.map((k) => members[k]));
  });
}
