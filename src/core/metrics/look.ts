import { codec, seeded, type ClipRange, type Quantizer, type Random } from '../formats/index.js';
import { addErrorSums, errorSumsOf, noErrors, type ErrorSums } from '../kernels/twins.js';
import { addDetails, newDetails, type DetailSums } from './details.js';
import type { Measurement } from './measure.js';

/** Runs with stochastic rounding, each with random numbers of its own, over which mean and spread are taken. */
export const REPEATS = 5;

/** A closer look at a scheme than the kernels take, by the format's own code. */
export interface Look {
  /** Sums over each repeat, when they stand in for what the kernels would measure; none otherwise. */
  readonly repeats: readonly { readonly sums: ErrorSums; readonly random: Random }[];
  readonly details: DetailSums | null;
}

/**
 * The look a scheme needs: several runs when its rounding is stochastic, one when values are missing (`gaps`) whose place a format without a zero would give an error, and
 * details when they are asked for. Null when the kernels do.
 */
export function lookFor(m: Measurement, elements: number, gaps: boolean, details: boolean): Look | null {
  const runs = m.scheme.rounding === 'stochastic' ? REPEATS : gaps && (m.by === 'format' || m.by === 'q4k') ? 1 : 0;
  if (runs === 0 && !details) return null;
  const repeats = Array.from({ length: runs }, (_, i) => ({ sums: noErrors(), random: seeded(i + 1) }));
  return { repeats, details: details ? newDetails(elements) : null };
}

const NOTHING = new Float32Array(0);

/** The quantizer of run number `run`, which was just fitted with `clip`. */
export function quantizerOf(m: Measurement, run: number, clip: ClipRange, values: () => Float32Array): Quantizer {
  if (m.by === 'format') return m.fitted[run].quantizer;
  const { needs, fit } = codec(m.scheme.format);
  return fit(needs === 'values' || needs === 'blocks' ? values() : NOTHING, clip);
}

/**
 * Looks at values of one run. `gaps` are the offsets of those that were not finite and are zero here: they count in nothing. [lo, hi] is the clip range of the
 * run.
 */
export function lookAt(
  { repeats, details }: Look,
  { scheme: { rounding } }: Measurement,
  quantizer: Quantizer,
  [lo, hi]: readonly [number, number],
  values: Float32Array,
  gaps: Uint32Array,
): void {
  const out = new Float32Array(values.length);
  for (const { sums, random } of repeats) {
    quantizer.fakeQuantize(values, out, rounding, random);
    addErrorSums(sums, errorSumsOf(without(values, gaps), without(out, gaps), lo, hi));
  }
  if (!details) return;
  const codes = quantizer.encode(values, rounding, repeats[0]?.random);
  const decoded = quantizer.decode(codes);
  addDetails(details, without(values, gaps), without(decoded, gaps), without(codes, gaps), lo, hi);
}

/** Values without those at `gaps`, which ascend. */
export function without<T extends Float32Array | Int32Array>(values: T, gaps: Uint32Array): T {
  if (gaps.length === 0) return values;
  let next = 0;
  return values.filter((_: number, i: number) => {
    if (gaps[next] !== i) return true;
    next++;
    return false;
  }) as T;
}

/** Offsets of values that are not finite, ascending. */
export function gapsOf(values: Float32Array): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) found.push(i);
  return Uint32Array.from(found);
}

/** Those of `gaps` in [from, to), as offsets from `from`. */
export function gapsBetween(gaps: Uint32Array, from: number, to: number): Uint32Array {
  if (gaps.length === 0) return gaps;
  const first = lowerBound(gaps, from);
  return gaps.subarray(first, lowerBound(gaps, to)).map((at) => at - from);
}

function lowerBound(sorted: Uint32Array, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}
