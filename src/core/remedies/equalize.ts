/**
 * Cross-layer equalization (Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.1): two layers with
 * an activation between them that commutes with positive factors, f(s·x) = s·f(x), share the ranges of the channels between them evenly. What they
 * compute together stays the same.
 */

import { channelReach, inputChannelOf, inputChannels, outputChannelOf, type LinearWeight } from './linear.js';

/** The layer whose output channels are scaled down. */
export interface EqualizedFirst {
  readonly weight: Float32Array;
  readonly linear: LinearWeight;
}

/** The layer whose input channels are scaled up. */
export interface EqualizedSecond extends EqualizedFirst {
  /** Input channels that one channel between the layers became: the height times the width where it was flattened, else 1. */
  readonly spread: number;
}

/**
 * The factor of every channel between two layers, s = √(r₁·r₂)/r₂, where r₁ is how far the channel reaches in the first weight and r₂ in the second:
 * both reach √(r₁·r₂) afterwards. Channels that are zero on one side keep their factor of 1.
 * @param limit largest factor, and its inverse the smallest
 */
export function equalizingScales(first: ArrayLike<number>, second: ArrayLike<number>, limit = LARGEST_FACTOR): Float64Array {
  return Float64Array.from({ length: first.length }, (_, c) => {
    const scale = Math.sqrt(first[c] / second[c]);
    return scale > 0 && Number.isFinite(scale) ? Math.min(limit, Math.max(1 / limit, scale)) : 1;
  });
}

/**
 * Beyond this a channel is as good as dead on one side: what it carries would be blown up for the sake of weights that matter to nobody, and float32
 * would round biases away.
 */
const LARGEST_FACTOR = 2 ** 12;

/** How far each channel between the layers reaches in either weight. */
export function reachBetween(
  first: EqualizedFirst,
  second: EqualizedSecond,
): { readonly first: Float64Array; readonly second: Float64Array } {
  const channels = first.linear.shape[first.linear.outputAxis];
  if (inputChannels(second.linear) !== channels * second.spread)
    throw new RangeError(`${channels} output channels do not meet ${inputChannels(second.linear)} input channels`);
  return {
    first: channelReach(first.weight, channels, outputChannelOf(first.linear)),
    second: channelReach(second.weight, channels, between(second)),
  };
}

const between = ({ linear, spread }: EqualizedSecond): ((element: number) => number) => {
  const input = inputChannelOf(linear);
  return spread === 1 ? input : (element) => Math.floor(input(element) / spread);
};

/** Both weights with the channels between them evened out, and the factors: the first layer's bias is to be divided by them as well. */
export function equalize(
  first: EqualizedFirst,
  second: EqualizedSecond,
): { readonly first: Float32Array; readonly second: Float32Array; readonly scales: Float64Array } {
  const reach = reachBetween(first, second);
  const scales = equalizingScales(reach.first, reach.second);
  const [output, input] = [outputChannelOf(first.linear), between(second)];
  return {
    first: first.weight.map((w, e) => w / scales[output(e)]),
    second: second.weight.map((w, e) => w * scales[input(e)]),
    scales,
  };
}

/** A constant of the first layer's output (its bias, bounds of a clip) divided by the factors; one value may stand for all channels. */
export function divided(values: Float32Array, scales: Float64Array): Float32Array {
  return Float32Array.from(scales, (scale, c) => values[values.length === 1 ? 0 : c] / scale);
}
