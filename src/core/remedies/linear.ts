import { layout } from '../formats/layout.js';

/** How the elements of a linear layer's weight belong to the channels that go in and come out. */
export interface LinearWeight {
  readonly shape: readonly number[];
  /** Axis of output channels: 0 for Conv, 0 or 1 for Gemm. */
  readonly outputAxis: number;
  /** Axis of input channels, those of one group: 1 for Conv, the other one for Gemm. */
  readonly inputAxis: number;
  /** Groups of a convolution; 1 for all else. A depthwise convolution has as many as input channels. */
  readonly groups: number;
}

/** Input channels of all groups. */
export const inputChannels = ({ shape, inputAxis, groups }: LinearWeight): number => shape[inputAxis] * groups;

/** The output channel of every element: element `e` is of channel `of(e)`. */
export function outputChannelOf({ shape, outputAxis }: LinearWeight): (element: number) => number {
  const { channels, inner } = layout(shape, outputAxis);
  return (element) => Math.floor(element / inner) % channels;
}

/** The input channel of every element. In a convolution of several groups the output channel says which group's. */
export function inputChannelOf(weight: LinearWeight): (element: number) => number {
  const { shape, outputAxis, inputAxis, groups } = weight;
  const { channels, inner } = layout(shape, inputAxis);
  const output = outputChannelOf(weight);
  const perGroup = shape[outputAxis] / groups;
  return groups === 1
    ? (element) => Math.floor(element / inner) % channels
    : (element) => Math.floor(output(element) / perGroup) * channels + (Math.floor(element / inner) % channels);
}

/** The largest magnitude in each of `channels` channels; 0 for those without elements. */
export function channelReach(values: Float32Array, channels: number, channelOf: (element: number) => number): Float64Array {
  const reach = new Float64Array(channels);
  for (let e = 0; e < values.length; e++) {
    const c = channelOf(e);
    const magnitude = Math.abs(values[e]);
    if (magnitude > reach[c]) reach[c] = magnitude;
  }
  return reach;
}
