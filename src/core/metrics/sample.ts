import { chooseClip } from '../clipping/choose.js';
import type { SplitChannels } from '../clipping/remembered.js';
import { movingRun } from '../clipping/runs.js';
import { seeded, type ClipRange, type Quantizer, type Random, type Rounding } from '../formats/index.js';
import { gapsBetween, without } from '../kernels/gaps.js';
import { noErrors, type ErrorSums } from '../kernels/twins.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { valuesAt } from '../kernels/workspace.js';
import { addStratum, drawStratum, newTotal, type StratifiedTotal } from '../statistics/sampling.js';
import { knownOfChannel, type Survey } from '../statistics/survey.js';
import { quantizerOf } from './look.js';
import { fit, type Measurement } from './measure.js';
import { fitBlocks, valuesFor, type Sweep } from './sweep.js';

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

/** A scheme fitted to a run, and the range that counts as its inside. */
interface Fitted {
  readonly to: SampledErrors;
  readonly rounding: Rounding;
  readonly quantizer: Quantizer;
  readonly range: readonly [number, number];
}

/**
 * Estimates the errors of tensor- and channel-granular schemes on a staged chunk from a sample of each channel: the strata. Values outside a clip range are all
 * visited, for a few of them may be most of the error. Clip ranges are those of all values. `quantizers` are the tensor-granular schemes' own.
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
  const moving = movingRun(space, gaps);
  for (let c = 0; c < chunk.channels; c++) {
    const channel = chunk.channel + c;
    const x = space.chunk + c * length * 4;
    const run = moving.at(x, length, knownOfChannel(survey, channel), split.get(channel));
    const fitted: Fitted[] = [];
    const add = (m: Measurement, quantizer: Quantizer, range: readonly [number, number]): void => {
      fitted.push({ to: sampler.errors[m.slot], rounding: m.scheme.rounding, quantizer, range });
    };
    for (const [m, quantizer] of quantizers) add(m, quantizer, [m.lo, m.hi]);
    for (const m of measurements) {
      const own = (): Float32Array => valuesFor(sweep, m, x, length);
      const clip = chooseClip(m.scheme, run);
      const range = fit(space, m, 0, clip, own);
      m.clips[channel] = range;
      add(m, quantizerOf(m, 0, clip, own), range);
    }
    const all = without(valuesAt(space, x, length), gapsBetween(gaps, c * length, (c + 1) * length));
    addRun(fitted, all, drawStratum(all.length, sampler.share, sampler.random));
    await pause();
  }
}

const isOutside = (v: number, [lo, hi]: readonly [number, number]): boolean => v < lo || v > hi;

/** Adds a run of values, of which those at `drawn` are looked at. */
function addRun(fitted: readonly Fitted[], all: Float32Array, drawn: Uint32Array): void {
  // The narrowest range: most values are inside all of them, and are passed over once.
  const lo = fitted.reduce((most, { range }) => Math.max(most, range[0]), -Infinity);
  const hi = fitted.reduce((least, { range }) => Math.min(least, range[1]), Infinity);
  const tails = all.filter((v) => isOutside(v, [lo, hi]));
  const values = Float32Array.from(drawn, (i) => all[i]);
  for (const { to, rounding, quantizer, range } of fitted) {
    const outside = tails.filter((v) => isOutside(v, range));
    const size = all.length - outside.length;
    const seen = values.filter((v) => !isOutside(v, range));
    // Two are the least that have a spread.
    const inside = seen.length < Math.min(2, size) ? all.filter((v) => !isOutside(v, range)) : seen;
    const { sums, squares, random } = to;
    const quantized = (x: Float32Array): Float32Array => {
      const out = new Float32Array(x.length);
      quantizer.fakeQuantize(x, out, rounding, random);
      return out;
    };
    addStratum(squares, outside.length, addSums(sums, outside, quantized(outside), 1));
    addStratum(squares, size, addSums(sums, inside, quantized(inside), size / Math.max(1, inside.length)));
    sums.outside += outside.length;
  }
}

/** Adds weighted sums, but for the squares, which are returned. */
function addSums(to: ErrorSums, x: Float32Array, quantized: Float32Array, weight: number): Float64Array {
  return Float64Array.from(x, (v, i) => {
    const e = quantized[i] - v;
    to.products += weight * v * e;
    if (Math.abs(e) > to.max) to.max = Math.abs(e);
    return e * e;
  });
}

/** Blocks looked at in a channel, at least: their errors differ by far more than those of single values, so that eight do not tell the spread. */
const LEAST_BLOCKS = 32;

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
      const drawn = drawStratum(blocks, sampler.share, sampler.random, LEAST_BLOCKS);
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
