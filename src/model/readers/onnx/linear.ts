import type { LinearWeight } from '../../../core/remedies/linear.js';
import type { Layer } from '../../types.js';
import { findAttribute, intOf } from './attributes.js';
import { domainName } from './functions.js';
import type { NodeProto } from './proto.js';

/** Where the channels of a value are: axis 1 of an image, or its last axis. */
export type Channels = 'image' | 'last';

/** How a layer's weight belongs to its channels; null for other operators, and for weights that are not in their node's own form. */
export function linearWeight(
  proto: NodeProto,
  { weight, channelAxis }: Layer,
): { readonly weight: LinearWeight; readonly channels: Channels } | null {
  const { shape, dataType } = weight;
  if (domainName(proto.domain) !== '' || dataType !== 'float32' || channelAxis === null) return null;
  const groups = intOf(findAttribute(proto, null, 'group')) ?? 1;
  if (proto.opType === 'Conv' && shape.length >= 3 && channelAxis === 0) {
    if (groups < 1 || shape[0] % groups !== 0) return null;
    return { weight: { shape, outputAxis: 0, inputAxis: 1, groups }, channels: 'image' };
  }
  if (proto.opType === 'ConvTranspose' && shape.length >= 3 && channelAxis === 1 && groups === 1)
    return { weight: { shape, outputAxis: 1, inputAxis: 0, groups }, channels: 'image' };
  const matrix = proto.opType === 'MatMul' || (proto.opType === 'Gemm' && (intOf(findAttribute(proto, null, 'transA')) ?? 0) === 0);
  if (!matrix || shape.length !== 2) return null;
  return { weight: { shape, outputAxis: channelAxis, inputAxis: 1 - channelAxis, groups: 1 }, channels: 'last' };
}

/** How a number is added to every output channel of a linear layer. */
export type BiasPlace =
  /** The node's third input, which is there or can be added. */
  | { readonly kind: 'input'; readonly index: number }
  /** By an Add behind it; products are multiplied by `factor` on the way. */
  | { readonly kind: 'behind'; readonly factor: number };

/** @param constant whether the node's own bias is a float32 for every channel, which can be another one; it matters only when there is one */
export function biasPlace({ opType, input, attribute }: NodeProto, constant: boolean): BiasPlace {
  const factor = (name: string): number => (opType === 'Gemm' ? (attribute.find((one) => one.name === name)?.f ?? 1) : 1);
  const free = opType !== 'MatMul' && (!input[2] || constant);
  return free && factor('alpha') === 1 && factor('beta') === 1 ? { kind: 'input', index: 2 } : { kind: 'behind', factor: factor('alpha') };
}
