import type { ClipRange, Scheme } from '../formats/index.js';
import { evenly } from '../statistics/evenly.js';
import { errorOver } from './curve.js';
import { directClip, searchFactors } from './directSearch.js';
import type { Distribution } from './distribution.js';
import { gridTotal, symmetricTotal } from './expectedError.js';
import type { Run } from './run.js';

/** Each candidate of the first round is this part of the one before. */
const RATIO = 0.84;
const MOST_STEPS = 60;
/** Granular error grows and overload error falls with the clip, both convex, so their sum has one valley; it is left at this much above the best. */
const OUT_OF_THE_VALLEY = 1.2;

/**
 * The clip in (0, largest] with the least `error`: down from `largest` in steps of a fixed ratio, then by parabolas in log c through the best and its
 * neighbours, each round on a finer step. Where the values end abruptly, as a uniform distribution does, the valley is narrow and close to `largest`: the last of
 * the `steps` levels is best half a step inside.
 */
function searchClip(error: (clip: number) => number, largest: number, steps: number, rounds: number): number {
  let best = largest;
  let least = error(largest);
  let above = Infinity;
  let below = Infinity;
  let before = least;
  for (let i = 1, c = largest * RATIO; i < MOST_STEPS; i++, c *= RATIO) {
    const e = error(c);
    if (e < least) {
      best = c;
      least = e;
      above = before;
      below = Infinity;
    } else if (below === Infinity) below = e;
    if (e > OUT_OF_THE_VALLEY * least) break;
    before = e;
  }
  if (best === largest) above = error(largest / RATIO);
  const found = descend(error, best, least, below, above, largest, rounds);
  const inside = (largest * steps) / (steps + 0.5);
  return found > inside && error(inside) < error(found) ? inside : found;
}

/** Parabolas through (c·r, below), (c, least) and (c/r, above), with r nearer to 1 in each round. */
function descend(
  error: (c: number) => number,
  start: number,
  startError: number,
  startBelow: number,
  startAbove: number,
  largest: number,
  rounds: number,
): number {
  let best = start;
  let least = startError;
  let [below, above, r] = [startBelow, startAbove, RATIO];
  for (let round = 0; ; round++) {
    const curvature = below - 2 * least + above;
    if (curvature > 0 && curvature < Infinity) {
      const c = Math.min(largest, best * r ** Math.min(1, Math.max(-1, (above - below) / (2 * curvature))));
      const e = error(c);
      if (e < least) {
        best = c;
        least = e;
      }
    }
    if (round + 1 >= rounds) return best;
    r = Math.sqrt(Math.sqrt(r));
    below = error(best * r);
    above = error(best / r);
    if (below < least && below <= above) {
      best *= r;
      [least, above, below] = [below, least, error(best * r)];
    } else if (above < least && best / r <= largest) {
      best /= r;
      [least, below, above] = [above, least, error(best / r)];
    }
  }
}

/** A step about a guessed clip: wide enough to hold the valley of a channel much like the one before. */
const NEAR = 0.93;

/** The clip near `guess` with the least `error`, by one parabola; null when the valley is not there. */
function nearClip(error: (clip: number) => number, guess: number, largest: number): number | null {
  const least = error(guess);
  const below = error(guess * NEAR);
  const above = error(guess / NEAR);
  if (!(below >= least && above >= least && above + below > 2 * least)) return null;
  return Math.min(largest, guess * NEAR ** ((above - below) / (2 * (below - 2 * least + above))));
}

/** The clip of the symmetric grid with `steps` levels on each side of zero that has the least expected squared error; `d` is a distribution of magnitudes. */
export function symmetricClip(d: Distribution, largest: number, steps: number, rounds = 3): number {
  return searchClip((c) => symmetricTotal(d, c, steps), largest, steps, rounds);
}

/**
 * The clip range with the least expected squared error of an asymmetric grid with `codes` + 1 levels, one of them zero; `d` is a signed distribution on
 * [min, max]. With few codes every zero point is tried; with many, the two ends are moved in turn.
 */
export function asymmetricClip(d: Distribution, min: number, max: number, codes: number): ClipRange {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const errorAt = (lo: number, step: number): number => gridTotal(d, lo, step, codes);
  if (codes <= 15) {
    let best = { lo: low, hi: high };
    let least = Infinity;
    for (let below = 0; below <= codes; below++) {
      // Codes below zero are of no use where no values are.
      if (below > 0 && low === 0) break;
      const above = codes - below;
      // The step at which the grid just reaches both ends: larger ones are of no use.
      const largest = Math.max(below > 0 ? -low / below : 0, above > 0 ? high / above : 0);
      if (largest === 0) continue;
      const error = (step: number): number => errorAt(-below * step, step);
      const step = searchClip(error, largest, Math.max(below, above), 2);
      const e = error(step);
      if (e < least) {
        least = e;
        best = { lo: 0 - below * step, hi: above * step }; // no -0, which JSON does not know
      }
    }
    return best;
  }
  let lo = low;
  let hi = high;
  const error = (a: number, b: number): number => errorAt(a, (b - a) / codes);
  for (let round = 0; round < 3; round++) {
    if (hi > 0) hi = oneEnd((h) => error(lo, h), high, hi, codes, round);
    if (lo < 0) lo = -oneEnd((l) => error(-l, hi), -low, -lo, codes, round);
  }
  return { lo, hi };
}

/** Best value for one end in (0, largest]; the first round looks everywhere, later ones near the present value. */
function oneEnd(error: (c: number) => number, largest: number, present: number, codes: number, round: number): number {
  if (round === 0) return searchClip(error, largest, codes, 1);
  return descend(error, present, error(present), error(present * RATIO), error(present / RATIO), largest, 2);
}

/** Runs shorter than this are searched on their values. */
const SHORT = 64;
/** Values that such a search looks at, at most. */
const SAMPLE = 4096;
/** Runs longer than this get one round more: the search is then small beside one pass over the values. */
const LONG = 16384;

/** Channels of a tensor are much alike: the clip is looked for where the last one's was, as a multiple of the root mean square. */
function symmetricAround(scheme: Scheme, run: Run, largest: number, steps: number, rounds: number): ClipRange {
  const d = run.magnitudes();
  const rms = Math.sqrt(d.above2[0] / d.above0[0]);
  const last = run.hints?.get(scheme);
  const guess = last === undefined ? Infinity : last * rms;
  const near = guess < largest * NEAR ? nearClip((c) => symmetricTotal(d, c, steps), guess, largest) : null;
  const clip = near ?? symmetricClip(d, largest, steps, rounds);
  run.hints?.set(scheme, clip / rms);
  return { lo: -clip, hi: clip };
}

/**
 * Clipping method `mse`: the least squared error of the scheme's own format and rounding. Grids that round to the nearest are searched on the run's distribution, others on values
 * that stand for it, and runs too short or too discrete for one on themselves.
 */
export function mseClip(scheme: Scheme, run: Run): ClipRange {
  const { format, rounding } = scheme;
  const { min, max } = run;
  const largest = Math.max(-min, max);
  if (run.count === 0 || largest === 0) return { lo: min, hi: max };
  const range = { lo: min, hi: max };
  const nearest = rounding === 'nearest-even' || rounding === 'nearest-away';
  const isGrid = format.kind === 'integer' && format.bits > 1 && nearest;
  const error = isGrid ? null : errorOver(scheme, run, range);
  // Counting before the values are probed brings them into the cache all at once.
  if (isGrid && format.symmetric && run.count >= SHORT) run.magnitudes();
  if (run.count < SHORT || run.discrete() || !(isGrid || error)) return directClip(format, rounding, evenly(run.values(), SAMPLE), range);
  if (error)
    return searchFactors(range, (clip) => {
      const { granular, overload } = error(clip);
      return granular + overload;
    });
  if (format.kind !== 'integer') return range;
  const codes = (1 << format.bits) - (format.narrow ? 2 : 1);
  if (!format.symmetric) return asymmetricClip(run.signed(), min, max, codes);
  const rounds = run.count > LONG ? 3 : 2;
  if (format.narrow) return symmetricAround(scheme, run, largest, codes / 2, rounds);
  const clip = searchClip((c) => gridTotal(run.signed(), (-(codes + 1) * c) / codes, (2 * c) / codes, codes), largest, codes / 2, rounds);
  return { lo: -clip, hi: clip };
}
