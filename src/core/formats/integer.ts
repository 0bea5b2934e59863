import { affineQuantizer, float32Scale, magnitude, smallestNormal, type Affine } from './affine.js';
import { elementwise } from './elementwise.js';
import { SchemeError } from './errors.js';
import { onnxRuntimeAffine } from './onnxruntime.js';
import type { ClipRange, Codec, Family, Format, Quantizer } from './types.js';

export type IntegerFormat = Extract<Format, { kind: 'integer' }>;

/** Smallest and largest code. */
export function integerRange({ bits, signed, narrow }: IntegerFormat): readonly [number, number] {
  // Shifts, for a power costs more than the rest of a scale, and there is one for every channel.
  const codes = (1 << bits) - (narrow ? 1 : 0);
  const qmin = signed ? -(1 << (bits - 1)) + (narrow ? 1 : 0) : 0;
  return [qmin, qmin + codes - 1];
}

/** One bit cannot be symmetric and hold a zero: such a format has two levels, ±half the step. */
export const isTwoLevel = (format: IntegerFormat): boolean => format.bits === 1 && format.symmetric;

/**
 * Scale and zero point of a clip range, widened to include zero. Computed in float64, the scale then rounded to float32.
 * A range too small for a float32 scale (an all-zero tensor) gives scale 1. Formats that match ONNX Runtime are scaled as it does.
 */
export function integerAffine(format: IntegerFormat, clip: ClipRange): Affine {
  if (format.match) return onnxRuntimeAffine(format, clip);
  const [qmin, qmax] = integerRange(format);
  if (format.symmetric) {
    const half = 1 << (format.bits - 1);
    const zeroPoint = format.signed ? 0 : half - (format.narrow ? 1 : 0);
    return { scale: float32Scale((2 * magnitude(clip.lo, clip.hi)) / (qmax - qmin), half), zeroPoint, qmin, qmax };
  }
  const lo = Math.min(clip.lo, 0);
  const scale = (Math.max(clip.hi, 0) - lo) / (qmax - qmin);
  if (!(scale >= smallestNormal) || !Number.isFinite(scale)) return { scale: 1, zeroPoint: 0, qmin, qmax };
  // −lo is not negative, so half-even and half-away differ only on exact ties; numpy's round is half-even.
  const z = qmin - lo / scale;
  const floor = Math.floor(z);
  const zeroPoint = z - floor === 0.5 ? floor + (Math.abs(floor) % 2) : Math.round(z);
  return { scale: float32Scale(scale, 2 ** format.bits - 1), zeroPoint: Math.min(Math.max(zeroPoint, qmin), qmax), qmin, qmax };
}

/** Codes qmin → −Δ/2 and qmin + 1 → +Δ/2 with Δ = max|clip|; zero and NaN count as positive. */
function twoLevelQuantizer(format: IntegerFormat, clip: ClipRange): Quantizer {
  const low = format.signed ? -1 : 0;
  const half = float32Scale(magnitude(clip.lo, clip.hi) / 2);
  return {
    parameters: { scale: half },
    range: { lo: -half, hi: half },
    ...elementwise(
      (v) => (v < 0 ? low : low + 1),
      (q) => (q === low ? -half : half),
    ),
  };
}

function codec(format: IntegerFormat): Codec {
  return {
    needs: 'clip',
    fit: (_, clip) => (isTwoLevel(format) ? twoLevelQuantizer(format, clip) : affineQuantizer(integerAffine(format, clip))),
  };
}

function spell({ bits, signed, symmetric, narrow }: IntegerFormat): string {
  const symmetry = symmetric === signed ? '' : symmetric ? '-sym' : '-asym';
  return `${signed ? '' : 'u'}int${bits}${symmetry}${narrow === symmetric ? '' : narrow ? '-narrow' : '-full'}`;
}

/** The plain ones first. */
function everyFormat(): IntegerFormat[] {
  const bits = Array.from({ length: 16 }, (_, i) => i + 1);
  const kinds = [0, 1, 2, 3].flatMap((turn) =>
    [true, false].map((signed) => ({ signed, symmetric: signed !== turn >= 2, odd: turn % 2 === 1 })),
  );
  return kinds.flatMap(({ signed, symmetric, odd }) =>
    bits.filter((b) => b > 1 || !odd).map((b) => ({ kind: 'integer' as const, bits: b, signed, symmetric, narrow: symmetric !== odd })),
  );
}

const spelling = /^(u?)int(\d+)((?:-[a-z]+)*)$/;

export const integer: Family<IntegerFormat> = {
  kind: 'integer',
  spellings: everyFormat().map(spell),
  parse: (text) => {
    const match = spelling.exec(text);
    if (!match) return null;
    const signed = match[1] === '';
    const bits = Number(match[2]);
    if (bits < 1 || bits > 16) {
      throw new SchemeError('format', text, 'has a width outside 1…16 bits', `${match[1]}int${bits < 1 ? 1 : 16}${match[3]}`);
    }
    const modifiers = match[3].split('-').slice(1);
    if (modifiers.some((m) => !['sym', 'asym', 'narrow', 'full'].includes(m))) return null;
    const has = (m: string): boolean => modifiers.includes(m);
    const plain = `${match[1]}int${bits}`;
    if ((has('sym') && has('asym')) || (has('narrow') && has('full'))) throw new SchemeError('format', text, 'contradicts itself', plain);
    const symmetric = has('sym') || (signed && !has('asym'));
    const narrow = has('narrow') || (symmetric && !has('full'));
    if (bits === 1 && narrow && !symmetric) throw new SchemeError('format', text, 'leaves a single code', plain);
    return { kind: 'integer', bits, signed, symmetric, narrow: bits === 1 ? symmetric : narrow };
  },
  spell,
  traits: (format) => ({
    // A float32 scale per run and, when asymmetric, a zero point as wide as a code.
    storage: { payload: format.bits, run: 32 + (format.symmetric ? 0 : format.bits), tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: true, clipping: true, rounding: true },
    rounding: 'nearest-even',
  }),
  codec,
  doc: {
    title: 'Linear integer',
    spelling: '`int1`…`int16`, `uint1`…`uint16`, with `-sym`/`-asym` and `-narrow`/`-full`',
    formula: [
      'q = clamp(round(x/s) + z, qmin, qmax), x̂ = (q − z)·s, x/s and the product in float32',
      'symmetric (default of `int`): s = 2·max|clip|/(qmax − qmin), z = 0, or the middle code when unsigned',
      'asymmetric (default of `uint`): clip widened to hold 0, s = (hi − lo)/(qmax − qmin), z = round(qmin − lo/s)',
      'narrow (default when symmetric): one code less, ±(2^(b−1) − 1) when signed, 0…2^b − 2 when unsigned; full: all 2^b codes',
      'one bit, symmetric: the levels ±max|clip|/2, for ±0 would be all that a zero point leaves',
    ],
    source: 'Jacob et al. 2018, arXiv:1712.05877; ONNX QuantizeLinear',
    example: { scheme: 'int4/tensor/minmax', values: [-1, -0.3, 0, 0.25, 0.7] },
  },
};
