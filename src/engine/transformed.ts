import { divided } from '../core/remedies/equalize.js';
import type { Layer, Tensor } from '../model/types.js';
import { quote } from '../model/quote.js';
import type { PairGraph, EqualizablePair } from '../model/readers/onnx/equalizable.js';
import { equalizePairs, type EqualizedPair } from '../model/transforms/equalized.js';
import { resolveTransforms, type Resolved } from '../model/transforms/resolve.js';
import { RunError } from './backend/types.js';
import type { LayerTransforms, Quantized } from './process/protocol.js';
import { storedTensors } from './replay/stored.js';
import type { Running } from './running.js';
import { equalizedNodes } from './surgery/equalize.js';
import type { ChangedNode } from './surgery/piece.js';

/** The float model with pairs of its layers equalized, and what else is to be done when it is quantized. */
export interface Transformed extends Pick<Resolved, 'ranges' | 'corrected' | 'fitted'> {
  readonly layers: readonly Layer[];
  readonly pairs: readonly EqualizedPair[];
  /** Biases of layers' own nodes that are others now, by layer. */
  readonly biases: ReadonlyMap<number, Float32Array>;
  /** Nodes between the layers of pairs that are written otherwise. */
  readonly changed: ReadonlyMap<number, ChangedNode>;
}

/** The graph that runs, as the search for pairs sees it. */
export function pairGraph({ prepared, places, model, file }: Running): PairGraph {
  const { graph } = prepared.cut;
  const constants = storedTensors(file, prepared.cut);
  return {
    nodes: graph.nodes,
    outputs: graph.outputs,
    // Pairs whose second layer is run as well, and whose weights can be replaced where they are.
    layerNodes: places.map(({ node, weight, output }) => (weight && output !== null ? node : null)),
    layers: model.layers,
    constant: (name) => constants.get(name)?.tensor,
  };
}

/** @throws RunError that names the layer whose transform cannot be done */
export async function transformed(
  at: Running,
  quantized: readonly Quantized[],
  transforms: readonly LayerTransforms[],
): Promise<Transformed> {
  const { layers } = at.model;
  const schemes = new Map(quantized.map(({ layer, weight }) => [layer, weight]));
  const asked = transforms.map((one) => ({ ...one, weight: schemes.get(one.layer) ?? null }));
  const seen = new Set(asked.map(({ layer }) => layer));
  const others = quantized.flatMap(({ layer, weight }) => (seen.has(layer) ? [] : [{ layer, weight, transforms: [] }]));
  const { pairs: wanted, unfit, ...resolved } = resolveTransforms(pairGraph(at), [...asked, ...others]);
  const [first] = unfit;
  if (first) throw new RunError(`layer ${quote(layers[first.layer].name)}: ${first.problem}`);
  const equalized = await equalizePairs(layers, wanted);
  const biases = new Map<number, Float32Array>();
  const changed = new Map<number, ChangedNode>();
  for (const { pair, scales } of equalized.pairs) {
    const between = await constantsBetween(at, pair);
    for (const { node, value } of pair.biases)
      if (node === pair.nodes[0]) biases.set(pair.first, divided(between.get(value)!.numbers, scales));
    const rest = { ...pair, biases: pair.biases.filter(({ node }) => node !== pair.nodes[0]) };
    equalizedNodes(at.prepared.cut.graph, rest, between, scales).forEach((node, i) => changed.set(i, node));
  }
  return { ...equalized, ...resolved, biases, changed };
}

/** The numbers of a pair's biases and clip bounds. */
export async function constantsBetween(
  { prepared, file }: Running,
  { biases, clips }: EqualizablePair,
): Promise<ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>> {
  const constants = storedTensors(file, prepared.cut);
  const { nodes } = prepared.cut.graph;
  const names = [...biases.map(({ value }) => value), ...clips.flatMap(({ node }) => nodes[node].proto.input.slice(1))];
  const found = new Map<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>();
  for (const name of names) {
    const tensor: Tensor | undefined = constants.get(name)?.tensor;
    if (tensor) found.set(name, { shape: tensor.shape, numbers: await tensor.read(0, tensor.elements) });
  }
  return found;
}
