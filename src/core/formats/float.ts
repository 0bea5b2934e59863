import { float32Scale, magnitude } from './affine.js';
import { decodeEach, encodeEach } from './elementwise.js';
import { SchemeError } from './errors.js';
import { powerOfTwo } from './exponent.js';
import { rounder } from './rounding.js';
import type { Codec, Family, Format, Quantizer, Random, Rounding } from './types.js';

export type FloatFormat = Extract<Format, { kind: 'float' }>;

function make(name: string, exponent: number, mantissa: number, special: FloatFormat['special']): FloatFormat {
  const bias = 2 ** (exponent - 1) - 1;
  const top = 2 ** exponent - (special === 'ieee' ? 2 : 1) - bias;
  const max = (2 - 2 ** (special === 'nan-only' ? 1 - mantissa : -mantissa)) * 2 ** top;
  return { kind: 'float', name, exponent, mantissa, bias, max, special, overflow: 'saturate' };
}

const named: readonly FloatFormat[] = [
  make('fp32', 8, 23, 'ieee'),
  make('tf32', 8, 10, 'ieee'),
  make('bf16', 8, 7, 'ieee'),
  make('fp16', 5, 10, 'ieee'),
  make('fp8e4m3fn', 4, 3, 'nan-only'),
  make('fp8e5m2', 5, 2, 'ieee'),
  make('fp6e2m3', 2, 3, 'none'),
  make('fp6e3m2', 3, 2, 'none'),
  make('fp4e2m1', 2, 1, 'none'),
];

/** A float of this name; throws when there is none. */
export function namedFloat(name: string): FloatFormat {
  const format = named.find((f) => f.name === name);
  if (!format) throw new SchemeError('format', name, 'is not a float');
  return format;
}

/** Payload bits with the sign. TF32 keeps 19 bits of a float32 word, and is stored as one. */
export const floatBits = (format: FloatFormat): number => 1 + format.exponent + format.mantissa;

/** Floats of up to 8 bits are scaled to the clip range; wider ones are plain casts, for their own range is enough. */
export const isScaledFloat = (format: FloatFormat): boolean => floatBits(format) <= 8;

const word = new Uint32Array(1);
const asFloat = new Float32Array(word.buffer);

/**
 * A rounder of float32 values to the values of `format`. NaN stays NaN; −0 stays −0. Rounding happens as if the exponent had no upper
 * end; what then lies beyond `max` overflows, except that rounding toward the inside stops at `max`.
 */
export function floatRounder(format: FloatFormat, rounding: Rounding, random?: Random): (x: number) => number {
  const { mantissa, bias, max, special } = format;
  const smallest = 1 - bias;
  const round = rounder(rounding, random);
  const above = format.overflow === 'saturate' ? max : special === 'ieee' ? Infinity : special === 'nan-only' ? NaN : max;
  return (x) => {
    asFloat[0] = x;
    const exponent = Math.max(((word[0] >>> 23) & 255) - 127, smallest);
    if (exponent === 128) return Number.isNaN(x) ? NaN : x > 0 ? above : -above;
    const y = round(x * powerOfTwo(mantissa - exponent)) * powerOfTwo(exponent - mantissa);
    if (y === 0) return word[0] >>> 31 === 0 ? 0 : -0;
    if (y > max) return rounding === 'toward-zero' || rounding === 'floor' ? max : above;
    if (y < -max) return rounding === 'toward-zero' ? -max : -above;
    return y;
  };
}

/** The code (sign, exponent, mantissa) of a value of `format`. NaN without a code for it is 0; so is an infinity. */
export function floatCode(format: FloatFormat, y: number): number {
  const { exponent, mantissa, bias, special } = format;
  const all = 2 ** exponent - 1;
  if (Number.isNaN(y)) return special === 'none' ? 0 : all * 2 ** mantissa + (special === 'ieee' ? 2 ** (mantissa - 1) : 2 ** mantissa - 1);
  const sign = y < 0 || Object.is(y, -0) ? 2 ** (exponent + mantissa) : 0;
  if (!Number.isFinite(y)) return special === 'ieee' ? sign + all * 2 ** mantissa : 0;
  asFloat[0] = y;
  const field = Math.max(((word[0] >>> 23) & 255) - 127, 1 - bias);
  // A subnormal code counts steps of the smallest quantum; a normal one has the leading 1 taken out, which the exponent field adds back.
  return sign + Math.abs(y) * powerOfTwo(mantissa - field) + (field + bias - 1) * 2 ** mantissa;
}

/** The value of a code. */
export function floatValue(format: FloatFormat, code: number): number {
  const { exponent, mantissa, bias, special } = format;
  const sign = code >= 2 ** (exponent + mantissa) ? -1 : 1;
  const field = Math.floor(code / 2 ** mantissa) % 2 ** exponent;
  const fraction = code % 2 ** mantissa;
  if (field === 2 ** exponent - 1) {
    if (special === 'ieee') return fraction === 0 ? sign * Infinity : NaN;
    if (special === 'nan-only' && fraction === 2 ** mantissa - 1) return NaN;
  }
  // Subnormal codes have the smallest normal exponent and no leading 1.
  return field === 0
    ? sign * fraction * powerOfTwo(1 - bias - mantissa)
    : sign * (2 ** mantissa + fraction) * powerOfTwo(field - bias - mantissa);
}

/** Cast of x/scale, times scale; the codes are the format's bit patterns. */
export function floatQuantizer(format: FloatFormat, scale: number): Quantizer {
  const encode = (x: Float32Array, rounding: Rounding, random?: Random): Int32Array => {
    const round = floatRounder(format, rounding, random);
    return encodeEach(x, (v) => floatCode(format, round(Math.fround(v / scale))));
  };
  return {
    parameters: { scale },
    range: { lo: -Math.fround(format.max * scale), hi: Math.fround(format.max * scale) },
    encode,
    // Codes of 32 bits come as negative integers.
    decode: (codes) => decodeEach(codes, (q) => floatValue(format, q >>> 0) * scale),
    fakeQuantize: (x, out, rounding, random) => {
      const round = floatRounder(format, rounding, random);
      for (let i = 0; i < x.length; i++) out[i] = round(Math.fround(x[i] / scale)) * scale;
    },
  };
}

/** Scale of a clip range: its larger end becomes the format's largest value. 1 for plain casts. */
export function floatScale(format: FloatFormat, lo: number, hi: number): number {
  return isScaledFloat(format) ? float32Scale(magnitude(lo, hi) / format.max) : 1;
}

function codec(format: FloatFormat): Codec {
  return isScaledFloat(format)
    ? { needs: 'clip', fit: (_, clip) => floatQuantizer(format, floatScale(format, clip.lo, clip.hi)) }
    : { needs: 'nothing', fit: () => floatQuantizer(format, 1) };
}

function parseGeneric(text: string): FloatFormat | null {
  const match = /^float<(\d+),(\d+)>$/.exec(text);
  if (!match) return null;
  const exponent = Number(match[1]);
  const mantissa = Number(match[2]);
  const inside = (v: number, lo: number, hi: number): number => Math.min(Math.max(v, lo), hi);
  const valid = `float<${inside(exponent, 1, 8)},${inside(mantissa, 1, 23)}>`;
  if (valid !== `float<${exponent},${mantissa}>`) {
    throw new SchemeError('format', text, 'needs 1…8 exponent and 1…23 mantissa bits', valid);
  }
  const special = exponent >= 5 ? 'ieee' : 'none';
  const same = named.find((f) => f.exponent === exponent && f.mantissa === mantissa && f.special === special);
  return same ?? make(valid, exponent, mantissa, special);
}

export const float: Family<FloatFormat> = {
  kind: 'float',
  spellings: [...named.map((f) => f.name), 'bf16-ieee', 'fp16-ieee', 'fp8e4m3fn-ieee', 'fp8e5m2-ieee', 'float<5,6>', 'float<4,3>'],
  parse: (text) => {
    const ieee = text.endsWith('-ieee');
    const name = ieee ? text.slice(0, -5) : text;
    const format = named.find((f) => f.name === name) ?? parseGeneric(name);
    if (!format || !ieee) return format;
    if (format.special === 'none') throw new SchemeError('format', text, 'has neither infinity nor NaN to overflow to', format.name);
    return { ...format, overflow: 'ieee' };
  },
  spell: (format) => (format.overflow === 'ieee' ? `${format.name}-ieee` : format.name),
  traits: (format) => ({
    storage: { payload: format.name === 'tf32' ? 32 : floatBits(format), run: isScaledFloat(format) ? 32 : 0, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: isScaledFloat(format), clipping: isScaledFloat(format), rounding: format.name !== 'fp32' },
    rounding: 'nearest-even',
  }),
  codec,
  doc: {
    title: 'Floating point',
    spelling:
      '`fp32`, `tf32`, `bf16`, `fp16`, `fp8e4m3fn`, `fp8e5m2`, `fp6e2m3`, `fp6e3m2`, `fp4e2m1`, `float<e,m>`; `-ieee`: overflow is not saturated',
    formula: [
      'x̂ = (−1)^sign · 2^(E − bias) · (1 + M/2^m), subnormal when E = 0, bias = 2^(e−1) − 1',
      'beyond the largest finite value and ±inf: ± that value; NaN stays NaN. With `-ieee`: infinity, or NaN where there is none',
      'up to 8 bits: cast of x/s, times s, with s = max|clip| / largest finite value; wider formats are plain casts',
      '`float<e,m>`: top exponent kept for infinity and NaN when e ≥ 5, all codes finite below; at most e = 8, m = 23',
    ],
    source:
      'IEEE 754-2019; OCP 8-bit Floating Point Specification (OFP8) 1.0; OCP Microscaling Formats 1.0; Micikevicius et al. 2022, arXiv:2209.05433',
    example: { scheme: 'fp8e4m3fn/tensor/fixed:-448..448', values: [0.1, 1.0625, 19, 500, 0.001] },
  },
};
