import { kernels, layOut } from './load.js';
import { PARAMETER_BYTES } from './parameters.js';
import { chunkLength, slabBytes, type ChunkPlan } from './staging.js';

/** Elements that are taken through all schemes before the next: 32 KB of float32, which stays in the nearest caches. */
export const BLOCK = 8192;
/** Runs that one kernel call takes at most. */
export const MOST_RUNS = 4096;
/** Bytes for the counts of one run: 12 octaves of 32 buckets and a sign, or 2048 equal bins. */
const LOG_BYTES = 2048 * 4;

/** Where things are in the kernels' memory while a tensor is analyzed. Views are of the memory's present buffer. */
export interface Workspace {
  readonly chunk: number;
  readonly slab: number;
  readonly histogram: number;
  readonly log: number;
  readonly records: number;
  readonly parameters: number;
  readonly out: number;
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly histograms: Uint32Array;
  readonly logTable: Uint32Array;
  readonly recordView: Float64Array;
  readonly extremesView: Float32Array;
  readonly parameterFloats: Float32Array;
  readonly parameterIntegers: Int32Array;
  readonly sums: Float64Array;
}

/** Lays a workspace out for tensors of this plan. */
export function workspace(plan: ChunkPlan): Workspace {
  const slabs = plan.chunks.reduce((most, c) => Math.max(most, slabBytes(c)), 0);
  const largest = plan.chunks.reduce((most, c) => Math.max(most, chunkLength(c)), 0);
  const lengths = [largest * 4, slabs, 2 * 65536 * 4, LOG_BYTES, MOST_RUNS * 88, MOST_RUNS * PARAMETER_BYTES, 48];
  const [chunk, slab, histogram, log, records, parameters, out] = layOut(lengths);
  const { buffer } = kernels().memory;
  return {
    chunk,
    slab,
    histogram,
    log,
    records,
    parameters,
    out,
    floats: new Float32Array(buffer),
    integers: new Int32Array(buffer),
    histograms: new Uint32Array(buffer, histogram, 2 * 65536),
    logTable: new Uint32Array(buffer, log, LOG_BYTES / 4),
    recordView: new Float64Array(buffer, records, MOST_RUNS * 11),
    extremesView: new Float32Array(buffer, records, MOST_RUNS * 2),
    parameterFloats: new Float32Array(buffer, parameters, (MOST_RUNS * PARAMETER_BYTES) / 4),
    parameterIntegers: new Int32Array(buffer, parameters, (MOST_RUNS * PARAMETER_BYTES) / 4),
    sums: new Float64Array(buffer, out, 6),
  };
}

/** Counts of `n` staged values at address `x` by sign and magnitude; a view that the next call overwrites. */
export function countLog(space: Workspace, x: number, n: number, base: number, buckets: number): Uint32Array {
  const table = space.logTable.subarray(0, 2 * buckets);
  table.fill(0);
  kernels().histogramLog(x, n, base, buckets, space.log);
  return table;
}

/** Counts of the magnitudes of `n` staged values at address `x` in `bins` equal bins over [0, largest]; a view that the next call overwrites. */
export function countAbsolute(space: Workspace, x: number, n: number, largest: number, bins: number): Uint32Array {
  const table = space.logTable.subarray(0, bins);
  table.fill(0);
  kernels().histogramAbsolute(x, n, Math.fround(bins / largest), bins, space.log);
  return table;
}

/** `n` staged values at address `x`. */
export const valuesAt = (space: Workspace, x: number, n: number): Float32Array => space.floats.subarray(x / 4, x / 4 + n);
