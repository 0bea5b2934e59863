import { errorAt } from '../core/clipping/curve.js';
import { countAbove } from '../core/clipping/distribution.js';
import type { Run } from '../core/clipping/run.js';
import { clippable, effectiveClip, makeScheme, type ClipRange, type Format, type Scheme } from '../core/formats/index.js';
import { sqnrDb } from '../core/metrics/tensorError.js';
import type { ClipError } from '../report/clipStudy.js';

/** `scheme` with a clip range of the user's own, which holds zero, in place of what its clipping method chooses. */
export const withClip = ({ format, granularity, rounding }: Scheme, { lo, hi }: ClipRange): Scheme =>
  makeScheme(format, { granularity, clipping: { method: 'fixed', lo: Math.min(0, lo), hi: Math.max(0, hi) }, rounding });

/** Whether a user may choose a clip range under a format. */
export const takesClip = (format: Format): boolean =>
  clippable(format)?.byValues === false && makeScheme(format, { clipping: { method: 'mse' } }).clipping.method === 'mse';

/**
 * The error of values under a scheme with one clip range for all, expected from their distribution. `power` is the mean of their squares. Throws RangeError for formats
 * under which no range can be chosen.
 */
export function expectedError(scheme: Scheme, clip: ClipRange, run: Run, power: number): ClipError {
  if (!takesClip(scheme.format)) throw new RangeError(`${scheme.text} takes no clip range`);
  const [lo, hi] = effectiveClip(scheme.format, clip);
  const { granular, overload } = errorAt(scheme, run, lo, hi) ?? { granular: 0, overload: 0 };
  const mse = granular + overload;
  const signed = run.signed();
  // Buckets at the ends reach beyond the values.
  const above = hi >= run.max ? 0 : countAbove(signed, hi);
  const below = lo <= run.min ? 0 : run.count - countAbove(signed, lo);
  return {
    clip: { lo, hi },
    sqnrDb: sqnrDb(power, mse),
    mse,
    granularMse: granular,
    overloadMse: overload,
    clippedFraction: Math.min(1, Math.max(0, (above + below) / Math.max(1, run.count))),
    how: 'estimated',
  };
}
