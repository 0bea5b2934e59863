/** The error over clip ranges, as points and as a sentence. */
import type { ClipStudy } from '../../../src/report/clipStudy.js';
import { formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { methodName } from './clipMethods.js';
import { alike } from './clipRange.js';
import type { ClipMark } from './histogram.js';

export interface ClipCurvePoint {
  /** Of the full range, 0…1. */
  readonly ratio: number;
  /** The end that is larger in magnitude, in real units. */
  readonly end: number;
  /** dB of the signal; −Infinity where there is none. */
  readonly granular: number;
  readonly overload: number;
  readonly total: number;
}

/** Mean squared error `mse` in decibels of the signal's mean square. */
export const errorDb = (mse: number, power: number): number => (mse > 0 && power > 0 ? 10 * Math.log10(mse / power) : -Infinity);

export const clipCurve = ({ curve, power }: ClipStudy): readonly ClipCurvePoint[] =>
  Array.from(curve.ratios, (ratio, i) => ({
    ratio,
    end: curve.ends[i],
    granular: errorDb(curve.granular[i], power),
    overload: errorDb(curve.overload[i], power),
    total: errorDb(curve.granular[i] + curve.overload[i], power),
  }));

/** The range that some methods choose. */
export interface MethodPoint {
  /** Of those that agree on it. */
  readonly methods: readonly string[];
  /** Of the full range; both ends need not be narrowed alike. */
  readonly ratio: number;
  /** As in `ClipCurvePoint`. */
  readonly end: number;
  readonly total: number;
}

/** Ranges that methods choose, ascending; those without an error have no place on a scale of decibels. */
export function methodPoints(points: readonly ClipCurvePoint[], { methods }: ClipStudy): readonly MethodPoint[] {
  const whole = points.at(-1);
  if (!whole) return [];
  const told = methods.filter(({ sqnrDb }) => sqnrDb !== null);
  const apart = told.filter((clip, i) => told.findIndex((other) => alike(other, clip)) === i);
  return apart
    .map((clip) => ({
      methods: told.filter((other) => alike(other, clip)).map(({ method }) => methodName(method)),
      ratio: Math.min(1, Math.max(-clip.lo, clip.hi) / whole.end),
      end: Math.max(-clip.lo, clip.hi),
      total: -(clip.sqnrDb ?? 0),
    }))
    .sort((a, b) => a.ratio - b.ratio);
}

/** A clip range with the least error. */
export interface LeastError {
  readonly ratio: number;
  readonly end: number;
  readonly total: number;
}

/**
 * The range with the least error: of the ranges on the curve, or the one that was searched for, which lies between them where both ends are alike. Undefined without values.
 */
export function leastError(points: readonly ClipCurvePoint[], { methods, symmetric }: ClipStudy): LeastError | undefined {
  const best = points.reduce<LeastError | undefined>((least, point) => (least && least.total <= point.total ? least : point), undefined);
  const searched = methods.find(({ method }) => method === 'mse');
  const whole = points.at(-1);
  if (!best || !whole || !symmetric || !searched || searched.sqnrDb === null || -searched.sqnrDb >= best.total) return best;
  return { ratio: Math.min(1, searched.hi / whole.end), end: searched.hi, total: -searched.sqnrDb };
}

/** How much of the full range a range takes. */
export const ratioOf = ({ lo, hi }: ClipMark, full: ClipMark): number => Math.max(-lo, hi) / Math.max(-full.lo, full.hi);

export function clipCurveReading(points: readonly ClipCurvePoint[], study: ClipStudy): string {
  const best = leastError(points, study);
  const whole = points.at(-1);
  if (!best || !whole || !Number.isFinite(best.total)) return t('There is no error to speak of.');
  if (best.ratio >= 0.995) return t('One range for all does best where it is full: {0} dB SQNR.', formatDb(-best.total));
  return t(
    'One range for all does best at {0} of the full range (up to {1}): {2} dB SQNR, {3} dB without clipping.',
    formatShare(best.ratio),
    formatReal(best.end),
    formatDb(-best.total),
    formatDb(-whole.total),
  );
}
