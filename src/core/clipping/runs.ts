import type { Scheme } from '../formats/index.js';
import { countAbsolute, countLog, valuesAt, type Workspace } from '../kernels/workspace.js';
import { fillMagnitudes, magnitudesIn } from './magnitudes.js';
import { gapsBetween, without } from '../kernels/gaps.js';
import { toSparse, type SparseHistogram } from '../statistics/sparse.js';
import { isDiscrete } from './directSearch.js';
import { bucketsFor, countAbove, emptyDistribution, fillFromLog, fromHistogram, type Distribution } from './distribution.js';
import type { Known, Run } from './run.js';

/** Octaves and `shift` of the distributions of single channels and blocks: 32 buckets to an octave. */
export const RUN_OCTAVES = 12;
export const RUN_SHIFT = 18;

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

function equalBins(d: Distribution, largest: number, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  let above = countAbove(d, 0);
  for (let i = 0; i < bins; i++) {
    const next = countAbove(d, (largest * (i + 1)) / bins);
    counts[i] = Math.max(0, above - next);
    above = next;
  }
  return counts;
}

function spreadOf(x: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const v of x) sum += v;
  const mean = x.length === 0 ? 0 : sum / x.length;
  for (const v of x) squares += (v - mean) ** 2;
  return x.length === 0 ? 0 : Math.sqrt(squares / x.length);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A whole tensor, told by its counts by upper 16 bits; `values` are its values, or those of a part of it. */
export function tensorRun(
  known: Known,
  counts: Uint32Array | SparseHistogram,
  values: () => Float32Array,
  absolute: Run['absolute'] | null,
): Run {
  const min = finite(known.min);
  const max = finite(known.max);
  const largest = Math.max(-min, max, 0);
  const histogram = once(() => ('buckets' in counts ? counts : toSparse({ counts })));
  const magnitudes = once(() => fromHistogram(histogram(), largest, false));
  // Several clipping methods look at the same bins.
  const equal = new Map<number, Float64Array>();
  const equally = (bins: number): Float64Array => {
    const found = equal.get(bins) ?? equalBins(magnitudes(), largest, bins);
    equal.set(bins, found);
    return found;
  };
  return {
    count: known.count,
    zeros: known.zeros,
    min,
    max,
    magnitudes,
    signed: once(() => fromHistogram(histogram(), largest, true)),
    absolute: absolute ?? equally,
    values,
    std: () => known.std ?? spreadOf(values()),
    discrete: once(() => isDiscrete(values())),
  };
}

/** What stands for the values of a run that are not all staged: counts as `histogramLog` makes them from bucket `base` on, and some of the values. */
export interface Remembered {
  /** Values counted, with zeros for those that are not finite. */
  elements: number;
  base: number;
  table: Uint32Array;
  sample: Float32Array;
}

/**
 * A run that is moved from one channel or block to the next. There may be a million of them, so nothing is allocated per run: `at` gives the same object each
 * time, and its distributions hold until the next.
 */
export interface MovingRun {
  /** The run of `n` values staged at address `x`. */
  at(x: number, n: number, known: Known, remembered?: Remembered): Run;
}

/** `gaps` are the offsets of staged values that are not finite. */
export function movingRun(space: Workspace, gaps: Uint32Array): MovingRun {
  let x = 0;
  let n = 0;
  let largest = 0;
  let remembered: Remembered | undefined;
  let std: number | undefined;
  // Made when the first method asks for them: most do not.
  const distributions: { magnitudes?: Distribution; signed?: Distribution } = {};
  const ready = { magnitudes: false, signed: false };
  let discrete: boolean | undefined;
  const values = (): Float32Array => {
    if (remembered) return remembered.sample;
    const from = (x - space.chunk) / 4;
    return without(valuesAt(space, x, n), gapsBetween(gaps, from, from + n));
  };
  const missing = (): number => (remembered?.elements ?? n) - run.count;
  const distribution = (which: 'magnitudes' | 'signed'): Distribution => {
    if (!ready[which]) {
      const { base, buckets } = bucketsFor(largest, RUN_OCTAVES, RUN_SHIFT);
      if (remembered) space.countsView.set(remembered.table);
      else countLog(space, x, n, base, buckets);
      if (which === 'signed') {
        distributions.signed ??= emptyDistribution(1, RUN_OCTAVES, RUN_SHIFT, true);
        fillFromLog(distributions.signed, largest, space.countsView, missing());
      } else {
        distributions.magnitudes ??= magnitudesIn(space);
        fillMagnitudes(distributions.magnitudes, space, largest, missing());
      }
      ready[which] = true;
    }
    return distributions[which]!;
  };
  const run = {
    count: 0,
    zeros: 0,
    min: 0,
    max: 0,
    hints: new Map<Scheme, number>(),
    magnitudes: () => distribution('magnitudes'),
    signed: () => distribution('signed'),
    absolute: (bins: number) => {
      if (remembered) return equalBins(distribution('magnitudes'), largest, bins);
      const counts = countAbsolute(space, x, n, largest, bins);
      counts[0] -= missing();
      return counts;
    },
    values,
    std: () => (std ??= spreadOf(values())),
    discrete: () => (discrete ??= isDiscrete(values())),
  };
  return {
    at: (address, length, known, memory) => {
      x = address;
      n = length;
      remembered = memory;
      run.count = known.count;
      run.zeros = known.zeros;
      run.min = finite(known.min);
      run.max = finite(known.max);
      largest = Math.max(-run.min, run.max, 0);
      std = known.std;
      discrete = undefined;
      ready.magnitudes = false;
      ready.signed = false;
      return run;
    },
  };
}
