import { analyzeTensor } from '../../core/analyzeTensor.js';
import { codec, type Scheme } from '../../core/formats/index.js';
import type { ValueSurvey } from '../observe/survey.js';
import type { ActivationRange } from '../process/protocol.js';
import type { ChannelSurvey } from './channelSurvey.js';

/** The range of a value under a scheme, from what was seen of it; null when the scheme's channels are not always as many. */
export async function calibrate(scheme: Scheme, value: ValueSurvey, channels: ChannelSurvey | undefined): Promise<ActivationRange | null> {
  const { min, max } = value.statistics();
  const values = codec(scheme.format).needs === 'values';
  switch (scheme.granularity.kind) {
    case 'tensor':
      return { clip: value.clip(scheme), ...(values ? { sample: value.sample() } : {}) };
    case 'block':
      return { clip: { lo: min, hi: max } };
    case 'channel': {
      const ranges = channels?.ranges();
      if (!channels || !ranges) return null;
      const clips = scheme.clipping.method === 'minmax' ? ranges : await chosenClips(scheme, channels.sample(), ranges.length);
      return { clip: { lo: min, hi: max }, clips, ...(values ? { sample: channels.sample() } : {}) };
    }
  }
}

/** The ranges that a clipping method chooses for the channels of a sample. */
async function chosenClips(scheme: Scheme, sample: Float32Array, channels: number): Promise<readonly (readonly [number, number])[]> {
  const source = {
    shape: [channels, sample.length / channels],
    channelAxis: 0,
    elements: sample.length,
    read: (start: number, end: number) => Promise.resolve(sample.slice(start, end)),
  };
  const { errors } = await analyzeTensor(source, [scheme]);
  return errors[0].clips!;
}
