import { countAbove, emptyDistribution, fillFromLog, type Distribution } from './distribution.js';
import type { Run } from './run.js';

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
const SAMPLE = 4096;

/** At most 4096 of the values, evenly spaced. */
export function evenly(x: Float32Array, most: number = SAMPLE): Float32Array {
  if (x.length <= most) return x;
  const stride = x.length / most;
  return Float32Array.from({ length: most }, (_, i) => x[Math.floor(i * stride)]);
}

/** What a run is made of; everything but the numbers is computed when it is first asked for. */
export interface RunSource {
  readonly count: number;
  readonly zeros: number;
  /** ±Infinity when nothing was counted. */
  readonly min: number;
  readonly max: number;
  distribution(largest: number, signed: boolean): Distribution;
  /** Counts of |x| in equal bins over [0, largest]; null when the values are not at hand, and the distribution has to stand for them. */
  absolute(largest: number, bins: number): ArrayLike<number> | null;
  sample(): Float32Array;
}

export function makeRun(source: RunSource): Run {
  const { count, zeros } = source;
  const min = finite(source.min);
  const max = finite(source.max);
  const largest = Math.max(-min, max, 0);
  const magnitudes = once(() => source.distribution(largest, false));
  return {
    count,
    zeros,
    min,
    max,
    magnitudes,
    signed: once(() => source.distribution(largest, true)),
    absolute: (bins) => source.absolute(largest, bins) ?? equalBins(magnitudes(), largest, bins),
    sample: once(() => source.sample()),
  };
}

function equalBins(d: Distribution, largest: number, bins: number): Float64Array {
  const above = Float64Array.from({ length: bins + 1 }, (_, i) => countAbove(d, (largest * i) / bins));
  return Float64Array.from({ length: bins }, (_, i) => Math.max(0, above[i] - above[i + 1]));
}

/** Octaves and `shift` of the distributions of single channels and blocks: 32 buckets to an octave. */
export const RUN_OCTAVES = 12;
export const RUN_SHIFT = 18;

/** The distribution of a channel or block from its counts by sign and magnitude, made as the `histogramLog` kernel does with `bucketsFor` its largest. */
export function runDistribution(largest: number, signed: boolean, table: Uint32Array): Distribution {
  const d = emptyDistribution(largest, RUN_OCTAVES, RUN_SHIFT, signed);
  fillFromLog(d, table);
  return d;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
