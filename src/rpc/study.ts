/** What is asked of one layer while a user looks at it; page, host and worker say it alike. */
import type { ChannelRanges, ClipError, ClipStudy } from '../report/clipStudy.js';
import type { ClipReport, LayerHistogram, ValueStats } from '../report/types.js';

/** Which value of which layer is meant, and under which scheme. */
export interface ValueQuestion {
  readonly index: number;
  readonly value: 'input' | 'output';
  readonly scheme: string;
  /** What the report says of it, for workers in which the model was not run: the host adds it. */
  readonly stats?: ValueStats;
}

/** `index` is that of the layer; `channel` null is the whole weight. All are of the model that was analyzed last. */
export type StudyMethods = {
  /** Histogram of one channel of the weight, over its own range. */
  channelHistogram: {
    params: { readonly index: number; readonly channel: number; readonly bins: number };
    result: LayerHistogram;
    progress: never;
  };
  /**
   * The error of the weight under a scheme at a clip range of the user's own, one for all the values, or at the scheme's own when null. Told from every value when
   * `exact` or when `clip` is null, else expected from their distribution, which takes next to no time.
   */
  weightError: {
    params: {
      readonly index: number;
      readonly scheme: string;
      readonly clip: ClipReport | null;
      readonly channel: number | null;
      readonly exact: boolean;
    };
    result: ClipError;
    progress: never;
  };
  /** What clip ranges do under a scheme's format; null when it has none to choose. */
  clipStudy: {
    params: { readonly index: number; readonly scheme: string; readonly channel: number | null };
    result: ClipStudy | null;
    progress: never;
  };
  /** How the values of every channel are spread. */
  channelRanges: { params: { readonly index: number }; result: ChannelRanges; progress: never };
  /** Histograms of the weights of several layers over their full ranges, `bins` counts each, one behind the other; zeros for layers without figures. */
  histograms: {
    params: { readonly indices: readonly number[]; readonly bins: number };
    result: { readonly counts: Float32Array };
    progress: never;
  };
  /** The error that a value the layer takes in or gives is expected to have under a scheme at a clip range; null when the model was not run. */
  valueError: {
    params: ValueQuestion & { readonly clip: ClipReport };
    result: ClipError | null;
    progress: never;
  };
  /** What clip ranges do to such a value under a scheme's format; null as with `valueError`, and for formats that have no range to choose. */
  valueClips: { params: ValueQuestion; result: ClipStudy | null; progress: never };
};

export const studyMethods: readonly (keyof StudyMethods)[] = [
  'channelHistogram',
  'weightError',
  'clipStudy',
  'channelRanges',
  'histograms',
  'valueError',
  'valueClips',
];
