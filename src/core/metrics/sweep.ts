import { chooseClip } from '../clipping/choose.js';
import { bucketsFor } from '../clipping/distribution.js';
import { movingRun, RUN_OCTAVES, RUN_SHIFT, type Remembered } from '../clipping/runs.js';
import type { ClipRange } from '../formats/index.js';
import { kernels } from '../kernels/load.js';
import { chunkLength, runLength, type Chunk } from '../kernels/staging.js';
import { BLOCK, countLog, MOST_RUNS, valuesAt, type Workspace } from '../kernels/workspace.js';
import { evenly } from '../statistics/evenly.js';
import type { Survey } from '../statistics/survey.js';
import { fit, measure, scalesItself, type Measurement } from './measure.js';

/** Lets other work in now and then; rejects when the analysis is aborted. */
export type Pause = () => void | Promise<void>;

/** Takes every block of a chunk through all tensor-granular schemes, which are fitted, while it is in cache. */
export async function measureTensor(measurements: readonly Measurement[], chunk: Chunk, space: Workspace, pause: Pause): Promise<void> {
  const total = chunkLength(chunk);
  for (let start = 0; start < total && measurements.length > 0; start += BLOCK) {
    const n = Math.min(BLOCK, total - start);
    for (const m of measurements) measure(space, m, space.chunk + start * 4, n, 1);
    if (start % (64 * BLOCK) === 0) await pause();
  }
}

/** What is known of channels that lie in several chunks, before their errors are measured; by channel. */
export type SplitChannels = Map<number, Remembered>;

const largestOf = (survey: Survey, channel: number): number => Math.max(-survey.channelMin[channel], survey.channelMax[channel], 0);

/** Adds a staged chunk, one of `chunks`, to what is known of its channels. */
export function gatherChannels(split: SplitChannels, survey: Survey, chunk: Chunk, chunks: number, space: Workspace): void {
  const length = runLength(chunk);
  for (let c = 0; c < chunk.channels; c++) {
    const channel = chunk.channel + c;
    const x = space.chunk + c * length * 4;
    const { base, buckets } = bucketsFor(largestOf(survey, channel), RUN_OCTAVES, RUN_SHIFT);
    const counts = countLog(space, x, length, base, buckets);
    const more = evenly(valuesAt(space, x, length), Math.max(4, Math.floor(512 / chunks)));
    const before = split.get(channel);
    if (before) for (let i = 0; i < before.table.length; i++) before.table[i] += counts[i];
    split.set(channel, {
      table: before?.table ?? counts.slice(0, 2 * buckets),
      sample: Float32Array.from([...(before?.sample ?? []), ...more]),
    });
  }
}

/** Takes every channel of a chunk (several at once when they are short) through all channel-granular schemes. */
export async function measureChannels(
  measurements: readonly Measurement[],
  survey: Survey,
  split: SplitChannels,
  chunk: Chunk,
  space: Workspace,
  pause: Pause,
): Promise<void> {
  if (measurements.length === 0) return;
  const length = runLength(chunk);
  const together = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  const moving = movingRun(space);
  for (let c = 0; c < chunk.channels; c += together) {
    const runs = Math.min(together, chunk.channels - c);
    for (let r = 0; r < runs; r++) {
      const channel = chunk.channel + c + r;
      const x = space.chunk + (c + r) * length * 4;
      const known = {
        count: survey.channelCount[channel],
        zeros: survey.channelZeros[channel],
        min: survey.channelMin[channel],
        max: survey.channelMax[channel],
      };
      const run = moving.at(x, length, known, split.get(channel));
      const values = (): Float32Array => valuesAt(space, x, length);
      for (const m of measurements) m.clips[channel] = fit(space, m, r, chooseClip(m.scheme, run), values);
    }
    // A long channel goes through in pieces that stay in cache.
    for (let i = 0; i < length; i += BLOCK) {
      const n = Math.min(BLOCK, length - i);
      for (const m of measurements) measure(space, m, space.chunk + (c * length + i) * 4, n, runs);
    }
    await pause();
  }
}

/** Takes the blocks of a chunk, which cut the elements of every channel, through all block-granular schemes. `tensor` is the range of the whole tensor. */
export async function measureBlocks(
  measurements: readonly Measurement[],
  tensor: ClipRange,
  chunk: Chunk,
  space: Workspace,
  pause: Pause,
): Promise<void> {
  const length = runLength(chunk);
  for (const m of measurements) {
    const { granularity } = m.scheme;
    if (granularity.kind !== 'block') continue;
    const size = Math.min(granularity.size, length);
    const whole = Math.floor(length / size);
    for (let c = 0; c < chunk.channels; c++) {
      const x = space.chunk + c * length * 4;
      for (let b = 0; b < whole; b += MOST_RUNS) {
        measureRuns(m, tensor, space, x + b * size * 4, size, Math.min(MOST_RUNS, whole - b));
        await pause();
      }
      if (length > whole * size) measureRuns(m, tensor, space, x + whole * size * 4, length - whole * size, 1);
    }
    await pause();
  }
}

function measureRuns(m: Measurement, tensor: ClipRange, space: Workspace, x: number, n: number, runs: number): void {
  const { extremesView } = space;
  const moving = movingRun(space);
  kernels().extremes(x, n, runs, space.records);
  for (let r = 0; r < runs; r++) {
    const at = x + r * n * 4;
    const values = (): Float32Array => valuesAt(space, at, n);
    const zeros = m.scheme.clipping.method === 'octav' ? values().reduce((sum, v) => (v === 0 ? sum + 1 : sum), 0) : 0;
    const run = moving.at(at, n, { count: n, zeros, min: extremesView[2 * r], max: extremesView[2 * r + 1] });
    // Formats that scale their own blocks choose no clip; what they may want to know is the range of the tensor.
    fit(space, m, r, scalesItself(m.scheme.format) ? tensor : chooseClip(m.scheme, run), values);
  }
  measure(space, m, x, n, runs);
}
