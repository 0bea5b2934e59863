import { scaleOf, type Scheme } from '../formats/index.js';
import { gridError, symmetricError, type ExpectedError } from './expectedError.js';
import type { Run } from './run.js';

/** Expected mean squared error of a scheme's format over clips, for a plot: entry i belongs to the clip range [−clips[i], clips[i]] (asymmetric formats: the run's range scaled alike). */
export interface ErrorCurve {
  readonly clips: readonly number[];
  readonly granular: readonly number[];
  readonly overload: readonly number[];
}

/**
 * The error at one clip range, granular and overload apart, as the mean over the run's values. Null for formats without a clip range of their own and for empty
 * runs.
 */
export function errorAt(scheme: Scheme, run: Run, lo: number, hi: number): ExpectedError | null {
  const { format } = scheme;
  const affine = scaleOf(format, { lo, hi });
  const largest = Math.max(-run.min, run.max);
  if (!affine || format.kind !== 'integer' || run.count === 0 || largest === 0) return null;
  const codes = affine.qmax - affine.qmin;
  const { granular, overload } =
    format.symmetric && format.narrow && !format.match
      ? symmetricError(run.magnitudes(), Math.max(-lo, hi), codes / 2)
      : gridError(run.signed(), (affine.qmin - affine.zeroPoint) * affine.scale, affine.scale, codes);
  return { granular: granular / run.count, overload: overload / run.count };
}

/** `points` clip ranges from a fiftieth of the run's range to all of it. */
export function errorCurve(scheme: Scheme, run: Run, points: number): ErrorCurve | null {
  const largest = Math.max(-run.min, run.max);
  const clips = Array.from({ length: points }, (_, i) => (largest * (i + 1 + points / 50)) / (points + points / 50));
  const errors = clips.flatMap((clip) => errorAt(scheme, run, (run.min * clip) / largest, (run.max * clip) / largest) ?? []);
  if (errors.length < points) return null;
  return { clips, granular: errors.map((e) => e.granular), overload: errors.map((e) => e.overload) };
}
