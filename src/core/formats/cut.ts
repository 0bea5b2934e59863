import { SchemeError } from './errors.js';
import { float, floatBits } from './float.js';
import { fixed } from './fixed.js';
import { integer, integerRange, isTwoLevel } from './integer.js';
import { roundHalfEven } from './rounding.js';
import type { Codec, Family, Format, Quantizer, Traits } from './types.js';

type CutFormat = Extract<Format, { kind: 'cut' }>;

/** The families whose codes have low bits to cut. */
function baseFamily(base: Format): Family | null {
  switch (base.kind) {
    case 'float':
      return float;
    case 'fixed':
      return fixed;
    case 'integer':
      return integer;
    default:
      return null;
  }
}

/** How many low bits may go: a float keeps its sign and exponent, an integer one bit. */
function mostDropped(base: Format): number {
  if (base.kind === 'float') return base.mantissa;
  if (base.kind === 'integer') return isTwoLevel(base) ? 0 : base.bits - 1;
  return base.kind === 'fixed' ? base.bits - 1 : 0;
}

/** Smallest and largest code of a base that counts in integers. */
function codeRange(base: Format): readonly [number, number] {
  if (base.kind === 'integer') return integerRange(base);
  return base.kind === 'fixed' ? [-(2 ** (base.bits - 1)), 2 ** (base.bits - 1) - 1] : [0, 0];
}

type Cut = (code: number) => number;

/** Two's complement codes: floor and rounding act on the number the code is. */
function integerCut({ drop, how }: CutFormat, qmin: number, qmax: number): Cut {
  const step = 2 ** drop;
  const round = how === 'floor' ? Math.floor : how === 'toward-zero' ? Math.trunc : roundHalfEven;
  const lowest = how === 'floor' ? -Infinity : Math.ceil(qmin / step) * step;
  const highest = Math.floor(qmax / step) * step;
  return (q) => Math.min(Math.max(round(q / step) * step, lowest), highest) + 0;
}

/** Sign and magnitude: clearing bits goes toward zero, so floor takes negative values one step further out. Infinity and NaN stay. */
function floatCut(base: Extract<Format, { kind: 'float' }>, { drop, how }: CutFormat): Cut {
  const step = 2 ** drop;
  const sign = 2 ** (floatBits(base) - 1);
  const infinity = base.special === 'ieee' ? (2 ** base.exponent - 1) * 2 ** base.mantissa : base.special === 'nan-only' ? sign - 1 : sign;
  const highest = Math.floor((infinity - 1) / step) * step;
  return (q) => {
    const code = q >>> 0;
    const negative = code >= sign;
    const size = negative ? code - sign : code;
    if (size >= infinity) return q;
    const steps = size / step;
    const cut = how === 'round' ? roundHalfEven(steps) : how === 'floor' && negative ? Math.ceil(steps) : Math.floor(steps);
    return (negative ? sign : 0) + Math.min(cut * step, highest);
  };
}

function codec(format: CutFormat): Codec {
  const { base } = format;
  const inner = baseFamily(base)!.codec(base);
  const cut = base.kind === 'float' ? floatCut(base, format) : integerCut(format, ...codeRange(base));
  return {
    needs: inner.needs,
    fit: (run, clip) => {
      const quantizer = inner.fit(run, clip);
      const encode: Quantizer['encode'] = (x, rounding, random) => quantizer.encode(x, rounding, random).map(cut);
      const ends = quantizer.decode(quantizer.encode(Float32Array.of(quantizer.range.lo, quantizer.range.hi), 'nearest-even').map(cut));
      return {
        parameters: quantizer.parameters,
        range: { lo: ends[0], hi: ends[1] },
        encode,
        decode: quantizer.decode,
        fakeQuantize: (x, out, rounding, random) => {
          const values = quantizer.decode(encode(x, rounding, random));
          for (let i = 0; i < x.length; i++) out[i] = Number.isNaN(x[i]) ? NaN : values[i];
        },
      };
    },
  };
}

export const cut: Family<CutFormat> = {
  kind: 'cut',
  spellings: [
    'cut<bf16,3,floor>',
    'cut<bf16,3,toward-zero>',
    'cut<fp16,4,round>',
    'cut<fp32,16,toward-zero>',
    'cut<fixed<16,12>,4,floor>',
    'cut<int8,2,round>',
  ],
  parse: (text, parseFormat) => {
    const match = /^cut<(.+),(\d+)(?:,([a-z-]+))?>$/.exec(text);
    if (!match) return null;
    if (match[1].startsWith('cut<')) throw new SchemeError('format', text, 'cuts what is cut already', 'cut<bf16,3,floor>');
    const base = parseFormat(match[1]);
    const drop = Number(match[2]);
    const how = match[3] ?? 'floor';
    const most = mostDropped(base);
    if (baseFamily(base) === null || most === 0) {
      throw new SchemeError('format', text, `cannot cut bits of ${match[1]}`, `cut<bf16,${Math.min(Math.max(drop, 1), 7)},floor>`);
    }
    if (how !== 'floor' && how !== 'toward-zero' && how !== 'round') {
      throw new SchemeError(
        'format',
        text,
        `cuts in no known way ("${how}")`,
        `cut<${match[1]},${match[2]},${how.startsWith('t') ? 'toward-zero' : how.startsWith('r') ? 'round' : 'floor'}>`,
      );
    }
    if (drop < 1 || drop > most) {
      throw new SchemeError('format', text, `can drop 1…${most} bits`, `cut<${match[1]},${drop < 1 ? 1 : most},${how}>`);
    }
    return { kind: 'cut', base, drop, how };
  },
  spell: ({ base, drop, how }) => `cut<${baseFamily(base)!.spell(base)},${drop},${how}>`,
  traits: ({ base, drop }): Traits => {
    const traits = baseFamily(base)!.traits(base);
    return {
      ...traits,
      storage: { ...traits.storage, payload: (base.kind === 'float' ? floatBits(base) : traits.storage.payload) - drop },
    };
  },
  codec,
  doc: {
    title: 'Edge-cutting: low bits',
    spelling: '`cut<format,k,floor>`, `cut<format,k,toward-zero>`, `cut<format,k,round>` of a float, fixed-point or integer format',
    formula: [
      'the k lowest bits of the code of x in `format` become 0',
      '`floor`: to the next code below, `toward-zero`: to the next toward zero (both on the values the codes stand for), `round`: to the nearest, ties to even, saturating',
      'floor of step Δ has bias −Δ/2 and error Δ²/3, rounding 0 and Δ²/12',
    ],
    source: 'Widrow, Kollár 2008, Quantization Noise (noise of truncation and of rounding)',
    example: { scheme: 'cut<bf16,3,floor>', values: [-1.3, -0.1, 0.1, 0.7, 3.14159] },
  },
};
