import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOf, isWidening } from '../../../src/model/dataTypes.js';
import { decode } from '../../../src/model/decode.js';
import type { DataType } from '../../../src/model/types.js';

const of = (type: DataType, ...bytes: number[]): number[] => [...decode(type, Uint8Array.from(bytes), (bytes.length * 8) / bitsOf[type]!)];
const little = (bytes: number, ...codes: (number | bigint)[]): number[] =>
  codes.flatMap((code) => Array.from({ length: bytes }, (_, i) => Number((BigInt(code) >> BigInt(8 * i)) & 255n)));

describe('decode', () => {
  it.each<[DataType, number[], number[]]>([
    ['float32', little(4, 0x3f800000, 0xc2f6e979, 0x7f800000), [1, Math.fround(-123.456), Infinity]],
    ['float64', [...new Uint8Array(Float64Array.of(0.1, 1e300, -2).buffer)], [Math.fround(0.1), Infinity, -2]],
    ['float16', little(2, 0x7bff, 0x3c01, 0x0001, 0x8000, 0x7c00, 0x2e66), [65504, 1 + 2 ** -10, 2 ** -24, -0, Infinity, 0x666 * 2 ** -14]],
    ['bfloat16', little(2, 0x3f80, 0x4049, 0x7f7f, 0x0001, 0xff80), [1, 3.140625, 255 * 2 ** 120, 2 ** -133, -Infinity]],
    ['float8e4m3fn', [0x7e, 0x38, 0x01, 0x80, 0x7f, 0xff, 0x1d], [448, 1, 2 ** -9, -0, NaN, NaN, 0.1015625]],
    ['float8e4m3fnuz', [0x7f, 0x40, 0x01, 0x80, 0xff], [240, 1, 2 ** -10, NaN, -240]],
    ['float8e5m2', [0x7b, 0x7c, 0x3c, 0x01, 0xfc, 0x7d], [57344, Infinity, 1, 2 ** -16, -Infinity, NaN]],
    ['float8e5m2fnuz', [0x7f, 0x40, 0x01, 0x80], [57344, 1, 2 ** -17, NaN]],
    ['float8e8m0', [0, 127, 254, 255], [2 ** -127, 1, 2 ** 127, NaN]],
    ['float4e2m1', [0x10, 0x32, 0x54, 0x76, 0x98, 0xfe], [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -4, -6]],
    ['int8', [0, 127, 128, 255], [0, 127, -128, -1]],
    ['uint8', [0, 127, 128, 255], [0, 127, 128, 255]],
    ['int16', little(2, 0x7fff, 0x8000), [32767, -32768]],
    ['uint16', little(2, 0x7fff, 0x8000), [32767, 32768]],
    ['int32', little(4, 0x7fffffff, 0x80000000, 16777217), [2 ** 31, -(2 ** 31), 16777216]],
    ['uint32', little(4, 0xffffffff, 5), [2 ** 32, 5]],
    ['int64', little(8, -5n, 2n ** 62n, -(2n ** 63n), 16777219n), [-5, 2 ** 62, -(2 ** 63), 16777220]],
    ['uint64', little(8, 2n ** 63n, 2n ** 64n - 1n), [2 ** 63, 2 ** 64]],
    ['int4', [0x10, 0x87], [0, 1, 7, -8]],
    ['uint4', [0x10, 0x87], [0, 1, 7, 8]],
    ['int2', [0b11_10_01_00], [0, 1, -2, -1]],
    ['uint2', [0b11_10_01_00], [0, 1, 2, 3]],
    ['bool', [0, 1, 2], [0, 1, 1]],
  ])('%s', (type, bytes, expected) => {
    expect(of(type, ...bytes)).toEqual(expected);
  });

  it('rounds 64-bit integers once, to the nearest float32', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const [found] = of('int64', ...little(8, BigInt.asUintN(64, value)));
        const error = (x: number): bigint => (BigInt(x) > value ? BigInt(x) - value : value - BigInt(x));
        const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.abs(found) || 1)) - 23);
        return Math.fround(found) === found && error(found) <= error(found + step) && error(found) <= error(found - step);
      }),
    );
    // half a step and a little more, which a float64 in between would lose
    expect(of('int64', ...little(8, 2n ** 60n + 2n ** 36n + 1n))).toEqual([2 ** 60 + 2 ** 37]);
    expect(of('int64', ...little(8, 2n ** 60n + 2n ** 36n))).toEqual([2 ** 60]);
  });
});

describe('isWidening', () => {
  it.each<[DataType, DataType, boolean]>([
    ['float16', 'float32', true],
    ['bfloat16', 'float32', true],
    ['float16', 'bfloat16', false],
    ['bfloat16', 'float16', false],
    ['float8e4m3fn', 'float16', true],
    ['float8e5m2', 'float16', true],
    ['uint8', 'float16', true],
    ['int8', 'float16', true],
    ['uint8', 'int16', true],
    ['uint8', 'int8', false],
    ['int8', 'uint8', false],
    ['int32', 'float32', false],
    ['int32', 'float64', true],
    ['float32', 'float64', true],
    ['float64', 'float32', false],
    ['string', 'float32', false],
  ])('%s → %s is %s', (from, to, expected) => {
    expect(isWidening(from, to)).toBe(expected);
  });
});
