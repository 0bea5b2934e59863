import { chooseClip } from '../clipping/choose.js';
import { addToCurve } from '../clipping/curve.js';
import type { SplitChannels } from '../clipping/remembered.js';
import type { Run } from '../clipping/run.js';
import { movingRun } from '../clipping/runs.js';
import { codec, type ClipRange, type Quantizer } from '../formats/index.js';
import { gapsBetween, without } from '../kernels/gaps.js';
import { kernels } from '../kernels/load.js';
import { chunkLength, runLength, type Chunk } from '../kernels/staging.js';
import { BLOCK, MOST_RUNS, valuesAt, type Workspace } from '../kernels/workspace.js';
import { knownOfChannel, type Survey } from '../statistics/survey.js';
import { lookAt, quantizerOf, type Look } from './look.js';
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
  readonly gaps: Uint32Array;
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

/** Takes group number `index` of a tensor into its error curve, if it is one of those that are. */
function addGroup({ looks }: Sweep, m: Measurement, index: number, run: Run, tensor: ClipRange): void {
  const curve = looks[m.slot]?.curve;
  if (curve && index % curve.every === 0) addToCurve(curve, m.scheme, run, tensor);
}

/** Takes every channel of a chunk (several at once when they are short) through all channel-granular schemes. */
export async function measureChannels(
  sweep: Sweep,
  measurements: readonly Measurement[],
  survey: Survey,
  split: SplitChannels,
  tensor: ClipRange,
  chunk: Chunk,
): Promise<void> {
  if (measurements.length === 0) return;
  const { space, looks, pause } = sweep;
  const length = runLength(chunk);
  const together = Math.min(MOST_RUNS, Math.max(1, Math.floor(BLOCK / length)));
  const moving = movingRun(space, sweep.gaps);
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
        if (looks[m.slot]) lookAtRun(sweep, m, quantizerOf(m, r, clip, values), range, x, length);
        // A channel in several chunks is one group, known as a whole from the first on.
        if (!(channel in m.clips)) addGroup(sweep, m, channel, run, tensor);
        m.clips[channel] = range;
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
    const blocks = Math.ceil(length / size);
    for (let c = 0; c < chunk.channels; c++) {
      const x = space.chunk + c * length * 4;
      const first = (chunk.channel + c) * blocks;
      for (let b = 0; b < whole; b += MOST_RUNS) {
        measureRuns(sweep, m, tensor, x + b * size * 4, size, Math.min(MOST_RUNS, whole - b), first + b);
        await pause();
      }
      if (blocks > whole) measureRuns(sweep, m, tensor, x + whole * size * 4, length - whole * size, 1, first + whole);
    }
    await pause();
  }
}

/** Measures `runs` adjoining blocks of `n` elements at address `x`, the first of them number `first` of the tensor. */
function measureRuns(sweep: Sweep, m: Measurement, tensor: ClipRange, x: number, n: number, runs: number, first: number): void {
  const { space, looks } = sweep;
  fitBlocks(sweep, m, tensor, x, n, runs, (r, clip, range, run) => {
    if (!looks[m.slot]) return;
    const at = x + r * n * 4;
    const values = (): Float32Array => valuesFor(sweep, m, at, n);
    lookAtRun(sweep, m, quantizerOf(m, r, clip, values), range, at, n);
    addGroup(sweep, m, first + r, run, tensor);
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
  fitted: (number: number, clip: ClipRange, range: readonly [number, number], run: Run) => void,
): void {
  const { space, gaps } = sweep;
  const { extremesView } = space;
  const moving = movingRun(space, gaps);
  kernels().extremes(x, n, runs, space.records);
  for (let r = 0; r < runs; r++) {
    const at = x + r * n * 4;
    const values = (): Float32Array => valuesFor(sweep, m, at, n);
    const from = (at - space.chunk) / 4;
    const missing = gapsBetween(gaps, from, from + n).length;
    const zeros = m.scheme.clipping.method === 'octav' ? valuesAt(space, at, n).reduce((sum, v) => (v === 0 ? sum + 1 : sum), -missing) : 0;
    const run = moving.at(at, n, { count: n - missing, zeros, min: extremesView[2 * r], max: extremesView[2 * r + 1] });
    // Formats that scale their own blocks choose no clip; what they may want to know is the range of the tensor.
    const clip = scalesItself(m.scheme.format) ? tensor : chooseClip(m.scheme, run);
    fitted(r, clip, fit(space, m, r, clip, values), run);
  }
}
