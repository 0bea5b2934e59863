import { newCurve, type CurveSums } from '../clipping/curve.js';
import { codec, seeded, type ClipRange, type Quantizer, type Random } from '../formats/index.js';
import { without } from '../kernels/gaps.js';
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
  /** With details, where a clip range means something. */
  readonly curve: CurveSums | null;
}

/** How large a tensor is. */
export interface Extent {
  readonly elements: number;
  readonly channels: number;
}

/**
 * The look a scheme needs: several runs when its rounding is stochastic, one when values are missing (`gaps`) whose place a format without a zero would give an error, and
 * details when they are asked for. Null when the kernels do.
 */
export function lookFor(m: Measurement, tensor: Extent, gaps: boolean, details: boolean, seed: number): Look | null {
  const runs = m.scheme.rounding === 'stochastic' ? REPEATS : gaps && (m.by === 'format' || m.by === 'q4k') ? 1 : 0;
  if (runs === 0 && !details) return null;
  const repeats = Array.from({ length: runs }, (_, i) => ({ sums: noErrors(), random: seeded((seed - 1) * REPEATS + i + 1) }));
  if (!details) return { repeats, details: null, curve: null };
  const { channels, elements } = tensor;
  const { granularity } = m.scheme;
  const groups = granularity.kind === 'tensor' ? 1 : granularity.kind === 'channel' ? channels : elements / granularity.size;
  return { repeats, details: newDetails(elements), curve: newCurve(m.scheme, groups, elements / groups) };
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
