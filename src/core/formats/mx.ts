import { absmaxOf, blockCount, eachBlock } from './blocks.js';
import { ceilLog2, floorLog2, powerOfTwo } from './exponent.js';
import { floatBits, floatCode, floatRounder, floatValue, namedFloat, type FloatFormat } from './float.js';
import { rounder } from './rounding.js';
import type { Codec, Family, Format, Quantizer, Random, Rounding } from './types.js';

type MxFormat = Extract<Format, { kind: 'mx' }>;

const size = 32;

/** How one element is stored, in units of the block's scale. */
interface Element {
  readonly bits: number;
  readonly max: number;
  /** Exponent of the largest power of two an element holds. */
  readonly emax: number;
  readonly round: (rounding: Rounding, random?: Random) => (v: number) => number;
  readonly code: (v: number) => number;
  readonly value: (code: number) => number;
}

const floatElement = (format: FloatFormat): Element => ({
  bits: floatBits(format),
  max: format.max,
  emax: floorLog2(format.max),
  round: (rounding, random) => floatRounder(format, rounding, random),
  code: (v) => floatCode(format, v),
  value: (code) => floatValue(format, code),
});

/** MXINT8: two's complement with 6 fraction bits; −128 stays unused, so that the range is symmetric. */
const int8Element: Element = {
  bits: 8,
  max: 127 / 64,
  emax: 0,
  round: (rounding, random) => {
    const round = rounder(rounding, random);
    return (v) => Math.min(Math.max(round(v * 64), -127), 127) / 64;
  },
  code: (v) => v * 64,
  value: (code) => code / 64,
};

const int8Format: Format = { kind: 'fixed', bits: 8, fraction: 6 };

const names: readonly (readonly [string, Format])[] = [
  ['mxfp8e4m3', namedFloat('fp8e4m3fn')],
  ['mxfp8e5m2', namedFloat('fp8e5m2')],
  ['mxfp6e2m3', namedFloat('fp6e2m3')],
  ['mxfp6e3m2', namedFloat('fp6e3m2')],
  ['mxfp4', namedFloat('fp4e2m1')],
  ['mxint8', int8Format],
];

const elementOf = (format: Format): Element => (format.kind === 'float' ? floatElement(format) : int8Element);

/** The exponent of a block's scale, within what an E8M0 byte holds. An all-zero block takes the least. */
function sharedExponent(absmax: number, element: Element, rule: MxFormat['scaleRule']): number {
  if (absmax === 0) return -127;
  const wanted = rule === 'floor' ? floorLog2(absmax) - element.emax : ceilLog2(absmax / element.max);
  // Up to 127 − emax, so that the largest element times the scale is a float32; only `ceil` can want more, for values next to its end.
  return Math.min(Math.max(wanted, -127), 127 - element.emax);
}

function quantizer(element: Element, rule: MxFormat['scaleRule'], run: Float32Array): Quantizer {
  const exponents = new Int16Array(blockCount(run.length, size));
  eachBlock(run.length, size, (block, start, end) => {
    exponents[block] = sharedExponent(absmaxOf(run, start, end), element, rule);
  });
  const top = exponents.reduce((a, b) => Math.max(a, b), -127);
  const limit = element.max * 2 ** top;
  return {
    parameters: { exponents },
    range: { lo: -limit, hi: limit },
    encode: (x, rounding, random) => {
      const codes = new Int32Array(x.length);
      const round = element.round(rounding, random);
      eachBlock(x.length, size, (block, start, end) => {
        const scale = powerOfTwo(exponents[block]);
        for (let i = start; i < end; i++) codes[i] = element.code(round(Math.fround(x[i] / scale)));
      });
      return codes;
    },
    decode: (codes) => {
      const out = new Float32Array(codes.length);
      eachBlock(codes.length, size, (block, start, end) => {
        const scale = powerOfTwo(exponents[block]);
        for (let i = start; i < end; i++) out[i] = element.value(codes[i]) * scale;
      });
      return out;
    },
    fakeQuantize: (x, out, rounding, random) => {
      const round = element.round(rounding, random);
      eachBlock(x.length, size, (block, start, end) => {
        const scale = powerOfTwo(exponents[block]);
        for (let i = start; i < end; i++) out[i] = round(Math.fround(x[i] / scale)) * scale;
      });
    },
  };
}

function codec(format: MxFormat): Codec {
  const element = elementOf(format.element);
  return { needs: 'blocks', fit: (run) => quantizer(element, format.scaleRule, run) };
}

export const mx: Family<MxFormat> = {
  kind: 'mx',
  spellings: names.flatMap(([name]) => [name, `${name}-ceil`]),
  parse: (text) => {
    const ceil = text.endsWith('-ceil');
    const name = ceil ? text.slice(0, -5) : text;
    const entry = names.find(([n]) => n === name || (name === 'mxfp4e2m1' && n === 'mxfp4'));
    return entry ? { kind: 'mx', element: entry[1], scaleRule: ceil ? 'ceil' : 'floor' } : null;
  },
  spell: ({ element, scaleRule }) => {
    const name = names.find(([, f]) => (element.kind === 'float' ? f.kind === 'float' && f.name === element.name : f.kind === 'fixed'))![0];
    return scaleRule === 'ceil' ? `${name}-ceil` : name;
  },
  traits: ({ element }) => ({
    storage: { payload: elementOf(element).bits, run: 8, tensor: 0, pad: 1 },
    granularity: { kind: 'block', size },
    choices: { granularity: false, clipping: false, rounding: true },
    rounding: 'nearest-even',
  }),
  codec,
  doc: {
    title: 'Microscaling (MX)',
    spelling: '`mxfp8e4m3`, `mxfp8e5m2`, `mxfp6e2m3`, `mxfp6e3m2`, `mxfp4`, `mxint8`, each with `-ceil`',
    formula: [
      'x̂ = X·(element nearest to x/X, saturating), X = 2^(⌊log2 max|x|⌋ − emax) per block of 32, emax the exponent of the largest element',
      '`-ceil`: X = 2^⌈log2(max|x| / largest element)⌉, under which nothing saturates',
      'MXINT8 elements are k/64, k = −127…127',
    ],
    source: 'OCP Microscaling Formats (MX) Specification 1.0; Rouhani et al. 2023, arXiv:2310.10537',
    example: { scheme: 'mxfp4', values: [-1.9, -0.3, 0.1, 0.6, 1] },
  },
};
