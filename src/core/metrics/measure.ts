import {
  codec,
  effectiveClip,
  floatScale,
  isScaledFloat,
  scaleOf,
  type ClipRange,
  type Format,
  type Quantizer,
  type Scheme,
} from '../formats/index.js';
import { kernels } from '../kernels/load.js';
import { Reach, writeAffine, writeFloat } from '../kernels/parameters.js';
import { addErrorSums, errorSumsOf, noErrors, type ErrorSums } from '../kernels/twins.js';
import { BLOCK, MOST_RUNS, PARAMETERS, parametersAt, readSums, sumsAt, valuesAt, type Workspace } from '../kernels/workspace.js';

/** A scheme on its way through a tensor. */
export interface Measurement {
  readonly scheme: Scheme;
  /** Its place among the schemes: where its parameters and sums are in the workspace. */
  readonly slot: number;
  /** Who measures: a kernel, or the format's own code. */
  readonly by: 'affine' | 'float' | 'q4k' | 'format';
  /** How far values go beyond the grid; for the kernel of integers. */
  readonly reach: Reach;
  /** 1 when values may lie outside the clip range, and when scales are not 1; for the kernel of floats. */
  readonly counting: 0 | 1;
  readonly scaled: 0 | 1;
  /** What the format's own code measured. */
  readonly sums: ErrorSums;
  /** Runs fitted and not yet measured, for the format's own code. */
  readonly fitted: { readonly quantizer: Quantizer; readonly lo: number; readonly hi: number }[];
  /** The widest clip range so far. */
  lo: number;
  hi: number;
  /** Of every channel, for channel granularity. */
  readonly clips: [number, number][];
}

/** `plain`: the values are outside the kernels' range. */
export const newMeasurement = (scheme: Scheme, slot: number, plain: boolean): Measurement => ({
  scheme,
  slot,
  by: plain ? 'format' : measuredBy(scheme),
  reach: reachOf(scheme),
  // The range of minmax holds all values, and so does that of a plain cast, whose range the kernels' values cannot leave but for narrow exponents.
  counting: scheme.clipping.method === 'minmax' && !isNarrowCast(scheme.format) ? 0 : 1,
  scaled: scheme.format.kind === 'float' && !isScaledFloat(scheme.format) ? 0 : 1,
  sums: noErrors(),
  fitted: [],
  lo: Infinity,
  hi: -Infinity,
  clips: [],
});

/** Under minmax nothing is outside, and where the grid ends at the largest magnitude nothing rounds past its end either. */
function reachOf({ format, clipping }: Scheme): Reach {
  const grid = format.kind === 'integer' && format.symmetric && format.narrow ? scaleOf(format, { lo: -1, hi: 1 }) : null;
  // A tool that is matched may scale by other rules.
  const symmetric = grid !== null && Math.abs(grid.scale * (grid.qmax - grid.zeroPoint) - 1) < 1e-6;
  if (clipping.method === 'minmax') return symmetric ? Reach.inside : Reach.rounded;
  return symmetric ? Reach.symmetric : Reach.anywhere;
}

const isNarrowCast = (format: Format): boolean => format.kind === 'float' && !isScaledFloat(format) && format.max < 2 ** 40;

/** Whether a format fits the scales of its own blocks, so that no clip range is chosen for it. */
export const scalesItself = (format: Format): boolean => codec(format).needs === 'blocks';

function measuredBy({ format, rounding }: Scheme): Measurement['by'] {
  if (rounding !== 'nearest-even') return 'format';
  if (scaleOf(format, { lo: -1, hi: 1 })) return 'affine';
  if (format.kind === 'ggml' && format.type === 'q4_k') return 'q4k';
  return format.kind === 'float' && format.overflow === 'saturate' && format.mantissa < 20 ? 'float' : 'format';
}

/**
 * Fits a scheme to run number `run` of those that are measured next, with the chosen clip range; returns the range that counts as its inside. `values` are
 * the run's, for formats that look at them.
 */
export function fit(space: Workspace, m: Measurement, run: number, clip: ClipRange, values: () => Float32Array): [number, number] {
  const { format } = m.scheme;
  const at = (m.slot * MOST_RUNS + run) * PARAMETERS;
  let { lo, hi } = clip;
  if (m.by === 'affine') {
    const { scale, zeroPoint, qmin, qmax } = scaleOf(format, clip)!;
    [lo, hi] = effectiveClip(format, clip);
    writeAffine(space.parameterFloats, at, scale, qmin - zeroPoint, qmax - zeroPoint, lo, hi);
  } else if (m.by === 'float' && format.kind === 'float') {
    [lo, hi] = isScaledFloat(format) ? effectiveClip(format, clip) : [-format.max, format.max];
    writeFloat(space.parameterFloats, space.parameterIntegers, at, format, floatScale(format, clip.lo, clip.hi), lo, hi);
  } else if (m.by === 'format' || values().length !== Q4K) {
    const { needs, fit: fitTo } = codec(format);
    const quantizer = fitTo(needs === 'values' || needs === 'blocks' ? values() : new Float32Array(0), clip);
    if (needs === 'clip') [lo, hi] = effectiveClip(format, clip);
    else ({ lo, hi } = quantizer.range);
    m.fitted[run] = { quantizer, lo, hi };
  }
  if (lo < m.lo) m.lo = lo;
  if (hi > m.hi) m.hi = hi;
  return [lo, hi];
}

/** Measures the errors of `runs` adjoining runs of `n` elements at address `x`, fitted as numbers 0 and up. */
export function measure(space: Workspace, m: Measurement, x: number, n: number, runs: number): void {
  if (m.by === 'q4k' && n === Q4K) measureQ4k(space, m, x, runs);
  else if (m.by === 'format' || m.by === 'q4k') measureByFormat(space, m, x, n, runs);
  else {
    const { affineErrors, floatErrors } = kernels();
    const parameters = parametersAt(space, m.slot);
    const sums = sumsAt(space, m.slot);
    if (m.by === 'affine') affineErrors(x, n, runs, parameters, sums, m.reach);
    else floatErrors(x, n, runs, parameters, sums, m.counting, m.scaled);
  }
}

/** All that was measured. */
export function totals(space: Workspace, m: Measurement): ErrorSums {
  const sums = readSums(space, m.slot);
  addErrorSums(sums, m.sums);
  return sums;
}

/** Elements of a super-block of q4_K; the last one of a channel may be shorter and is left to the format's own code. */
const Q4K = 256;

function measureQ4k(space: Workspace, { slot }: Measurement, x: number, runs: number): void {
  const { q4kFake, valueErrors } = kernels();
  const together = BLOCK / Q4K;
  for (let i = 0; i < runs; i += together) {
    const blocks = Math.min(together, runs - i);
    const at = x + i * Q4K * 4;
    q4kFake(at, blocks, space.quantized);
    valueErrors(at, space.quantized, blocks * Q4K, sumsAt(space, slot));
  }
}

let scratch = new Float32Array(0);

function measureByFormat(space: Workspace, { scheme, fitted, sums }: Measurement, x: number, n: number, runs: number): void {
  if (scratch.length < n) scratch = new Float32Array(n);
  const out = scratch.subarray(0, n);
  for (let i = 0; i < runs; i++) {
    const { quantizer, lo, hi } = fitted[i];
    const values = valuesAt(space, x + i * n * 4, n);
    quantizer.fakeQuantize(values, out, scheme.rounding);
    addErrorSums(sums, errorSumsOf(values, out, lo, hi));
  }
}
