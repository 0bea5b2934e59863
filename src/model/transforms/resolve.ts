import { inputChannels, type LinearWeight } from '../../core/remedies/linear.js';
import type { ChannelRanges, Transform } from '../../core/remedies/transform.js';
import { parseScheme } from '../../core/formats/index.js';
import { quote } from '../quote.js';
import { equalizablePairs, type EqualizablePair, type PairGraph } from '../readers/onnx/equalizable.js';
import { linearWeight } from '../readers/onnx/linear.js';

/** A layer's transforms, and the scheme its weight gets. */
export interface AskedTransforms {
  /** Number of the layer. */
  readonly layer: number;
  readonly weight: string | null;
  readonly transforms: readonly Transform[];
}

/** What a bias is corrected by. */
export interface MeanInputs {
  readonly linear: LinearWeight;
  readonly means: readonly number[];
  readonly inside: readonly number[] | undefined;
}

/** Transforms with all that the model has to say to them. */
export interface Resolved {
  readonly pairs: readonly EqualizablePair[];
  /** Ranges of the channels that the second layers of pairs take in, by layer, where they are known. */
  readonly ranges: ReadonlyMap<number, ChannelRanges>;
  /** By layer. */
  readonly corrected: ReadonlyMap<number, MeanInputs>;
  readonly fitted: ReadonlySet<number>;
}

/** Why a transform cannot be done. */
export interface Unfit {
  readonly layer: number;
  readonly problem: string;
}

/** Looks up what transforms are of. */
export function resolveTransforms(graph: PairGraph, asked: readonly AskedTransforms[]): Resolved & { readonly unfit: readonly Unfit[] } {
  const { layers } = graph;
  const unfit: Unfit[] = [];
  const pairs: EqualizablePair[] = [];
  const ranges = new Map<number, ChannelRanges>();
  const corrected = new Map<number, MeanInputs>();
  const fitted = new Set<number>();
  const known = asked.some(({ transforms }) => transforms.some(({ transform }) => transform === 'equalize')) ? equalizablePairs(graph) : [];
  const schemes = new Map(asked.map(({ layer, weight }) => [layer, weight]));
  const refuse = (layer: number, problem: string): void => void unfit.push({ layer, problem });
  for (const { layer, transforms } of asked)
    for (const one of transforms) {
      if (one.transform === 'equalize') {
        const pair = known.find((candidate) => candidate.first === layer && layers[candidate.second].name === one.with);
        const clipped = pair && [pair.first, pair.second].find((at) => hasOwnRange(schemes.get(at) ?? null));
        if (!pair)
          refuse(
            layer,
            `it cannot be equalized with ${quote(one.with)}: that layer does not follow it by operators which factors of channels pass`,
          );
        else if (clipped !== undefined)
          refuse(
            layer,
            `the clip range of ${quote(layers[clipped].name)} was chosen for its weight as it is, and equalizing changes that: take one of them back`,
          );
        else if (one.ranges && one.ranges.length !== inputChannels(pair.secondWeight))
          refuse(
            layer,
            `equalize has ranges of ${one.ranges.length} channels, and ${quote(one.with)} takes in ${inputChannels(pair.secondWeight)}`,
          );
        else {
          pairs.push(pair);
          if (one.ranges) ranges.set(pair.second, one.ranges);
        }
      } else if (one.transform === 'correct-bias') {
        const found = meanInputs(graph, layer, one);
        if (typeof found === 'string') refuse(layer, found);
        else corrected.set(layer, found);
      } else if (layers.some(({ weight }, i) => i !== layer && weight.name === layers[layer].weight.name))
        refuse(layer, 'it shares its weight with another layer, so its scales cannot be widened for its own bias');
      else fitted.add(layer);
    }
  return { pairs, ranges, corrected, fitted, unfit };
}

const hasOwnRange = (scheme: string | null): boolean => scheme !== null && parseScheme(scheme).clipping.method === 'fixed';

function meanInputs(
  { nodes, layers, layerNodes }: PairGraph,
  layer: number,
  { means, inside }: Extract<Transform, { transform: 'correct-bias' }>,
): MeanInputs | string {
  const at = layerNodes[layer];
  const proto = at === null ? null : nodes[at].proto;
  const linear = proto && linearWeight(proto, layers[layer])?.weight;
  if (!linear) return 'its bias cannot be corrected: it is no Conv, Gemm or MatMul with a float32 weight in the main graph';
  const channels = inputChannels(linear);
  if (means.length !== channels) return `correct-bias has means of ${means.length} channels, and it takes in ${channels}`;
  const kernel = linear.shape.slice(2).reduce((a, b) => a * b, 1);
  if (inside && inside.length !== kernel) return `correct-bias has ${inside.length} shares "inside", and its kernel has ${kernel} elements`;
  return { linear, means, inside };
}
