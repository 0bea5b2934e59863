import type { Known } from '../clipping/run.js';
import { kernels } from '../kernels/load.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { BLOCK, MOST_RUNS, type Workspace } from '../kernels/workspace.js';
import { mergeMoments, momentsAt, NO_MOMENTS, type Moments } from './merge.js';

/** What the first visit to a tensor gathers, chunk by chunk. */
export interface Survey {
  moments: Moments;
  /** Counts by the upper 16 bits; see `Histogram`. */
  readonly counts: Uint32Array;
  /** Per channel: finite elements, zeros, mean, Σ(x − mean)², smallest and largest (±Infinity when there is none). */
  readonly channelCount: Float64Array;
  readonly channelZeros: Float64Array;
  readonly channelMean: Float64Array;
  readonly channelM2: Float64Array;
  readonly channelMin: Float32Array;
  readonly channelMax: Float32Array;
}

export function newSurvey(channels: number): Survey {
  return {
    moments: NO_MOMENTS,
    counts: new Uint32Array(65536),
    channelCount: new Float64Array(channels),
    channelZeros: new Float64Array(channels),
    channelMean: new Float64Array(channels),
    channelM2: new Float64Array(channels),
    channelMin: new Float32Array(channels).fill(Infinity),
    channelMax: new Float32Array(channels).fill(-Infinity),
  };
}

/** Adds a staged chunk; the workspace's histogram has to start out empty. Non-finite values are counted, and are zeros in the staged chunk afterwards. */
export function surveyChunk(survey: Survey, chunk: Chunk, space: Workspace): void {
  const { moments, histogram16 } = kernels();
  const length = runLength(chunk);
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  const piece = Math.min(length, 2 * BLOCK);
  for (let c = 0; c < chunk.channels; c += runs) {
    const count = Math.min(runs, chunk.channels - c);
    for (let i = 0; i < length; i += piece) {
      const n = Math.min(piece, length - i);
      const x = space.chunk + (c * length + i) * 4;
      moments(x, n, count, space.records);
      histogram16(x, n * count, space.histogram);
      for (let r = 0; r < count; r++) {
        const m = momentsAt(space.recordView, r);
        survey.moments = mergeMoments(survey.moments, m);
        const channel = chunk.channel + c + r;
        addToChannel(survey, channel, m);
      }
    }
  }
}

/** Takes the histogram over from the workspace, after the last chunk. */
export function closeSurvey(survey: Survey, { histogramView }: Workspace): void {
  const { counts, moments } = survey;
  for (let b = 0; b < 65536; b++) counts[b] = histogramView[b] + histogramView[65536 + b];
  // Where values were not finite, zeros were counted.
  counts[0] -= moments.nan + moments.inf;
}

function addToChannel(survey: Survey, channel: number, m: Moments): void {
  const { channelCount, channelZeros, channelMean, channelM2, channelMin, channelMax } = survey;
  if (m.count === 0) return;
  const before = channelCount[channel];
  const count = before + m.count;
  const delta = m.mean - channelMean[channel];
  channelMean[channel] += (delta * m.count) / count;
  channelM2[channel] += m.m2 + (delta * delta * before * m.count) / count;
  channelCount[channel] = count;
  channelZeros[channel] += m.zeros;
  if (m.min < channelMin[channel]) channelMin[channel] = m.min;
  if (m.max > channelMax[channel]) channelMax[channel] = m.max;
}

/** What is known of a channel after the first visit; its standard deviation is the population's. */
export const knownOfChannel = (survey: Survey, channel: number): Required<Known> => ({
  count: survey.channelCount[channel],
  zeros: survey.channelZeros[channel],
  min: survey.channelMin[channel],
  max: survey.channelMax[channel],
  std: survey.channelCount[channel] > 0 ? Math.sqrt(survey.channelM2[channel] / survey.channelCount[channel]) : 0,
});
