import { chooseClip } from '../clipping/choose.js';
import { bucketsFor } from '../clipping/distribution.js';
import { evenly, makeRun, RUN_OCTAVES, RUN_SHIFT, runDistribution, type RunSource } from '../clipping/runs.js';
import type { ClipRange, Scheme } from '../formats/index.js';
import { kernels } from '../kernels/load.js';
import { chunkLength, runLength, type Chunk } from '../kernels/staging.js';
import { noErrors, type ErrorSums } from '../kernels/twins.js';
import { BLOCK, countAbsolute, countLog, MOST_RUNS, valuesAt, type Workspace } from '../kernels/workspace.js';
import type { Survey } from '../statistics/survey.js';
import { clipOf, fit, measure, measuredBy, type Fitted } from './measure.js';

/** A scheme on its way through a tensor. */
export interface Measurement {
  readonly scheme: Scheme;
  readonly kind: Fitted['kind'];
  readonly sums: ErrorSums;
  /** The widest clip range so far. */
  lo: number;
  hi: number;
  /** Of every channel, for channel granularity. */
  readonly clips: [number, number][];
}

/** Lets other work in now and then; rejects when the analysis is aborted. */
export type Pause = () => void | Promise<void>;

/** `plain`: the values are outside the kernels' range. */
export const newMeasurement = (scheme: Scheme, plain: boolean): Measurement => ({
  scheme,
  kind: plain ? 'any' : measuredBy(scheme),
  sums: noErrors(),
  lo: Infinity,
  hi: -Infinity,
  clips: [],
});

/** Fits a scheme to a run and takes note of the clip range. */
export function fitRun(m: Measurement, clip: ClipRange, values: Float32Array): Fitted {
  const fitted = fit(m.scheme, m.kind, clip, values);
  const { lo, hi } = clipOf(fitted);
  if (lo < m.lo) m.lo = lo;
  if (hi > m.hi) m.hi = hi;
  return fitted;
}

/** Takes every block of a chunk through all tensor-granular schemes while it is in cache. */
export async function measureTensor(
  measurements: readonly Measurement[],
  fitted: readonly Fitted[],
  chunk: Chunk,
  space: Workspace,
  pause: Pause,
): Promise<void> {
  const total = chunkLength(chunk);
  for (let start = 0; start < total && measurements.length > 0; start += BLOCK) {
    const n = Math.min(BLOCK, total - start);
    for (let i = 0; i < measurements.length; i++) {
      measure(space, measurements[i].scheme, [fitted[i]], space.chunk + start * 4, n, measurements[i].sums);
    }
    await pause();
  }
}

/** What is known of channels that lie in several chunks, before their errors are measured. */
export interface SplitChannels {
  readonly survey: Survey;
  /** Counts by sign and magnitude; see `histogramLog`. */
  readonly tables: Map<number, Uint32Array>;
  readonly samples: Map<number, Float32Array>;
}

export const newSplitChannels = (survey: Survey): SplitChannels => ({ survey, tables: new Map(), samples: new Map() });

const largestOf = (survey: Survey, channel: number): number => Math.max(-survey.channelMin[channel], survey.channelMax[channel], 0);

/** Adds a staged chunk, one of `chunks`, to what is known of its channels. */
export function gatherChannels(split: SplitChannels, chunk: Chunk, chunks: number, space: Workspace): void {
  const length = runLength(chunk);
  for (let c = 0; c < chunk.channels; c++) {
    const channel = chunk.channel + c;
    const x = space.chunk + c * length * 4;
    const { base, buckets } = bucketsFor(largestOf(split.survey, channel), RUN_OCTAVES, RUN_SHIFT);
    const counts = countLog(space, x, length, base, buckets);
    const table = split.tables.get(channel);
    if (table) for (let i = 0; i < table.length; i++) table[i] += counts[i];
    else split.tables.set(channel, counts.slice());
    const before = split.samples.get(channel) ?? new Float32Array(0);
    const more = evenly(valuesAt(space, x, length), Math.max(4, Math.floor(512 / chunks)));
    const sample = new Float32Array(before.length + more.length);
    sample.set(before);
    sample.set(more, before.length);
    split.samples.set(channel, sample);
  }
}

/** A run whose values lie staged at address `x`. */
function stagedRun(space: Workspace, x: number, n: number, known: Pick<RunSource, 'count' | 'zeros' | 'min' | 'max'>): RunSource {
  return {
    ...known,
    distribution: (largest, signed) => {
      const { base, buckets } = bucketsFor(largest, RUN_OCTAVES, RUN_SHIFT);
      return runDistribution(largest, signed, countLog(space, x, n, base, buckets));
    },
    absolute: (largest, bins) => countAbsolute(space, x, n, largest, bins),
    sample: () => evenly(valuesAt(space, x, n)),
  };
}

/** Takes every channel of a chunk (several at once when they are short) through all channel-granular schemes. */
export async function measureChannels(
  measurements: readonly Measurement[],
  survey: Survey,
  split: SplitChannels | null,
  chunk: Chunk,
  space: Workspace,
  pause: Pause,
): Promise<void> {
  if (measurements.length === 0) return;
  const length = runLength(chunk);
  const together = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  for (let c = 0; c < chunk.channels; c += together) {
    const runs = Math.min(together, chunk.channels - c);
    const fitted = measurements.map((): Fitted[] => []);
    for (let r = 0; r < runs; r++) {
      const channel = chunk.channel + c + r;
      const x = space.chunk + (c + r) * length * 4;
      const staged = stagedRun(space, x, length, {
        count: survey.channelCount[channel],
        zeros: survey.channelZeros[channel],
        min: survey.channelMin[channel],
        max: survey.channelMax[channel],
      });
      const table = split?.tables.get(channel);
      const sample = split?.samples.get(channel);
      const run = makeRun(
        table && sample
          ? { ...staged, distribution: (most, signed) => runDistribution(most, signed, table), absolute: () => null, sample: () => sample }
          : staged,
      );
      for (let i = 0; i < measurements.length; i++) {
        const m = measurements[i];
        const f = fitRun(m, chooseClip(m.scheme, run), valuesAt(space, x, length));
        const { lo, hi } = clipOf(f);
        m.clips[channel] = [lo, hi];
        fitted[i].push(f);
      }
    }
    // A long channel goes through in pieces that stay in cache.
    for (let i = 0; i < length; i += BLOCK) {
      const n = Math.min(BLOCK, length - i);
      for (let k = 0; k < measurements.length; k++) {
        measure(space, measurements[k].scheme, fitted[k], space.chunk + (c * length + i) * 4, n, measurements[k].sums);
      }
    }
    await pause();
  }
}

/** Takes the blocks of a chunk, which cut the elements of every channel, through all block-granular schemes. */
export async function measureBlocks(measurements: readonly Measurement[], chunk: Chunk, space: Workspace, pause: Pause): Promise<void> {
  const length = runLength(chunk);
  for (const m of measurements) {
    const { granularity } = m.scheme;
    if (granularity.kind !== 'block') continue;
    const size = Math.min(granularity.size, length);
    const whole = Math.floor(length / size);
    for (let c = 0; c < chunk.channels; c++) {
      const x = space.chunk + c * length * 4;
      for (let b = 0; b < whole; b += MOST_RUNS) {
        measureRuns(m, space, x + b * size * 4, size, Math.min(MOST_RUNS, whole - b));
        await pause();
      }
      if (length > whole * size) measureRuns(m, space, x + whole * size * 4, length - whole * size, 1);
    }
    await pause();
  }
}

const zerosOf = (x: Float32Array): number => x.reduce((zeros, v) => (v === 0 ? zeros + 1 : zeros), 0);

function measureRuns(m: Measurement, space: Workspace, x: number, n: number, runs: number): void {
  kernels().extremes(x, n, runs, space.records);
  const ends = space.extremesView.slice(0, 2 * runs);
  const fitted = Array.from({ length: runs }, (_, r) => {
    const at = x + r * n * 4;
    const run = makeRun(
      stagedRun(space, at, n, { count: n, zeros: zerosOf(valuesAt(space, at, n)), min: ends[2 * r], max: ends[2 * r + 1] }),
    );
    return fitRun(m, chooseClip(m.scheme, run), valuesAt(space, at, n));
  });
  measure(space, m.scheme, fitted, x, n, m.sums);
}
