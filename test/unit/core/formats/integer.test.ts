import { describe, expect, test } from 'vitest';
import { codec, effectiveBits, fakeQuantize, parseFormat, parseScheme, scaleOf } from '../../../../src/core/formats/index.js';

describe('scale and zero point', () => {
  test.each([
    ['int8', -1, 0.5, Math.fround(1 / 127), 0, -127, 127],
    ['int8-full', -1, 0.5, Math.fround(1 / 127.5), 0, -128, 127],
    ['int8-asym', -1, 0.5, Math.fround(1.5 / 255), 42, -128, 127],
    ['uint8', 0.25, 1, Math.fround(1 / 255), 0, 0, 255],
    ['uint8', -1, 1, Math.fround(2 / 255), 128, 0, 255],
    ['uint8-sym', -1, 0.5, Math.fround(1 / 127), 127, 0, 254],
    ['uint8-sym-full', -1, 1, Math.fround(2 / 255), 128, 0, 255],
    ['int2', -3, 1, 3, 0, -1, 1],
    ['uint1', 0, 3, 3, 0, 0, 1],
    ['int16', 0, 1, Math.fround(1 / 32767), 0, -32767, 32767],
    ['uint8', 0, 0, 1, 0, 0, 255],
    ['uint8-sym', 0, 0, 1, 127, 0, 254],
    ['int8', NaN, NaN, 1, 0, -127, 127],
    ['int8-asym', -Infinity, 1, 1, 0, -128, 127],
    ['int8', 0, 1e-44, 1, 0, -127, 127],
  ])('%s over [%d, %d]', (format, lo, hi, scale, zeroPoint, qmin, qmax) => {
    expect(scaleOf(parseFormat(format), { lo, hi })).toEqual({ scale, zeroPoint, qmin, qmax });
  });
});

test('ties go to even and codes saturate', () => {
  const format = parseFormat('int8-full');
  const codes = codec(format)
    .fit(new Float32Array(), { lo: -127.5, hi: 127.5 })
    .encode(Float32Array.of(0.5, 1.5, 2.5, -1.5, 127.5, -128.5, Infinity, -Infinity, NaN), 'nearest-even');
  expect([...codes]).toEqual([0, 2, 2, -2, 127, -128, 127, -128, 0]);
});

test('one symmetric bit has the levels plus and minus half the clip', () => {
  const x = Float32Array.of(-2, -0.1, 0, 0.1, 1, NaN);
  const out = new Float32Array(x.length);
  fakeQuantize(parseFormat('int1'), x, { lo: -2, hi: 1 }, 'nearest-even', out);
  expect([...out]).toEqual([-1, -1, 1, 1, 1, NaN]);
});

describe('effective bits', () => {
  test.each([
    ['int8/tensor/minmax', [64, 32, 3, 3], 0, 8 + 32 / (64 * 288)],
    ['int4/channel/minmax', [64, 32, 3, 3], 0, 4 + 32 / 288],
    ['uint4/channel/minmax', [64, 32, 3, 3], 0, 4 + 36 / 288],
    ['int4/block:32/minmax', [64, 32, 3, 3], 0, 4 + 32 / 32],
    ['int4/block:32/minmax', [2, 33], 0, (66 * 4 + 4 * 32) / 66],
    ['int4/block:32/minmax', [33, 2], 1, (66 * 4 + 4 * 32) / 66],
    ['int4/block:32/minmax', [66], null, (66 * 4 + 3 * 32) / 66],
    ['int3/tensor/minmax', [3], 7, (9 + 32 + 7) / 3],
    ['bf16', [5, 5], 0, 16],
    ['int8/channel/minmax', [0, 5], 0, 8],
    ['int8/tensor/minmax', [], null, 40],
  ])('%s on [%s], axis %s', (scheme, shape, axis, bits) => {
    expect(effectiveBits(parseScheme(scheme), shape, axis)).toBeCloseTo(bits, 12);
  });
});
