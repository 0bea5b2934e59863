import { codec, clippable, effectiveClip, scaleOf, type Affine, type Clippable, type ClipRange, type Scheme } from '../formats/index.js';
import { evenly } from '../statistics/evenly.js';
import type { ErrorCurve } from './errorCurve.js';
import { gridError, symmetricError, type ExpectedError } from './expectedError.js';
import { pointsOf, valuesAsPoints, type Points } from './points.js';
import type { Run } from './run.js';

/** Clips of a curve, each a ninth more than the one before. */
const POINTS = 40;
const RATIOS: readonly number[] = Array.from({ length: POINTS }, (_, i) => 64 ** (i / (POINTS - 1) - 1));

/** Runs of fewer values than this, and runs of few different ones, are looked at value by value. */
const FEW = 256;
/** Values of such a run that are looked at, at most. */
export const VALUES = 512;
/** Points for a bucket; more where chance adds to the error. */
const EACH = 2;
/** Values or buckets that all groups together are looked at in, about. */
const BUDGET = 1 << 18;

/** A curve on its way through the groups of a tensor. */
export interface CurveSums {
  /** Every so many groups one is taken in. */
  readonly every: number;
  readonly granular: Float64Array;
  readonly overload: Float64Array;
  elements: number;
}

/** Sums for a tensor of `groups` groups of `length` values; null for formats without a clip range (see `clippable`). */
export function newCurve({ format }: Scheme, groups: number, length: number): CurveSums | null {
  if (!clippable(format)) return null;
  const every = Math.max(1, Math.ceil((groups * Math.min(length, VALUES)) / BUDGET));
  return { every, granular: new Float64Array(POINTS), overload: new Float64Array(POINTS), elements: 0 };
}

/** Adds a group. `tensor` is the range of the whole tensor. */
export function addToCurve(to: CurveSums, scheme: Scheme, run: Run, tensor: ClipRange): void {
  if (run.count === 0) return;
  const error = errorOver(scheme, run, tensor)!;
  to.elements += run.count;
  RATIOS.forEach((ratio, i) => {
    const { granular, overload } = error({ lo: run.min * ratio, hi: run.max * ratio });
    to.granular[i] += granular;
    to.overload[i] += overload;
  });
}

/** The curve; null when there were no values. `largest` is the tensor's largest magnitude when it shares one scale. */
export function curveOf({ granular, overload, elements }: CurveSums, largest: number | null): ErrorCurve | null {
  if (elements === 0) return null;
  const mean = (sums: Float64Array): number[] => Array.from(sums, (sum) => sum / elements);
  return {
    ratios: RATIOS,
    ...(largest === null ? {} : { clips: RATIOS.map((ratio) => ratio * largest) }),
    granular: mean(granular),
    overload: mean(overload),
    elements,
  };
}

/** Whether errors of a run are told by single values: where its distribution does not tell enough. */
export const valueByValue = (run: Run): boolean => run.count < FEW || run.discrete();

/**
 * The squared error of a run under a scheme as a function of its clip range, summed over the values; null for formats without one. Grids of one step are told by
 * the run's distribution, other formats by their own code on values that stand for it.
 */
export function errorOver(scheme: Scheme, run: Run, tensor: ClipRange): ((clip: ClipRange) => ExpectedError) | null {
  const { format, rounding } = scheme;
  const found = clippable(format);
  if (!found) return null;
  const few = valueByValue(run);
  const nearest = rounding === 'nearest-even' || rounding === 'nearest-away';
  let points: Points | undefined;
  return (clip) => {
    const affine = few || !nearest ? null : scaleOf(found.format, clip);
    if (affine) return affineError(affine, run, effectiveClip(found.format, clip));
    points ??= few
      ? valuesAsPoints(evenly(run.values(), VALUES), run.count)
      : pointsOf(run.signed(), rounding === 'stochastic' ? 4 * EACH : EACH);
    return pointsError(found, scheme, points, clip, tensor);
  };
}

/** Expected error at one clip range of a whole tensor, as the mean over its values. Null for formats without a clip range and for empty runs. */
export function errorAt(scheme: Scheme, run: Run, lo: number, hi: number): ExpectedError | null {
  const error = run.count === 0 ? null : errorOver(scheme, run, { lo: run.min, hi: run.max });
  if (!error) return null;
  const { granular, overload } = error({ lo, hi });
  return { granular: granular / run.count, overload: overload / run.count };
}

function affineError({ scale, zeroPoint, qmin, qmax }: Affine, run: Run, [lo, hi]: readonly [number, number]): ExpectedError {
  const [below, above] = [zeroPoint - qmin, qmax - zeroPoint];
  return below === above
    ? symmetricError(run.magnitudes(), above * scale, above, Math.max(-lo, hi))
    : gridError(run.signed(), -below * scale, scale, below + above, { lo, hi }, { lo: run.min, hi: run.max });
}

const NOTHING = new Float32Array(0);

function pointsError(
  { format, byValues }: Clippable,
  { rounding }: Scheme,
  points: Points,
  clip: ClipRange,
  tensor: ClipRange,
): ExpectedError {
  const { values, weights } = points;
  const narrowed = byValues ? values.map((v) => Math.min(clip.hi, Math.max(clip.lo, v))) : NOTHING;
  const quantizer = codec(format).fit(narrowed, byValues ? tensor : clip);
  const { lo, hi } = quantizer.range;
  const [from, to] = byValues ? [lo, hi] : effectiveClip(format, clip);
  const out = new Float32Array(values.length);
  quantizer.fakeQuantize(values, out, rounding);
  let granular = 0;
  let overload = 0;
  for (let i = 0; i < values.length; i++) {
    const square = weights[i] * (out[i] - values[i]) ** 2;
    if (values[i] < from || values[i] > to) overload += square;
    else granular += square;
  }
  return { granular, overload };
}
