import { chooseClip } from '../clipping/choose.js';
import { bucketsFor } from '../clipping/distribution.js';
import { movingRun, RUN_OCTAVES, RUN_SHIFT, type Remembered } from '../clipping/runs.js';
import { codec, type ClipRange, type Quantizer } from '../formats/index.js';
import { kernels } from '../kernels/load.js';
import { chunkLength, runLength, type Chunk } from '../kernels/staging.js';
import { BLOCK, countLog, MOST_RUNS, valuesAt, type Workspace } from '../kernels/workspace.js';
import { evenly } from '../statistics/evenly.js';
import { knownOfChannel, type Survey } from '../statistics/survey.js';
import { gapsBetween, lookAt, quantizerOf, without, type Look } from './look.js';
import { fit, measure, scalesItself, type Measurement } from './measure.js';

/** Lets other work in now and then; rejects when the analysis is aborted. */
export type Pause = () => void | Promise<void>;

/** Where a sweep over a staged chunk happens. */
export interface Sweep {
  readonly space: Workspace;
  readonly pause: Pause;
  /** The closer looks that schemes are given, by slot. */
  readonly looks: readonly (Look | null)[];
  /** Offsets of values of the staged chunk that are not finite. */
  gaps: Uint32Array;
}

/** Values that are looked at closely at once. */
const PIECE = 1 << 16;

/** Whether the kernels measure a scheme; otherwise its closer look does. */
const isMeasured = (sweep: Sweep, m: Measurement): boolean => (sweep.looks[m.slot]?.repeats.length ?? 0) === 0;

function lookAtRun(
  { space, looks, gaps }: Sweep,
  m: Measurement,
  quantizer: Quantizer,
  range: readonly [number, number],
  x: number,
  n: number,
): void {
  const look = looks[m.slot];
  if (!look) return;
  for (let i = 0; i < n; i += PIECE) {
    const length = Math.min(PIECE, n - i);
    const at = x + i * 4;
    const from = (at - space.chunk) / 4;
    lookAt(look, m, quantizer, range, valuesAt(space, at, length), gapsBetween(gaps, from, from + length));
  }
}

/** The `n` values at address `x` as formats that fit themselves to values see them: without those that are not finite. */
export function valuesFor({ space, gaps }: Sweep, m: Measurement, x: number, n: number): Float32Array {
  const values = valuesAt(space, x, n);
  if (gaps.length === 0 || codec(m.scheme.format).needs !== 'values') return values;
  const from = (x - space.chunk) / 4;
  return without(values, gapsBetween(gaps, from, from + n));
}

/** Takes every block of a chunk through all tensor-granular schemes while it is in cache; `quantizers` are theirs. */
export async function measureTensor(
  sweep: Sweep,
  measurements: readonly Measurement[],
  quantizers: ReadonlyMap<Measurement, Quantizer>,
  chunk: Chunk,
): Promise<void> {
  const { space, pause } = sweep;
  const total = chunkLength(chunk);
  const measured = measurements.filter((m) => isMeasured(sweep, m));
  for (let start = 0; start < total && measured.length > 0; start += BLOCK) {
    const n = Math.min(BLOCK, total - start);
    for (const m of measured) measure(space, m, space.chunk + start * 4, n, 1);
    if (start % (64 * BLOCK) === 0) await pause();
  }
  for (const [m, quantizer] of quantizers) {
    lookAtRun(sweep, m, quantizer, [m.lo, m.hi], space.chunk, total);
    await pause();
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
  sweep: Sweep,
  measurements: readonly Measurement[],
  survey: Survey,
  split: SplitChannels,
  chunk: Chunk,
): Promise<void> {
  if (measurements.length === 0) return;
  const { space, looks, pause } = sweep;
  const length = runLength(chunk);
  const together = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  const moving = movingRun(space);
  const measured = measurements.filter((m) => isMeasured(sweep, m));
  for (let c = 0; c < chunk.channels; c += together) {
    const runs = Math.min(together, chunk.channels - c);
    for (let r = 0; r < runs; r++) {
      const channel = chunk.channel + c + r;
      const x = space.chunk + (c + r) * length * 4;
      const run = moving.at(x, length, knownOfChannel(survey, channel), split.get(channel));
      for (const m of measurements) {
        const values = (): Float32Array => valuesFor(sweep, m, x, length);
        const clip = chooseClip(m.scheme, run);
        const range = fit(space, m, r, clip, values);
        m.clips[channel] = range;
        if (looks[m.slot]) lookAtRun(sweep, m, quantizerOf(m, r, clip, values), range, x, length);
      }
    }
    // A long channel goes through in pieces that stay in cache.
    for (let i = 0; i < length; i += BLOCK) {
      const n = Math.min(BLOCK, length - i);
      for (const m of measured) measure(space, m, space.chunk + (c * length + i) * 4, n, runs);
    }
    await pause();
  }
}

/** Takes the blocks of a chunk, which cut the elements of every channel, through all block-granular schemes. `tensor` is the range of the whole tensor. */
export async function measureBlocks(sweep: Sweep, measurements: readonly Measurement[], tensor: ClipRange, chunk: Chunk): Promise<void> {
  const { space, pause } = sweep;
  const length = runLength(chunk);
  for (const m of measurements) {
    const { granularity } = m.scheme;
    if (granularity.kind !== 'block') continue;
    const size = Math.min(granularity.size, length);
    const whole = Math.floor(length / size);
    for (let c = 0; c < chunk.channels; c++) {
      const x = space.chunk + c * length * 4;
      for (let b = 0; b < whole; b += MOST_RUNS) {
        measureRuns(sweep, m, tensor, x + b * size * 4, size, Math.min(MOST_RUNS, whole - b));
        await pause();
      }
      if (length > whole * size) measureRuns(sweep, m, tensor, x + whole * size * 4, length - whole * size, 1);
    }
    await pause();
  }
}

function measureRuns(sweep: Sweep, m: Measurement, tensor: ClipRange, x: number, n: number, runs: number): void {
  const { space, looks } = sweep;
  fitBlocks(sweep, m, tensor, x, n, runs, (r, clip, range) => {
    const at = x + r * n * 4;
    if (looks[m.slot])
      lookAtRun(
        sweep,
        m,
        quantizerOf(m, r, clip, () => valuesFor(sweep, m, at, n)),
        range,
        at,
        n,
      );
  });
  if (isMeasured(sweep, m)) measure(space, m, x, n, runs);
}

/** Fits `runs` adjoining blocks of `n` elements at address `x`; `fitted` is told the clip range and the range that counts as the block's inside. */
export function fitBlocks(
  sweep: Sweep,
  m: Measurement,
  tensor: ClipRange,
  x: number,
  n: number,
  runs: number,
  fitted: (run: number, clip: ClipRange, range: readonly [number, number]) => void,
): void {
  const { space } = sweep;
  const { extremesView } = space;
  const moving = movingRun(space);
  kernels().extremes(x, n, runs, space.records);
  for (let r = 0; r < runs; r++) {
    const at = x + r * n * 4;
    const values = (): Float32Array => valuesFor(sweep, m, at, n);
    const zeros = m.scheme.clipping.method === 'octav' ? valuesAt(space, at, n).reduce((sum, v) => (v === 0 ? sum + 1 : sum), 0) : 0;
    const run = moving.at(at, n, { count: n, zeros, min: extremesView[2 * r], max: extremesView[2 * r + 1] });
    // Formats that scale their own blocks choose no clip; what they may want to know is the range of the tensor.
    const clip = scalesItself(m.scheme.format) ? tensor : chooseClip(m.scheme, run);
    fitted(r, clip, fit(space, m, r, clip, values));
  }
}
