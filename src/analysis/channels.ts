import { channelHistograms, type ChannelHistogram, type ChannelRequest } from '../core/statistics/channelHistograms.js';
import { openModel } from '../model/open.js';
import type { ModelInput } from './pipeline.js';
import { tensorSource } from './weights.js';

/**
 * Histograms of some channels of the weight of layer `index`, read from the model anew: a picture of a few channels needs no analysis that keeps those of all. Throws ModelError when the file cannot be read, RangeError for a layer or channels
 * that are none.
 */
export async function layerChannelHistograms(
  input: ModelInput,
  index: number,
  request: ChannelRequest,
  signal: AbortSignal,
): Promise<ChannelHistogram[]> {
  const { layers } = await openModel(input.source, input.siblings);
  if (!(index in layers)) throw new RangeError(`there is no layer ${index}; the model has ${layers.length}`);
  const { weight, channelAxis } = layers[index];
  return channelHistograms(tensorSource(weight, channelAxis), request, signal);
}
