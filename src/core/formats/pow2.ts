import { magnitude } from './affine.js';
import { elementwise } from './elementwise.js';
import { SchemeError } from './errors.js';
import { floorLog2 } from './exponent.js';
import type { Codec, Family, Format, Quantizer } from './types.js';

export type Pow2Format = Extract<Format, { kind: 'pow2' }>;

/** Largest and number of exponents: the largest is that of the power of two nearest to max|clip|. */
function exponents({ bits }: Pow2Format, absmax: number): { top: number; count: number } {
  const count = 2 ** (bits - 1) - 1;
  return { top: Math.min(absmax > 0 ? floorLog2((4 * absmax) / 3) : 0, 127), count };
}

function quantizer(format: Pow2Format, absmax: number): Quantizer {
  const { top, count } = exponents(format, absmax);
  const bottom = top - count + 1;
  const sign = 2 ** (format.bits - 1);
  const levels = Float32Array.from({ length: count + 1 }, (_, k) => (k === 0 ? 0 : 2 ** (bottom + k - 1)));
  const code = (v: number): number => {
    const a = Math.abs(v);
    // The middle of zero and the smallest power belongs to the power, as the middle of two powers does to the larger.
    if (!(a >= 2 ** (bottom - 1))) return 0;
    const k = a === Infinity ? count : Math.min(Math.max(floorLog2((4 * a) / 3) - bottom + 1, 1), count);
    return v < 0 ? sign + k : k;
  };
  const value = (q: number): number => (q >= sign ? -levels[q - sign] : levels[q]);
  return {
    parameters: { exponent: top },
    range: { lo: -levels[count], hi: levels[count] },
    ...elementwise(code, value),
  };
}

function codec(format: Pow2Format): Codec {
  return { needs: 'clip', fit: (_, clip) => quantizer(format, magnitude(clip.lo, clip.hi)) };
}

export const pow2: Family<Pow2Format> = {
  kind: 'pow2',
  spellings: Array.from({ length: 7 }, (_, i) => `pow2<${i + 2}>`),
  parse: (text) => {
    const match = /^pow2<(\d+)>$/.exec(text);
    if (!match) return null;
    const bits = Number(match[1]);
    if (bits < 2 || bits > 8) throw new SchemeError('format', text, 'has a width outside 2…8 bits', `pow2<${bits < 2 ? 2 : 8}>`);
    return { kind: 'pow2', bits };
  },
  spell: ({ bits }) => `pow2<${bits}>`,
  traits: ({ bits }) => ({
    // The largest exponent is stored as a byte per run.
    storage: { payload: bits, run: 8, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: true, clipping: true, rounding: false },
    rounding: 'nearest-away',
  }),
  codec,
  doc: {
    title: 'Powers of two',
    spelling: '`pow2<b>`, b = 2…8',
    formula: [
      'x̂ = 0 or ±2^e, e = n₁ − 2^(b−1) + 2 … n₁, n₁ = ⌊log2(4·max|clip|/3)⌋: a sign and b − 1 bits that name the exponent, one of them zero',
      'to the nearest level, the larger in magnitude on a tie',
    ],
    source: 'Zhou et al. 2017, arXiv:1702.03044 (INQ) for n₁ and the thresholds; Miyashita et al. 2016, arXiv:1603.01025 for the codes',
    example: { scheme: 'pow2<4>/tensor/minmax', values: [-1, -0.3, 0.001, 0.1, 0.75] },
  },
};
