import { addChannels, channelMeans, type ChannelSums } from '../../core/remedies/inputChannels.js';
import { insideShares, type KernelAxis } from '../../core/remedies/kernelReach.js';
import { inputChannels } from '../../core/remedies/linear.js';
import { findAttribute, intsOf, textOf } from '../../model/readers/onnx/attributes.js';
import { linearWeight } from '../../model/readers/onnx/linear.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { Layer } from '../../model/types.js';
import type { RunTensor } from '../backend/types.js';
import type { TrialOutcome } from '../process/protocol.js';

/**
 * What a plan needs to correct a layer's bias: the means of what it takes in, and how much of that its kernel sees. Null where its bias cannot be corrected so.
 * @param taken float32, what it takes in in each run
 * @param given what it gives in the first run
 */
export function correctable(proto: NodeProto, layer: Layer, taken: readonly RunTensor[], given: RunTensor): TrialOutcome['inputs'] {
  const linear = linearWeight(proto, layer);
  const channels = linear && inputChannels(linear.weight);
  let sums: ChannelSums | undefined;
  for (const { data, shape } of taken) {
    const axis = linear?.channels === 'image' ? 1 : shape.length - 1;
    if (axis < 0 || shape[axis] !== channels) return null;
    sums = addChannels(data as Float32Array, shape, axis, sums);
  }
  if (!sums) return null;
  const shares = linear!.channels === 'image' ? insideShares(kernelAxes(proto, layer, taken[0], given), proto.opType !== 'Conv') : [];
  return { means: channelMeans(sums), inside: shares.every((share) => share === 1) ? null : shares };
}

function kernelAxes(proto: NodeProto, { weight }: Layer, taken: RunTensor, given: RunTensor): readonly KernelAxis[] {
  const attribute = (name: string): readonly number[] | undefined => intsOf(findAttribute(proto, null, name));
  const [strides, dilations, pads] = ['strides', 'dilations', 'pads'].map(attribute);
  const auto = textOf(findAttribute(proto, null, 'auto_pad')) ?? '';
  return weight.shape.slice(2).map((kernel, i): KernelAxis => {
    const [input, output] = [taken.shape[2 + i], given.shape[2 + i]];
    const [stride, dilation] = [strides?.[i] ?? 1, dilations?.[i] ?? 1];
    const [steps, end] = proto.opType === 'Conv' ? [output, input] : [input, output];
    // As much as it takes for the output to be as long as it is; the odd one comes last for SAME_UPPER.
    const total = Math.max(0, (steps - 1) * stride + (kernel - 1) * dilation + 1 - end);
    const same = auto === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2);
    return { input, output, kernel, stride, dilation, pad: auto.startsWith('SAME') ? same : (pads?.[i] ?? 0) };
  });
}
