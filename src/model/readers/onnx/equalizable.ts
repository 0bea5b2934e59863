import { inputChannels, type LinearWeight } from '../../../core/remedies/linear.js';
import type { Layer, Tensor } from '../../types.js';
import { findAttribute, intOf, intsOf } from './attributes.js';
import { domainName } from './functions.js';
import { linearWeight, type Channels } from './linear.js';
import type { NodeProto } from './proto.js';

/** A graph's nodes as far as the search for pairs needs them. */
export interface PairGraph {
  /** In topological order; `uses` are all values a node takes, those that its subgraphs capture among them. */
  readonly nodes: readonly { readonly proto: NodeProto; readonly uses: readonly string[] }[];
  readonly outputs: readonly string[];
  /** Index of the node of every layer; null where it is in none of these. */
  readonly layerNodes: readonly (number | null)[];
  readonly layers: readonly Layer[];
  /** A constant whose numbers are known. */
  readonly constant: (name: string) => Pick<Tensor, 'shape' | 'elements' | 'dataType'> | undefined;
}

/** A constant between two layers that is to be divided by the channels' factors: one number a channel, or one for all. */
export interface ScaledOperand {
  /** Index of the node that takes it, and its place among the node's inputs. */
  readonly node: number;
  readonly input: number;
  readonly value: string;
}

/** Two layers whose ranges can be evened out without changing what they compute together. */
export interface EqualizablePair {
  /** Numbers of the layers in the model. */
  readonly first: number;
  readonly second: number;
  readonly firstWeight: LinearWeight;
  readonly secondWeight: LinearWeight;
  /** Input channels of the second layer that one output channel of the first became by flattening. */
  readonly spread: number;
  /** All nodes from the first layer to the second, in order. */
  readonly nodes: readonly number[];
  /** Biases: one number a channel each. */
  readonly biases: readonly ScaledOperand[];
  /** Clips, by their nodes, whose bounds become bounds of channels, in the shape `[channels, 1, …]` that lies right in the values there. */
  readonly clips: readonly { readonly node: number; readonly shape: readonly number[] }[];
}

/** Operators with f(s·x) = s·f(x) for positive s, value by value. */
const HOMOGENEOUS = /^(Relu|LeakyRelu|PRelu|Identity|Dropout)$/;
/** The same for images, channel by channel. */
const POOLING = /^(MaxPool|AveragePool|GlobalAveragePool|GlobalMaxPool)$/;

/** Whether channels survive a node, and where they are behind it; null when the search ends there. */
interface Step {
  readonly channels: Channels;
  readonly biases?: readonly Omit<ScaledOperand, 'node'>[];
  readonly clip?: boolean;
  readonly flattened?: boolean;
}

/**
 * The pairs of linear layers (Conv, Gemm, MatMul) with nothing between them but operators that positive factors pass through: activations without
 * bounds, clips with constant ones, poolings, a bias. What is between must go nowhere else.
 */
export function equalizablePairs(graph: PairGraph): EqualizablePair[] {
  const consumers = new Map<string, number[]>();
  graph.nodes.forEach(({ uses }, node) => {
    for (const name of uses) consumers.set(name, [...(consumers.get(name) ?? []), node]);
  });
  const outputs = new Set(graph.outputs);
  const layersAt = new Map<number, number[]>();
  graph.layerNodes.forEach((node, layer) => {
    if (node !== null) layersAt.set(node, [...(layersAt.get(node) ?? []), layer]);
  });
  const users = new Map<string, number>();
  for (const { weight } of graph.layers) users.set(weight.name, (users.get(weight.name) ?? 0) + 1);

  const linearAt = (node: number): { layer: number; weight: LinearWeight; channels: Channels } | null => {
    const [layer, ...others] = layersAt.get(node) ?? [];
    if (layer === undefined || others.length > 0) return null;
    // A weight that somebody else takes as well cannot be scaled.
    const { name } = graph.layers[layer].weight;
    if (users.get(name) !== 1 || (consumers.get(name)?.length ?? 0) > 1) return null;
    const { proto } = graph.nodes[node];
    const found = proto.opType === 'ConvTranspose' ? null : linearWeight(proto, graph.layers[layer]);
    return found && { layer, ...found };
  };

  return graph.nodes.flatMap((_, start): EqualizablePair[] => {
    const first = linearAt(start);
    if (!first) return [];
    const size = first.weight.shape[first.weight.outputAxis];
    const rank = first.weight.shape.length;
    const own = ownBias(graph, start, size);
    if (own === null) return [];
    const nodes = [start];
    const biases = own.map((operand): ScaledOperand => ({ ...operand, node: start }));
    const clips: { readonly node: number; readonly shape: readonly number[] }[] = [];
    let { channels } = first;
    let flattened = false;
    for (;;) {
      const value = graph.nodes[nodes[nodes.length - 1]].proto.output[0];
      const [next, ...others] = consumers.get(value) ?? [];
      if (next === undefined || others.length > 0 || outputs.has(value)) return [];
      const { proto } = graph.nodes[next];
      if (proto.input.filter((name) => name === value).length !== 1) return [];
      nodes.push(next);
      const second = linearAt(next);
      if (second) {
        const spread = inputChannels(second.weight) / size;
        const fits = second.channels === channels && proto.input[0] === value && (flattened ? Number.isInteger(spread) : spread === 1);
        if (!fits) return [];
        return [
          {
            first: first.layer,
            second: second.layer,
            firstWeight: first.weight,
            secondWeight: second.weight,
            spread,
            nodes,
            biases,
            clips,
          },
        ];
      }
      const step = passes(graph, proto, value, channels, size, rank);
      // Behind a flattening the bounds of channels would no longer be those of whole images.
      if (!step || (flattened && (step.clip || step.biases))) return [];
      ({ channels } = step);
      flattened ||= step.flattened === true;
      biases.push(...(step.biases ?? []).map((operand) => ({ ...operand, node: next })));
      if (step.clip) clips.push({ node: next, shape: perChannel(channels, size, rank) });
    }
  });
}

/** The bias that a layer's node takes itself: none or one; null when it is no known number a channel. */
function ownBias(graph: PairGraph, node: number, size: number): Omit<ScaledOperand, 'node'>[] | null {
  const { opType, input } = graph.nodes[node].proto;
  const value = opType === 'MatMul' ? undefined : input[2];
  if (!value) return [];
  const bias = graph.constant(value);
  return bias?.dataType === 'float32' && bias.elements === size && bias.shape[bias.shape.length - 1] === size
    ? [{ input: 2, value }]
    : null;
}

function passes(graph: PairGraph, proto: NodeProto, value: string, channels: Channels, size: number, rank: number): Step | null {
  const { opType, input, output } = proto;
  if (domainName(proto.domain) !== '') return null;
  if (HOMOGENEOUS.test(opType)) return input[0] === value && (opType !== 'Dropout' || input.length < 3) ? { channels } : null;
  if (POOLING.test(opType)) return channels === 'image' && output.filter((name) => name !== '').length === 1 ? { channels } : null;
  switch (opType) {
    case 'Clip':
      return input[0] === value && hasConstantBounds(graph, proto) ? { channels, clip: true } : null;
    case 'Flatten':
      return channels === 'image' && (intOf(findAttribute(proto, null, 'axis')) ?? 1) === 1 ? { channels: 'last', flattened: true } : null;
    case 'ReduceMean': {
      const axes = intsOf(findAttribute(proto, null, 'axes'));
      const spatial = axes?.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
      if (channels !== 'image' || spatial?.join() !== Array.from({ length: rank - 2 }, (_, i) => i + 2).join()) return null;
      return { channels: (intOf(findAttribute(proto, null, 'keepdims')) ?? 1) === 1 ? 'image' : 'last' };
    }
    case 'Add': {
      const at = input[0] === value ? 1 : 0;
      const bias = graph.constant(input[at]);
      const dims = [...(bias?.shape ?? [])];
      while (dims[0] === 1 && size > 1) dims.shift();
      return bias?.dataType === 'float32' && dims.join() === perChannel(channels, size, rank).join()
        ? { channels, biases: [{ input: at, value: input[at] }] }
        : null;
    }
    default:
      return null;
  }
}

/** The shape of one number a channel beside values whose channels are there; images have the weight's rank. */
const perChannel = (channels: Channels, size: number, rank: number): number[] =>
  channels === 'image' ? [size, ...new Array<number>(rank - 2).fill(1)] : [size];

/** Whether a clip's bounds are constants. Before version 11 they are attributes, and there are no such inputs. */
function hasConstantBounds({ constant }: PairGraph, { input }: NodeProto): boolean {
  const bounds = input.slice(1).filter((name) => name !== '');
  return bounds.length > 0 && bounds.every((name) => constant(name)?.elements === 1 && constant(name)?.dataType === 'float32');
}
