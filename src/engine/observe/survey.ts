import { chooseClip } from '../../core/clipping/choose.js';
import type { Run } from '../../core/clipping/run.js';
import { tensorRun } from '../../core/clipping/runs.js';
import type { ClipRange, Scheme } from '../../core/formats/index.js';
import { bitsFromFloat, floatFromBits } from '../../core/kernels/bits.js';
import { exclusively, kernels, layOut } from '../../core/kernels/load.js';
import { count16 } from '../../core/statistics/count16.js';
import { evenBlockStarts, evenly } from '../../core/statistics/evenly.js';
import { BUCKETS } from '../../core/statistics/histogram.js';
import { energy, mergeMoments, momentsAt, NO_MOMENTS, statisticsOf, type Moments } from '../../core/statistics/merge.js';
import type { Statistics } from '../../core/statistics/moments.js';
import { toSparse, type SparseHistogram } from '../../core/statistics/sparse.js';
import { clamped, type Clamp } from './kinds.js';

/** Values next to each other that go into moments and histogram: blocks that are spread evenly over what comes in a run. Extremes are of all values. */
const BLOCK = 1 << 10;
/** Blocks of all runs together, about, and of one. */
const BLOCKS = 64;
const MOST = 16;
const FEWEST = 4;
/** Values that are kept as they are. */
const KEPT = 4096;
/** Values that are looked through at once, so that the kernels' copy of them stays in the processor's caches. */
const STRETCH = 1 << 15;

/** What was gathered of one value of the graph, over all runs. Its size does not depend on how many there are. */
export interface ValueSurvey {
  /** Values taken in so far. */
  total(): number;
  statistics(): Statistics;
  /** Mean square of the values that `statistics` counts. */
  energy(): number;
  histogram(): SparseHistogram;
  /** The values so far as clipping methods see them. */
  run(): Run;
  /** Some of the values of the first run. */
  sample(): Float32Array;
  /** The range that a scheme of tensor granularity clips to. */
  clip(scheme: Scheme): ClipRange;
}

/** A survey that values are given to. */
export interface OpenSurvey extends ValueSurvey {
  /** Takes in the values of a run. */
  add(values: Float32Array): Promise<void>;
  /** Widens the range to what was found elsewhere. */
  widen(least: number, most: number): void;
  /** A survey of what a clamp makes of the values; to be asked for before any are added. */
  through(clamp: Clamp): ValueSurvey;
}

/** @param runs how often values are going to be added */
export function valueSurvey(runs = 1): OpenSurvey {
  const blocks = Math.max(FEWEST, Math.min(MOST, Math.ceil(BLOCKS / runs)));
  const counts = new Uint32Array(BUCKETS);
  const own = gathering({ lo: -Infinity, hi: Infinity }, () => toSparse({ counts }));
  const all = [own];
  return {
    ...own,
    add: (values) =>
      exclusively(() => {
        take(all, counts, values, blocks);
        return Promise.resolve();
      }),
    widen: (least, most) => all.forEach((each) => each.widen(least, most)),
    through(clamp) {
      const made = gathering(clamp, () => clampedCounts(own.histogram(), clamp));
      all.push(made);
      return made;
    },
  };
}

/** A survey of what a clamp makes of values. */
interface Gathering extends ValueSurvey {
  readonly clamp: Clamp;
  /** @param sample some of `values` values, clamped, and their moments */
  take(values: number, sample: Float32Array, found: Moments): void;
  /** @param least, most ends before the clamp */
  widen(least: number, most: number): void;
}

function gathering(clamp: Clamp, count: () => SparseHistogram): Gathering {
  let moments: Moments = NO_MOMENTS;
  let [lo, hi] = [Infinity, -Infinity];
  let total = 0;
  let kept = new Float32Array(0);
  let counted: SparseHistogram | null = null;
  let run: Run | null = null;
  const exact = (): Moments =>
    moments.count > 0 ? { ...moments, min: Math.min(moments.min, lo), max: Math.max(moments.max, hi) } : moments;
  const histogram = (): SparseHistogram => (counted ??= count());
  const seen = (): Run => {
    const { count, zeros, min, max } = exact();
    return (run ??= tensorRun({ count, zeros, min, max }, histogram(), () => kept, null));
  };
  return {
    clamp,
    take(values, sample, found) {
      total += values;
      counted = run = null;
      if (kept.length === 0) kept = evenly(sample, KEPT).slice();
      moments = mergeMoments(moments, found);
    },
    widen(least, most) {
      run = null;
      if (least < Infinity) lo = Math.min(lo, clamped(least, clamp));
      if (most > -Infinity) hi = Math.max(hi, clamped(most, clamp));
    },
    total: () => total,
    statistics: () => statisticsOf(exact()),
    energy: () => (moments.count > 0 ? energy(moments) / moments.count : 0),
    histogram,
    run: seen,
    sample: () => kept,
    clip: (scheme) => chooseClip(scheme, seen()),
  };
}

/** Looks at the values of a run and adds what it sees to `all`, and counts them. The kernels have to be its own. */
function take(all: readonly Gathering[], counts: Uint32Array, values: Float32Array, blocks: number): void {
  if (values.length === 0) return;
  const starts = evenBlockStarts(values.length, blocks, BLOCK);
  const length = starts ? blocks * BLOCK : values.length;
  const [x, record, stretch] = layOut([4 * length, 11 * 8, starts ? 4 * STRETCH : 0]);
  const { memory, moments, extremes, clamp } = kernels();
  const sample = new Float32Array(memory.buffer, x, length);
  const stage = (): void => {
    if (starts) starts.forEach((from, b) => sample.set(values.subarray(from, from + BLOCK), b * BLOCK));
    else sample.set(values);
  };
  all.forEach((each, i) => {
    stage();
    if (i > 0) clamp(x, length, each.clamp.lo, each.clamp.hi);
    else count16(sample, counts);
    const kept = each.sample().length === 0 ? sample.slice() : sample;
    // What is not finite is blanked here.
    moments(x, length, 1, record);
    each.take(values.length, kept, momentsAt(new Float64Array(memory.buffer, record, 11), 0));
  });
  if (!starts) return;
  const found = new Float32Array(memory.buffer, record, 2);
  let [least, most] = [Infinity, -Infinity];
  for (let from = 0; from < values.length; from += STRETCH) {
    const some = values.subarray(from, from + STRETCH);
    new Float32Array(memory.buffer, stretch, some.length).set(some);
    extremes(stretch, some.length, 1, record);
    if (found[0] < least && found[0] !== -Infinity) least = found[0];
    if (found[1] > most && found[1] !== Infinity) most = found[1];
  }
  for (const each of all) each.widen(least, most);
}

/** Counts by upper 16 bits of values that are moved to the ends when they lie beyond: whole buckets move, for an end is in the bucket of what moves to it. */
function clampedCounts({ buckets, counts }: SparseHistogram, { lo, hi }: Clamp): SparseHistogram {
  const [below, above] = [bitsFromFloat(lo) >>> 16, bitsFromFloat(hi) >>> 16];
  const moved = new Uint32Array(BUCKETS);
  for (let i = 0; i < buckets.length; i++) {
    const b = buckets[i];
    // The values in the bucket are between these.
    const inner = floatFromBits(b << 16);
    const outer = floatFromBits(((b << 16) | 0xffff) >>> 0);
    const isBelow = lo === 0 ? b >= 0x8000 : Math.max(inner, outer) < lo;
    moved[isBelow ? below : Math.min(inner, outer) > hi ? above : b] += counts[i];
  }
  return toSparse({ counts: moved });
}
