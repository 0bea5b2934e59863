import { chooseClip } from '../../core/clipping/choose.js';
import { tensorRun } from '../../core/clipping/runs.js';
import type { ClipRange, Scheme } from '../../core/formats/index.js';
import { exclusively, kernels } from '../../core/kernels/load.js';
import { planChunks, stage } from '../../core/kernels/staging.js';
import { workspace } from '../../core/kernels/workspace.js';
import { mergeMoments, NO_MOMENTS, statisticsOf, type Moments } from '../../core/statistics/merge.js';
import type { Statistics } from '../../core/statistics/moments.js';
import { closeSurvey, newSurvey, surveyChunk } from '../../core/statistics/survey.js';

/** Values of one run that go into moments and histogram; of more, blocks that are spread evenly. Extremes are of all values. */
const MOST = 1 << 15;
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
    add: (values) =>
      exclusively(() => {
        total += values.length;
        if (values.length === 0) return Promise.resolve();
        const sample = spread(values);
        if (kept.length === 0) kept = sample.slice(0, KEPT);
        const whole = { start: 0, outer: 1, channel: 0, channels: 1, inner: values.length };
        const space = workspace(planChunks({ ...source, shape: [values.length], elements: values.length }, values.length), 1);
        if (sample.length < values.length) {
          stage(values, whole, space.chunk, space.slab);
          kernels().extremes(space.chunk, values.length, 1, space.records);
          const [least, most] = space.extremesView;
          if (Number.isFinite(least) && least < lo) lo = least;
          if (Number.isFinite(most) && most > hi) hi = most;
        }
        const chunk = { ...whole, inner: sample.length };
        stage(sample, chunk, space.chunk, space.slab);
        const survey = newSurvey(1);
        surveyChunk(survey, chunk, space);
        closeSurvey(survey, space);
        moments = mergeMoments(moments, survey.moments);
        for (let i = 0; i < counts.length; i++) counts[i] += survey.counts[i];
        return Promise.resolve();
      }),
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

const source = { channelAxis: null, read: () => Promise.resolve(new Float32Array(0)) };

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
