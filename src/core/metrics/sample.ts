import { chooseClip } from '../clipping/choose.js';
import { movingRun } from '../clipping/runs.js';
import { seeded, type ClipRange, type Quantizer, type Random } from '../formats/index.js';
import { noErrors, type ErrorSums } from '../kernels/twins.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { valuesAt } from '../kernels/workspace.js';
import { addStratum, drawStratum, newTotal, type StratifiedTotal } from '../statistics/sampling.js';
import { knownOfChannel, type Survey } from '../statistics/survey.js';
import { gapsBetween, quantizerOf } from './look.js';
import { fit, type Measurement } from './measure.js';
import { fitBlocks, valuesFor, type SplitChannels, type Sweep } from './sweep.js';

/** What a sample tells of a scheme: its sums, scaled up to all elements, and how sure the sum of squares is. */
export interface SampledErrors {
  readonly sums: ErrorSums;
  readonly squares: StratifiedTotal;
  readonly random: Random;
}

/** How much of a tensor is looked at, and what was seen of every scheme, by slot. */
export interface Sampler {
  /** Share of the elements, 0…1. */
  readonly share: number;
  readonly random: Random;
  readonly errors: readonly SampledErrors[];
}

/** A sampler that looks at about `samples` of `elements` elements. */
export const newSampler = (samples: number, elements: number, schemes: number, seed: number): Sampler => ({
  share: samples / elements,
  random: seeded(seed),
  errors: Array.from({ length: schemes }, (_, slot) => ({ sums: noErrors(), squares: newTotal(), random: seeded(seed + slot + 1) })),
});

const isGap = (gaps: Uint32Array, at: number): boolean => gaps.length > 0 && gapsBetween(gaps, at, at + 1).length > 0;

/**
 * Estimates the errors of tensor- and channel-granular schemes on a staged chunk from a sample of each channel: the strata. Clip ranges are those of all values. `quantizers`
 * are the tensor-granular schemes' own.
 */
export async function sampleChannels(
  sweep: Sweep,
  sampler: Sampler,
  measurements: readonly Measurement[],
  quantizers: ReadonlyMap<Measurement, Quantizer>,
  survey: Survey,
  split: SplitChannels,
  chunk: Chunk,
): Promise<void> {
  const { space, gaps, pause } = sweep;
  const length = runLength(chunk);
  const moving = movingRun(space);
  for (let c = 0; c < chunk.channels; c++) {
    const channel = chunk.channel + c;
    const offset = c * length;
    const x = space.chunk + offset * 4;
    const all = valuesAt(space, x, length);
    const drawn = drawStratum(length, sampler.share, sampler.random);
    const values = Float32Array.from(drawn, (i) => all[i]);
    const missing = drawn.map((i) => (isGap(gaps, offset + i) ? 1 : 0));
    for (const [m, quantizer] of quantizers) addRun(sampler.errors[m.slot], m, quantizer, [m.lo, m.hi], values, missing, length);
    const run = moving.at(x, length, knownOfChannel(survey, channel), split.get(channel));
    for (const m of measurements) {
      const own = (): Float32Array => valuesFor(sweep, m, x, length);
      const clip = chooseClip(m.scheme, run);
      const range = fit(space, m, 0, clip, own);
      m.clips[channel] = range;
      addRun(sampler.errors[m.slot], m, quantizerOf(m, 0, clip, own), range, values, missing, length);
    }
    if (c % 16 === 0) await pause();
  }
}

/** Adds one stratum: `values` drawn from a run of `size`, those that are `missing` not being finite. */
function addRun(
  to: SampledErrors,
  { scheme }: Measurement,
  quantizer: Quantizer,
  [lo, hi]: readonly [number, number],
  values: Float32Array,
  missing: Uint32Array,
  size: number,
): void {
  const out = new Float32Array(values.length);
  quantizer.fakeQuantize(values, out, scheme.rounding, to.random);
  const squares = new Float64Array(values.length);
  const weight = size / Math.max(1, values.length);
  for (let i = 0; i < values.length; i++) {
    if (missing[i]) continue;
    const e = out[i] - values[i];
    squares[i] = e * e;
    to.sums.products += weight * values[i] * e;
    if (Math.abs(e) > to.sums.max) to.sums.max = Math.abs(e);
    if (values[i] < lo || values[i] > hi) to.sums.outside += weight;
  }
  addStratum(to.squares, size, squares);
}

/** As `sampleChannels` for block-granular schemes: whole blocks are drawn. `tensor` is the range of the whole tensor. */
export async function sampleBlocks(
  sweep: Sweep,
  sampler: Sampler,
  measurements: readonly Measurement[],
  tensor: ClipRange,
  chunk: Chunk,
): Promise<void> {
  const { space, gaps, pause } = sweep;
  const length = runLength(chunk);
  for (const m of measurements) {
    if (m.scheme.granularity.kind !== 'block') continue;
    const size = Math.min(m.scheme.granularity.size, length);
    const blocks = Math.ceil(length / size);
    const { sums, squares, random } = sampler.errors[m.slot];
    for (let c = 0; c < chunk.channels; c++) {
      const drawn = drawStratum(blocks, sampler.share, sampler.random);
      const weight = blocks / drawn.length;
      const errors = Float64Array.from(drawn, (block) => {
        const offset = c * length + block * size;
        const n = Math.min(size, length - block * size);
        const x = space.chunk + offset * 4;
        const values = valuesAt(space, x, n);
        const out = new Float32Array(n);
        let [lo, hi] = [0, 0];
        fitBlocks(sweep, m, tensor, x, n, 1, (run, clip, range) => {
          [lo, hi] = range;
          quantizerOf(m, run, clip, () => valuesFor(sweep, m, x, n)).fakeQuantize(values, out, m.scheme.rounding, random);
        });
        let sum = 0;
        for (let i = 0; i < n; i++) {
          if (isGap(gaps, offset + i)) continue;
          const e = out[i] - values[i];
          sum += e * e;
          sums.products += weight * values[i] * e;
          if (Math.abs(e) > sums.max) sums.max = Math.abs(e);
          if (values[i] < lo || values[i] > hi) sums.outside += weight;
        }
        return sum;
      });
      addStratum(squares, blocks, errors);
      await pause();
    }
  }
}
