import { chooseClip } from '../../core/clipping/choose.js';
import type { Run } from '../../core/clipping/run.js';
import { tensorRun } from '../../core/clipping/runs.js';
import type { ClipRange, Scheme } from '../../core/formats/index.js';
import { exclusively, kernels, layOut } from '../../core/kernels/load.js';
import { count16 } from '../../core/statistics/count16.js';
import { energy, mergeMoments, momentsAt, NO_MOMENTS, statisticsOf, type Moments } from '../../core/statistics/merge.js';
import { evenBlocks, evenly } from '../../core/statistics/evenly.js';
import type { Statistics } from '../../core/statistics/moments.js';

/** Values of one run that go into moments and histogram; of more, blocks that are spread evenly. Extremes are of all values. */
const BLOCKS = 16;
const BLOCK = 1 << 10;
/** Values that are kept as they are. */
const KEPT = 4096;

/** What one run tells of a value. */
export interface Glance {
  readonly total: number;
  /** Blocks of values that are spread evenly, or all. */
  readonly sample: Float32Array;
  /** Smallest and largest finite value of all; Infinity and -Infinity where `sample` is all. */
  readonly least: number;
  readonly most: number;
}

/** What is gathered of one value of the graph, run by run. Its size does not depend on how many there are. */
export interface ValueSurvey {
  add(seen: Glance): Promise<void>;
  /** Values taken in so far. */
  readonly total: number;
  statistics(): Statistics;
  /** Mean square of the values that `statistics` counts. */
  energy(): number;
  histogram(): Uint32Array;
  /** The values so far as clipping methods see them. */
  run(): Run;
  /** Some of the values of the first run. */
  sample(): Float32Array;
  /** The range that a scheme of tensor granularity clips to. */
  clip(scheme: Scheme): ClipRange;
}

export function valueSurvey(): ValueSurvey {
  let moments: Moments = NO_MOMENTS;
  let lo = Infinity;
  let hi = -Infinity;
  let total = 0;
  let kept = new Float32Array(0);
  const counts = new Uint32Array(65536);
  let run: Run | null = null;
  const exact = (): Moments =>
    moments.count > 0 ? { ...moments, min: Math.min(moments.min, lo), max: Math.max(moments.max, hi) } : moments;
  const seen = (): Run => {
    const { count, zeros, min, max } = exact();
    return (run ??= tensorRun({ count, zeros, min, max }, counts, () => kept, null));
  };
  return {
    get total() {
      return total;
    },
    async add({ total: values, sample, least, most }) {
      total += values;
      run = null;
      if (values === 0) return;
      if (kept.length === 0) kept = evenly(sample, KEPT).slice();
      count16(sample, counts);
      moments = mergeMoments(moments, await measure(sample));
      if (least < lo) lo = least;
      if (most > hi) hi = most;
    },
    statistics: () => statisticsOf(exact()),
    energy: () => (moments.count > 0 ? energy(moments) / moments.count : 0),
    histogram: () => counts,
    run: seen,
    sample: () => kept,
    clip: (scheme) => chooseClip(scheme, seen()),
  };
}

/** Values that are looked through at once, so that the kernels' copy of them stays in the processor's caches. */
const STRETCH = 1 << 15;

export async function glance(values: Float32Array): Promise<Glance> {
  const sample = evenBlocks(values, BLOCKS, BLOCK);
  let [least, most] = [Infinity, -Infinity];
  if (sample.length < values.length)
    await exclusively(() => {
      const [x, pair] = layOut([4 * STRETCH, 8]);
      const { memory, extremes } = kernels();
      const found = new Float32Array(memory.buffer, pair, 2);
      for (let from = 0; from < values.length; from += STRETCH) {
        const stretch = values.subarray(from, from + STRETCH);
        new Float32Array(memory.buffer, x, stretch.length).set(stretch);
        extremes(x, stretch.length, 1, pair);
        if (found[0] < least && found[0] !== -Infinity) least = found[0];
        if (found[1] > most && found[1] !== Infinity) most = found[1];
      }
      return Promise.resolve();
    });
  return { total: values.length, sample, least, most };
}

/** What a run tells of a value that is computed from another one, element by element, by a function that does not fall. */
export const through = (rising: (x: number) => number, { total, sample, least, most }: Glance): Glance => ({
  total,
  sample: sample.map(rising),
  least: least === Infinity ? Infinity : rising(least),
  most: most === -Infinity ? -Infinity : rising(most),
});

/** Moments of a sample. */
const measure = (sample: Float32Array): Promise<Moments> =>
  exclusively(() => {
    const [x, record] = layOut([sample.byteLength, 11 * 8]);
    const { memory, moments } = kernels();
    new Float32Array(memory.buffer, x, sample.length).set(sample);
    moments(x, sample.length, 1, record);
    return Promise.resolve(momentsAt(new Float64Array(memory.buffer, record, 11), 0));
  });
