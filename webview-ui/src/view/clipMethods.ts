/** Clip ranges that methods chose, in words. */
import type { MethodClip } from '../../../src/report/clipStudy.js';
import { t } from '../text/l10n.js';
import { alike } from './clipRange.js';
import type { ClipMark } from './histogram.js';

/** A clip range that something chose. */
export interface ClipLane {
  readonly name: string;
  /** More words, for hovering and for those who do not see the picture. */
  readonly title: string;
  readonly clip: ClipMark;
  /** Narrower than `clip`: what is typical where there are several. */
  readonly typical?: ClipMark;
  /** dB; null when there is no error, undefined while it is not known. */
  readonly sqnrDb: number | null | undefined;
  /** Whether the range being looked at is this one. */
  readonly chosen: boolean;
}

/** What a method is called where room is short. */
export function methodName(method: string): string {
  switch (method) {
    case 'minmax':
      return t('min–max');
    case 'percentile':
      return t('percentile');
    default:
      return method.toUpperCase();
  }
}

/** What it does, in a few words. */
export function methodTitle(method: string): string {
  switch (method) {
    case 'minmax':
      return t('min–max: from the smallest to the largest value');
    case 'percentile':
      return t('percentile: leaves 0.001 % of the values outside');
    case 'mse':
      return t('MSE: the least squared error, rounding and saturation together');
    case 'kl':
      return t('KL: the least divergence between the distributions before and after');
    case 'aciq':
      return t('ACIQ: the least squared error of the bell curve or Laplace curve that fits best');
    case 'octav':
      return t('OCTAV: the least squared error, found by fixed-point iteration');
    default:
      return method;
  }
}

/** A lane for each; `range` is the one being looked at: of methods that agree on it the first is it. */
export const methodLanes = (methods: readonly MethodClip[], range: ClipMark | null): ClipLane[] => {
  const chosen = methods.findIndex((clip) => alike(range, clip));
  return methods.map(({ method, lo, hi, sqnrDb }, i) => ({
    name: methodName(method),
    title: methodTitle(method),
    clip: { lo, hi },
    sqnrDb,
    chosen: i === chosen,
  }));
};
