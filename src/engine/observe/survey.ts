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

/** What is gathered of one value of the graph, run by run. Its size does not depend on how many there are. */
export interface ValueSurvey {
  add(values: Float32Array): Promise<void>;
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
    async add(values) {
      total += values.length;
      run = null;
      if (values.length === 0) return;
      const sample = evenBlocks(values, BLOCKS, BLOCK);
      if (kept.length === 0) kept = evenly(sample, KEPT).slice();
      count16(sample, counts);
      const { found, least, most } = await measure(values, sample);
      moments = mergeMoments(moments, found);
      if (Number.isFinite(least) && least < lo) lo = least;
      if (Number.isFinite(most) && most > hi) hi = most;
    },
    statistics: () => statisticsOf(exact()),
    energy: () => (moments.count > 0 ? energy(moments) / moments.count : 0),
    histogram: () => counts,
    run: seen,
    sample: () => kept,
    clip: (scheme) => chooseClip(scheme, seen()),
  };
}

/** Moments of a sample, and the smallest and largest of all values when there are more. */
const measure = (
  values: Float32Array,
  sample: Float32Array,
): Promise<{ readonly found: Moments; readonly least: number; readonly most: number }> =>
  exclusively(() => {
    const [x, record, pair] = layOut([values.byteLength, 11 * 8, 8]);
    const { memory, extremes, moments } = kernels();
    new Float32Array(memory.buffer, x, sample.length).set(sample);
    moments(x, sample.length, 1, record);
    const found = momentsAt(new Float64Array(memory.buffer, record, 11), 0);
    if (sample.length === values.length) return Promise.resolve({ found, least: NaN, most: NaN });
    new Float32Array(memory.buffer, x, values.length).set(values);
    extremes(x, values.length, 1, pair);
    const [least, most] = new Float32Array(memory.buffer, pair, 2);
    return Promise.resolve({ found, least, most });
  });
