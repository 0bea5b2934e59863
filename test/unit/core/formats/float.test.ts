import { describe, expect, test } from 'vitest';
import { codec, floatValue, floatRounder, parseFormat, type FloatFormat, type Rounding } from '../../../../src/core/formats/index.js';

const bitsToFloat = (hex: string): number => new Float32Array(Uint32Array.of(Number.parseInt(hex, 16)).buffer)[0];
const code = (format: string, x: number, rounding: Rounding = 'nearest-even'): string =>
  codec(parseFormat(format))
    .fit(new Float32Array(), { lo: -448, hi: 448 })
    .encode(Float32Array.of(x), rounding)[0]
    .toString(16)
    .toUpperCase();

describe('bf16', () => {
  test.each(
    `3F807FFF→3F80 3F808000→3F80 3F808001→3F81 3F818000→3F82 7F7F7FFF→7F7F 7F7F8000→7F80 00008000→0 00008001→1 00018000→2 007FFFFF→80
     80000001→8000 40490FDB→4049 C2F6E979→C2F7 3DCCCCCD→3DCD 7F800001→7FC0 7FFFFFFF→7FC0 7F800000→7F80 FF800000→FF80`
      .split(/\s+/)
      .map((pair) => pair.split('→')),
  )('%s rounds to %s', (float, expected) => {
    // A float32 NaN may lose its payload on the way through a number, but it stays NaN.
    expect(code('bf16-ieee', bitsToFloat(float))).toBe(expected);
  });

  test('saturates unless it is told not to', () => {
    expect(code('bf16', bitsToFloat('7F7F8000'))).toBe('7F7F');
    expect(code('bf16', -Infinity)).toBe('FF7F');
  });

  test('truncates toward zero', () => {
    expect(code('bf16', bitsToFloat('3DCCCCCD'), 'toward-zero')).toBe('3DCC');
  });
});

describe('fp16', () => {
  test.each([
    [65504, '7BFF'],
    [65519.996, '7BFF'],
    [65520, '7C00'],
    [1 + 2 ** -11, '3C00'],
    [1 + 3 * 2 ** -11, '3C02'],
    [2 ** -24, '1'],
    [2 ** -25, '0'],
    [2 ** -25 * (1 + 2 ** -10), '1'],
    [3 * 2 ** -25, '2'],
    [2 ** -14 - 2 ** -25, '400'],
    [0.1, '2E66'],
    [NaN, '7E00'],
    [-0, '8000'],
  ])('%d is %s', (x, expected) => {
    expect(code('fp16-ieee', x)).toBe(expected);
  });
});

describe('fp8', () => {
  test.each([
    [448, '7E'],
    [464, '7E'],
    [464.01, '7F'],
    [Infinity, '7F'],
    [NaN, '7F'],
    [1.0625, '38'],
    [1.1875, '3A'],
    [2 ** -9, '1'],
    [2 ** -10, '0'],
    [1.001 * 2 ** -10, '1'],
    [3 * 2 ** -10, '2'],
    [0.1, '1D'],
    [19, '5A'],
    [-0, '80'],
  ])('e4m3fn: %d is %s', (x, expected) => {
    expect(code('fp8e4m3fn-ieee', x)).toBe(expected);
  });

  test('e4m3fn saturates', () => {
    expect([464.01, 1e9, Infinity, -Infinity].map((x) => code('fp8e4m3fn', x))).toEqual(['7E', '7E', '7E', 'FE']);
  });

  test.each([
    [61439, '7B'],
    [61440, '7C'],
    [1.125, '3C'],
    [2 ** -17, '0'],
    [1.001 * 2 ** -17, '1'],
    [0.1, '2E'],
    [18, '4C'],
    [22, '4E'],
  ])('e5m2: %d is %s', (x, expected) => {
    const format = parseFormat('fp8e5m2-ieee') as FloatFormat;
    const quantizer = codec(format).fit(new Float32Array(), { lo: -format.max, hi: format.max });
    expect(quantizer.parameters).toEqual({ scale: 1 });
    expect(quantizer.encode(Float32Array.of(x), 'nearest-even')[0].toString(16).toUpperCase()).toBe(expected);
  });
});

test.each([
  ['fp4e2m1', [0, 0.5, 1, 1.5, 2, 3, 4, 6]],
  ['fp6e2m3', [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.125]],
])('%s has the values of its specification', (name, values) => {
  expect(values.map((_, i) => floatValue(parseFormat(name) as FloatFormat, i))).toEqual(values);
});

test.each([
  ['fp8e4m3fn', 448],
  ['fp8e5m2', 57344],
  ['fp6e2m3', 7.5],
  ['fp6e3m2', 28],
  ['fp4e2m1', 6],
  ['fp16', 65504],
  ['bf16', bitsToFloat('7F7F0000')],
  ['fp32', bitsToFloat('7F7FFFFF')],
])('the largest value of %s is %d', (name, max) => {
  expect((parseFormat(name) as FloatFormat).max).toBe(max);
});

test.each(['fp4e2m1', 'fp6e2m3', 'fp6e3m2', 'fp8e4m3fn', 'fp8e5m2', 'bf16', 'fp16', 'float<3,4>', 'float<1,2>', 'float<6,5>'])(
  'every code of %s decodes to a value that rounds to itself and encodes to that code',
  (name) => {
    const format = parseFormat(name) as FloatFormat;
    const { encode, decode } = codec(format).fit(new Float32Array(), { lo: -format.max, hi: format.max });
    const codes = Int32Array.from({ length: 2 ** (1 + format.exponent + format.mantissa) }, (_, i) => i);
    const values = decode(codes);
    const round = floatRounder(format, 'nearest-even');
    const back = encode(values, 'nearest-even');
    const finite = [...codes].filter((q) => Number.isFinite(values[q]));
    expect(finite.length).toBeGreaterThan(codes.length / 2);
    expect(finite.filter((q) => !Object.is(round(values[q]), values[q]))).toEqual([]);
    expect(finite.filter((q) => back[q] !== q)).toEqual([]);
  },
);

test('directed rounding stops at the largest value, on the side it rounds to', () => {
  const format = parseFormat('fp8e4m3fn-ieee') as FloatFormat;
  expect(floatRounder(format, 'toward-zero')(1e6)).toBe(448);
  expect(floatRounder(format, 'floor')(1e6)).toBe(448);
  expect(floatRounder(format, 'floor')(-1.01)).toBe(-1.125);
  expect(floatRounder(format, 'floor')(-1e6)).toBeNaN();
});
