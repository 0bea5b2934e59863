import { kernels, layOut } from './load.js';
import { chunkLength, slabBytes, type ChunkPlan } from './staging.js';
import type { ErrorSums } from './twins.js';

/** Elements that are taken through all schemes before the next: 32 KB of float32, which stays in the nearest caches. */
export const BLOCK = 8192;
/** Runs that one kernel call takes at most. */
export const MOST_RUNS = 1024;
/** Float32 words of one run's parameters, for every kernel that takes them. */
export const PARAMETERS = 8;
/** Float64 words of one run's record of moments, and of one scheme's sums. */
const RECORD = 11;
const SUMS = 4;
/** Float64 words of each of the five arrays of a run's distribution: its buckets and one more. */
export const DISTRIBUTION = 12 * 32 + 1;
/** Words for the counts of one run: 12 octaves of 32 buckets and a sign, or 2048 equal bins. */
const COUNTS = 2048;

/** Where things are in the kernels' memory while a tensor is analyzed. Views are of the memory's present buffer. */
export interface Workspace {
  /** Address of the staged chunk that is looked at. */
  readonly chunk: number;
  /** Addresses of all chunks of the plan, in order: as many different ones as may be in memory together. */
  readonly chunks: readonly number[];
  readonly slab: number;
  readonly histogram: number;
  readonly counts: number;
  /** The distribution of a run's magnitudes. */
  readonly distribution: number;
  readonly records: number;
  readonly parameters: number;
  readonly sums: number;
  /** Room for `BLOCK` quantized values. */
  readonly quantized: number;
  /** All memory as float32. */
  readonly floats: Float32Array;
  readonly histogramView: Uint32Array;
  readonly countsView: Uint32Array;
  /** Records of moments, or pairs of extremes. */
  readonly recordView: Float64Array;
  readonly extremesView: Float32Array;
  /** Parameters of `MOST_RUNS` runs for each scheme. */
  readonly parameterFloats: Float32Array;
  readonly parameterIntegers: Int32Array;
  readonly sumsView: Float64Array;
}

/** Lays a workspace out for tensors of this plan and `schemes` schemes. */
export function workspace(plan: ChunkPlan, schemes: number): Workspace {
  const slabs = plan.chunks.reduce((most, c) => Math.max(most, slabBytes(c)), 0);
  const lengths = plan.chunks.map(chunkLength);
  const places = plan.kept ? lengths : [Math.max(...lengths)];
  const parameterWords = schemes * MOST_RUNS * PARAMETERS;
  const [slab, histogram, counts, distribution, records, parameters, sums, quantized, ...staged] = layOut([
    slabs,
    2 * 65536 * 4,
    COUNTS * 4,
    5 * DISTRIBUTION * 8,
    MOST_RUNS * RECORD * 8,
    parameterWords * 4,
    schemes * SUMS * 8,
    BLOCK * 4,
    ...places.map((length) => length * 4),
  ]);
  const { buffer } = kernels().memory;
  const histogramView = new Uint32Array(buffer, histogram, 2 * 65536);
  const sumsView = new Float64Array(buffer, sums, schemes * SUMS);
  histogramView.fill(0);
  sumsView.fill(0);
  return {
    chunk: staged[0] ?? 0,
    chunks: lengths.map((_, i) => staged[i] ?? staged[0]),
    slab,
    histogram,
    counts,
    distribution,
    records,
    parameters,
    sums,
    quantized,
    floats: new Float32Array(buffer),
    histogramView,
    countsView: new Uint32Array(buffer, counts, COUNTS),
    recordView: new Float64Array(buffer, records, MOST_RUNS * RECORD),
    extremesView: new Float32Array(buffer, records, MOST_RUNS * 2),
    parameterFloats: new Float32Array(buffer, parameters, parameterWords),
    parameterIntegers: new Int32Array(buffer, parameters, parameterWords),
    sumsView,
  };
}

/** Address of the parameters of the first run of scheme `slot`, and of its sums. */
export const parametersAt = (space: Workspace, slot: number): number => space.parameters + slot * MOST_RUNS * PARAMETERS * 4;
export const sumsAt = (space: Workspace, slot: number): number => space.sums + slot * SUMS * 8;

/** The sums that the kernels gathered for scheme `slot`. */
export function readSums({ sumsView }: Workspace, slot: number): ErrorSums {
  const at = slot * SUMS;
  return {
    squares: sumsView[at],
    products: sumsView[at + 1],
    max: Math.sqrt(sumsView[at + 2]),
    outside: sumsView[at + 3],
  };
}

/** Counts of `n` staged values at address `x` by sign and magnitude; a view that the next call overwrites. */
export function countLog(space: Workspace, x: number, n: number, base: number, buckets: number): Uint32Array {
  space.countsView.fill(0, 0, 2 * buckets);
  kernels().histogramLog(x, n, base, buckets, space.counts);
  return space.countsView;
}

/** Counts of the magnitudes of `n` staged values at address `x` in `bins` ≤ 2048 equal bins over [0, largest]; a view that the next call overwrites. */
export function countAbsolute(space: Workspace, x: number, n: number, largest: number, bins: number): Uint32Array {
  const table = space.countsView.subarray(0, bins);
  table.fill(0);
  kernels().histogramAbsolute(x, n, Math.fround(bins / largest), bins, space.counts);
  return table;
}

/** `n` staged values at address `x`. */
export const valuesAt = (space: Workspace, x: number, n: number): Float32Array => space.floats.subarray(x / 4, x / 4 + n);
