import { scaleOf, type ClipRange, type Scheme } from '../formats/index.js';
import { directClip, isDiscrete } from './directSearch.js';
import { overloadAbove, type Distribution } from './distribution.js';
import { gridError, symmetricError, type ExpectedError } from './expectedError.js';
import type { Run } from './run.js';

/** Each coarse candidate is this part of the one before; a curve's minimum is then found on a parabola through three of them. */
const RATIO = 0.84;
const MOST_STEPS = 60;

/**
 * The clip in (0, largest] with the least `error`. Goes down from `largest` until `overload` alone is worse than the best seen, so that outliers of any
 * size are got past.
 */
function searchClip(error: (clip: number) => number, overload: (clip: number) => number, largest: number): number {
  let best = largest;
  let least = error(largest);
  for (let i = 1, c = largest * RATIO; i < MOST_STEPS; i++, c *= RATIO) {
    const e = error(c);
    if (e < least) {
      least = e;
      best = c;
    } else if (overload(c) > least) break;
  }
  return refine(error, best, least, RATIO, largest);
}

const sum = ({ granular, overload }: ExpectedError): number => granular + overload;

/** The clip of the symmetric grid with `steps` levels on each side of zero that has the least expected squared error; `d` is a distribution of magnitudes. */
export function symmetricClip(d: Distribution, largest: number, steps: number): number {
  return searchClip(
    (c) => sum(symmetricError(d, c, steps)),
    (c) => overloadAbove(d, c),
    largest,
  );
}

/** Two rounds of a parabola in log c through the best candidate and its neighbours. */
function refine(error: (c: number) => number, start: number, startError: number, ratio: number, largest: number): number {
  let best = start;
  let least = startError;
  let r = ratio;
  for (let round = 0; round < 2; round++) {
    const below = error(best * r);
    const top = best / r;
    const above = error(top);
    const curvature = below - 2 * least + above;
    const from = best;
    const middle = least;
    if (below < least) [best, least] = [from * r, below];
    if (above < least && top <= largest) [best, least] = [top, above];
    if (curvature > 0 && Math.abs(below - above) < 2 * curvature) {
      const c = Math.min(largest, from * r ** ((above - below) / (2 * curvature)));
      const e = error(c);
      if (e < Math.min(least, middle)) [best, least] = [c, e];
    }
    r = Math.sqrt(Math.sqrt(r));
  }
  return best;
}

/**
 * The clip range with the least expected squared error of an asymmetric grid with `codes` + 1 levels, one of them zero; `d` is a signed distribution on
 * [min, max]. With few codes every zero point is tried; with many, the two ends are moved in turn.
 */
export function asymmetricClip(d: Distribution, min: number, max: number, codes: number): ClipRange {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const errorAt = (lo: number, step: number): number => sum(gridError(d, lo, step, codes));
  if (codes <= 15) {
    let best = { lo: low, hi: high };
    let least = Infinity;
    for (let below = 0; below <= codes; below++) {
      const above = codes - below;
      // The step at which the grid just reaches both ends: larger ones are of no use.
      const largest = Math.max(below > 0 ? -low / below : 0, above > 0 ? high / above : 0);
      if (largest === 0) continue;
      const error = (step: number): number => errorAt(-below * step, step);
      let step = largest;
      let e = error(step);
      for (let i = 1, s = largest * RATIO; i < MOST_STEPS && s * codes > (high - low) * 1e-4; i++, s *= RATIO) {
        const next = error(s);
        if (next < e) [step, e] = [s, next];
      }
      step = refine(error, step, e, RATIO, largest);
      e = error(step);
      if (e < least) {
        least = e;
        best = { lo: -below * step, hi: above * step };
      }
    }
    return best;
  }
  let lo = low;
  let hi = high;
  const error = (a: number, b: number): number => errorAt(a, (b - a) / codes);
  for (let round = 0; round < 3; round++) {
    if (hi > 0) hi = oneEnd((h) => error(lo, h), high, hi, round);
    if (lo < 0) lo = -oneEnd((l) => error(-l, hi), -low, -lo, round);
  }
  return { lo, hi };
}

/** Best value for one end in (0, largest]; the first round looks everywhere, later ones near the present value. */
function oneEnd(error: (c: number) => number, largest: number, present: number, round: number): number {
  let best = present;
  let least = error(present);
  const from = round === 0 ? largest : Math.min(largest, present / RATIO ** 2);
  for (let i = 0, c = from; i < (round === 0 ? MOST_STEPS : 5); i++, c *= RATIO) {
    const e = error(c);
    if (e < least) [best, least] = [c, e];
  }
  return refine(error, best, least, RATIO, largest);
}

/** Runs shorter than this are searched on their values. */
const SHORT = 64;

/** Clipping method `mse`: the least squared error of the scheme's own format. */
export function mseClip(scheme: Scheme, run: Run): ClipRange {
  const { format, rounding } = scheme;
  const { min, max } = run;
  const largest = Math.max(-min, max);
  if (run.count === 0 || largest === 0) return { lo: min, hi: max };
  const affine = scaleOf(format, { lo: min, hi: max });
  if (!affine || format.kind !== 'integer' || run.count < SHORT || isDiscrete(run.sample())) {
    return directClip(format, rounding, run.sample(), { lo: min, hi: max });
  }
  const codes = affine.qmax - affine.qmin;
  if (!format.symmetric) return asymmetricClip(run.signed(), min, max, codes);
  const clip = format.narrow
    ? symmetricClip(run.magnitudes(), largest, codes / 2)
    : searchClip(
        // A full-range grid has one level more on its negative side.
        (c) => sum(gridError(run.signed(), ((affine.qmin - affine.zeroPoint) * 2 * c) / codes, (2 * c) / codes, codes)),
        (c) => overloadAbove(run.magnitudes(), c),
        largest,
      );
  return { lo: -clip, hi: clip };
}
