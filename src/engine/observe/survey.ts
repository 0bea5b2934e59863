import { chooseClip } from '../../core/clipping/choose.js';
import { tensorRun } from '../../core/clipping/runs.js';
import type { ClipRange, Scheme } from '../../core/formats/index.js';
import { exclusively, kernels, layOut } from '../../core/kernels/load.js';
import { mergeMoments, NO_MOMENTS, statisticsOf, type Moments } from '../../core/statistics/merge.js';
import type { Statistics } from '../../core/statistics/moments.js';

/** Values of one run that go into moments and histogram; of more, blocks that are spread evenly. Extremes are of all values. */
const MOST = 1 << 14;
const BLOCK = 1 << 10;
/** Values that are kept as they are. */
const KEPT = 4096;

/** What is gathered of one value of the graph, run by run. Its size does not depend on how many there are. */
export interface ValueSurvey {
  add(values: Float32Array): Promise<void>;
  /** Values taken in so far. */
  readonly total: number;
  statistics(): Statistics;
  histogram(): Uint32Array;
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
  const exact = (): Moments =>
    moments.count > 0 ? { ...moments, min: Math.min(moments.min, lo), max: Math.max(moments.max, hi) } : moments;
  return {
    get total() {
      return total;
    },
    async add(values) {
      total += values.length;
      if (values.length === 0) return;
      const sample = spread(values);
      if (kept.length === 0) kept = sample.slice(0, KEPT);
      const found = momentsOf(sample);
      count16(sample, counts);
      moments = mergeMoments(moments, found);
      if (sample.length === values.length) return;
      const [least, most] = await extremesOf(values);
      if (Number.isFinite(least) && least < lo) lo = least;
      if (Number.isFinite(most) && most > hi) hi = most;
    },
    statistics: () => statisticsOf(exact()),
    histogram: () => counts,
    clip(scheme) {
      const { count, zeros, min, max } = exact();
      return chooseClip(
        scheme,
        tensorRun({ count, zeros, min, max }, counts, () => kept, null),
      );
    },
  };
}

/** Smallest and largest of many values. */
const extremesOf = (values: Float32Array): Promise<readonly [number, number]> =>
  exclusively(() => {
    const [x, out] = layOut([values.byteLength, 8]);
    const { memory, extremes } = kernels();
    new Float32Array(memory.buffer, x, values.length).set(values);
    extremes(x, values.length, 1, out);
    const [least, most] = new Float32Array(memory.buffer, out, 2);
    return Promise.resolve([least, most] as const);
  });

/** Central moments in two passes. */
function momentsOf(x: Float32Array): Moments {
  let [count, zeros, nan, inf, total] = [0, 0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (const v of x) {
    if (v - v !== 0) {
      if (Number.isNaN(v)) nan++;
      else inf++;
      continue;
    }
    count++;
    total += v;
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  if (count === 0) return { ...NO_MOMENTS, nan, inf };
  const mean = total / count;
  let [m2, m3, m4] = [0, 0, 0];
  for (const v of x) {
    if (v - v !== 0) continue;
    const d = v - mean;
    const d2 = d * d;
    m2 += d2;
    m3 += d2 * d;
    m4 += d2 * d2;
  }
  return { count, mean, m2, m3, m4, min, max, zeros, nan, inf };
}

/** Counts finite values by their upper 16 bits. */
function count16(x: Float32Array, counts: Uint32Array): void {
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  for (const word of bits) {
    const bucket = word >>> 16;
    if ((bucket & 0x7f80) !== 0x7f80) counts[bucket]++;
  }
}

function spread(values: Float32Array): Float32Array {
  if (values.length <= MOST) return values;
  const out = new Float32Array(MOST);
  const blocks = MOST / BLOCK;
  for (let b = 0; b < blocks; b++) {
    const from = Math.floor(((values.length - BLOCK) * b) / (blocks - 1));
    out.set(values.subarray(from, from + BLOCK), b * BLOCK);
  }
  return out;
}
