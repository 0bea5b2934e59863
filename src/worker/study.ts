import type { Analysis } from '../analysis/pipeline.js';
import { valueClips, valueError } from '../analysis/valueStudy.js';
import { tensorSource } from '../analysis/weights.js';
import { weightStudy, type WeightStudy } from '../analysis/weightStudy.js';
import { openModel } from '../model/open.js';
import type { ActivationStats, ValueStats } from '../report/types.js';
import type { Handlers } from '../rpc/rpc.js';
import type { StudyMethods, ValueQuestion } from '../rpc/study.js';
import type { ModelLocation } from '../rpc/worker.js';
import { withModel } from './input.js';

/** What studies are of: the model that was analyzed last, and what its run saw of values by now. */
export interface Studied {
  readonly location: ModelLocation;
  readonly analysis: Analysis;
  readonly values: ReadonlyMap<number, ActivationStats | null>;
}

function studyOf(location: ModelLocation, index: number): WeightStudy {
  return weightStudy((use) =>
    withModel(location, async ({ source, siblings }) => {
      const { layers } = await openModel(source, siblings);
      if (!(index in layers)) throw new RangeError(`there is no layer ${index}; the model has ${layers.length}`);
      return use(tensorSource(layers[index].weight, layers[index].channelAxis));
    }),
  );
}

const buffers = (arrays: readonly ArrayBufferView[]): ArrayBuffer[] => arrays.map(({ buffer }) => buffer as ArrayBuffer);

/** Answers about single layers. One weight at a time is kept in memory: the one that was asked about last. */
export function studyHandlers(studied: () => Promise<Studied>): Handlers<StudyMethods> {
  let open: { readonly analysis: Analysis; readonly index: number; readonly study: WeightStudy } | undefined;
  const study = async (index: number): Promise<WeightStudy> => {
    const { location, analysis } = await studied();
    if (open?.index !== index || open.analysis !== analysis) open = { analysis, index, study: studyOf(location, index) };
    return open.study;
  };
  const statsOf = async ({ index, value, stats }: ValueQuestion): Promise<ValueStats | undefined | null> =>
    (await studied()).values.get(index)?.[value] ?? stats;
  return {
    async channelHistogram({ index, channel, bins }, { signal, transfer }) {
      const histogram = await (await study(index)).histogram(channel, bins, signal);
      transfer(buffers([histogram.edges, histogram.counts]));
      return histogram;
    },

    async weightError({ index, scheme, clip, channel, exact }, { signal }) {
      const weight = await study(index);
      return clip === null || exact ? weight.measure(scheme, clip, channel, signal) : weight.estimate(scheme, clip, channel, signal);
    },

    async clipStudy({ index, scheme, channel }, { signal, transfer }) {
      const clips = await (await study(index)).clips(scheme, channel, signal);
      if (clips) transfer(buffers(Object.values(clips.curve)));
      return clips;
    },

    async channelRanges({ index }, { signal, transfer }) {
      const ranges = await (await study(index)).channels(signal);
      const { min, low, median, high, max } = ranges;
      transfer(buffers([min, low, median, high, max]));
      return ranges;
    },

    async histograms({ indices, bins }, { transfer }) {
      const { analysis } = await studied();
      const counts = new Float32Array(indices.length * bins);
      indices.forEach((index, i) => {
        const { counts: own } = analysis.histogram(index, bins);
        counts.set(own, i * bins);
      });
      transfer(buffers([counts]));
      return { counts };
    },

    async valueError(question) {
      const stats = await statsOf(question);
      return stats ? valueError(stats, question.scheme, question.clip) : null;
    },

    async valueClips(question, { transfer }) {
      const stats = await statsOf(question);
      const clips = stats ? valueClips(stats, question.scheme) : null;
      if (clips) transfer(buffers(Object.values(clips.curve)));
      return clips;
    },
  };
}
