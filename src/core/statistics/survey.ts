import type { Known } from '../clipping/run.js';
import { kernels } from '../kernels/load.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { BLOCK, MOST_RUNS, type Workspace } from '../kernels/workspace.js';
import { addToChannel, momentsOfChannel, newChannelMoments, type ChannelMoments } from './channelMoments.js';
import { mergeMoments, momentsAt, NO_MOMENTS, type Moments } from './merge.js';

/** What the first visit to a tensor gathers, chunk by chunk. */
export interface Survey {
  moments: Moments;
  /** Counts by the upper 16 bits; see `Histogram`. */
  readonly counts: Uint32Array;
  readonly channels: ChannelMoments;
}

export const newSurvey = (channels: number): Survey => ({
  moments: NO_MOMENTS,
  counts: new Uint32Array(65536),
  channels: newChannelMoments(channels),
});

/** Adds a staged chunk; the workspace's histogram has to start out empty. Non-finite values are counted, and are zeros in the staged chunk afterwards. */
export function surveyChunk(survey: Survey, chunk: Chunk, space: Workspace): void {
  const { momentsAndCounts } = kernels();
  const length = runLength(chunk);
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  const piece = Math.min(length, 2 * BLOCK);
  for (let c = 0; c < chunk.channels; c += runs) {
    const count = Math.min(runs, chunk.channels - c);
    for (let i = 0; i < length; i += piece) {
      const n = Math.min(piece, length - i);
      const x = space.chunk + (c * length + i) * 4;
      momentsAndCounts(x, n, count, space.records, space.histogram);
      for (let r = 0; r < count; r++) {
        const m = momentsAt(space.recordView, r);
        survey.moments = mergeMoments(survey.moments, m);
        addToChannel(survey.channels, chunk.channel + c + r, m);
      }
    }
  }
}

/** Takes the histogram over from the workspace, after the last chunk. */
export function closeSurvey(survey: Survey, { histogramView }: Workspace): void {
  const { counts } = survey;
  // The last exponent is that of what is not finite.
  for (let b = 0; b < 65536; b++) counts[b] = (b & 0x7f80) === 0x7f80 ? 0 : histogramView[b] + histogramView[65536 + b];
}

/** What clipping methods are told of a channel. */
export function knownOfChannel(survey: Survey, channel: number): Required<Known> {
  const { count, zeros, min, max, m2 } = momentsOfChannel(survey.channels, channel);
  return { count, zeros, min, max, std: count > 0 ? Math.sqrt(m2 / count) : 0 };
}
