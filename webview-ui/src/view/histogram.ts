/** A layer's histogram as a chart, a table and a sentence. */
import type { LayerHistogram, LayerReport } from '../../../src/report/types.js';
import { formatInterval, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { advisedError } from './schemes.js';

export interface Bar {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  /** Share of the bar's width outside the clip range, 0…1. */
  readonly outside: number;
}

export interface ClipMark {
  readonly lo: number;
  readonly hi: number;
}

/** Bins that show a distribution of `count` values without showing every value: 2√n, between 16 and 128. */
export const binsFor = (count: number): number => Math.min(128, Math.max(16, Math.round(2 * Math.sqrt(count))));

/** One bar per bin; all values of a constant tensor fall into a bin without width, which gets a little so that it can be seen. */
export function bars({ edges, counts }: LayerHistogram, clip: ClipMark | null): Bar[] {
  const flat = edges[edges.length - 1] - edges[0] <= 0;
  const pad = flat ? Math.abs(edges[0]) * 0.01 || 0.5 : 0;
  return Array.from(counts, (count, i) => {
    const lo = flat ? edges[0] - pad : edges[i];
    const hi = flat ? edges[0] + pad : edges[i + 1];
    const inside = clip && hi > lo ? Math.max(0, Math.min(hi, clip.hi) - Math.max(lo, clip.lo)) / (hi - lo) : 1;
    return { lo, hi, count, outside: 1 - inside };
  });
}

/** The clip range of a typical channel, by the medians of both ends; null where one range is for all. */
export function typicalClip(layer: LayerReport): ClipMark | null {
  const clips = advisedError(layer)?.clips;
  if (!clips || clips.length < 2) return null;
  const median = (end: 0 | 1) => clips.map((clip) => clip[end]).sort((a, b) => a - b)[clips.length >> 1];
  return { lo: median(0), hi: median(1) };
}

/** What the histogram says about the clip range. */
export function histogramReading(layer: LayerReport): string {
  const advised = advisedError(layer);
  if (!layer.advice || !advised) return t('No clip range is suggested for this layer.');
  const interval = formatInterval(layer.advice.clip);
  const typical = typicalClip(layer);
  if (typical) {
    const sentence = t('Each channel has its own clip range, typically {0} and at the widest {1}.', formatInterval(typical), interval);
    return `${sentence} ${
      advised.clippedFraction > 0 ? t('{0} of the weights are clipped.', formatShare(advised.clippedFraction)) : t('No weight is clipped.')
    }`;
  }
  return advised.clippedFraction > 0
    ? t(
        'Clipping to {0} saturates {1} of the weights and makes the steps finer for the rest.',
        interval,
        formatShare(advised.clippedFraction),
      )
    : t('The clip range {0} covers every weight.', interval);
}
