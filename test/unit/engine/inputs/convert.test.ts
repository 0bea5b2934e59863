import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../src/engine/inputs/convert.js';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from '../../../../src/engine/inputs/floats.js';
import { golden, numbers } from './support.js';

describe('encodeFloat16', () => {
  it.each([
    [65504, 0x7bff],
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * (1 + 2 ** -10), 0x0001],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -25, 0x0400],
    [0.1, 0x2e66],
    [-0, 0x8000],
    [-Infinity, 0xfc00],
  ])('%d is %i', (x, code) => expect(encodeFloat16(x)).toBe(code));

  it('gives every code back from its value', () => {
    for (let code = 0; code < 0x10000; code++) {
      const value = decodeFloat16(code);
      if (Number.isNaN(value)) expect(decodeFloat16(encodeFloat16(value))).toBeNaN();
      else expect(encodeFloat16(value)).toBe(code);
    }
  });

  it('reads what NumPy wrote as float16', async () => {
    const { data } = await golden('arrays', 'f2-little.npy');
    expect(Array.from(data as Uint16Array, decodeFloat16)).toEqual(Array.from({ length: 24 }, (_, i) => i / 8 - 1));
  });
});

describe('encodeBfloat16', () => {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  it('rounds every float32 as the usual bit trick does', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (word) => {
        bits[0] = word;
        if (Number.isNaN(float[0])) expect(decodeBfloat16(encodeBfloat16(float[0]))).toBeNaN();
        else expect(encodeBfloat16(float[0])).toBe(((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff);
      }),
      { numRuns: 2000, examples: [[0x3f808000], [0x3f818000], [0x7f7f8000], [0x00008000], [0x80000001], [0x007fffff]] },
    );
  });
});

describe('convert', () => {
  it('rounds float64 to float32 and keeps NaN and infinities', () => {
    const out = convert(Float64Array.of(0.1, NaN, -Infinity, 1e-50), 'float64', 'float32', () => 'x');
    expect(out).toBeInstanceOf(Float32Array);
    expect(numbers(out)).toEqual([Math.fround(0.1), NaN, -Infinity, 0]);
  });

  it.each([
    ['uint8', Uint8Array.of(0, 255), 'float32', [0, 255]],
    ['bool', Uint8Array.of(0, 1), 'float32', [0, 1]],
    ['bool', Uint8Array.of(0, 7), 'bool', [0, 1]],
    ['int64', BigInt64Array.of(-3n, 2n ** 40n), 'float32', [-3, 2 ** 40]],
    ['float32', Float32Array.of(-2, 3), 'int64', [-2, 3]],
    ['float64', Float64Array.of(2 ** 32 - 1), 'uint32', [2 ** 32 - 1]],
    ['int64', BigInt64Array.of(-128n, 127n), 'int8', [-128, 127]],
    ['uint64', BigUint64Array.of(5n), 'int32', [5]],
    ['float16', Uint16Array.of(0x3c00), 'float32', [1]],
  ] as const)('takes %s as another type where nothing is lost', (from, data, to, expected) =>
    expect(numbers(convert(data, from, to, () => 'x'))).toEqual(expected),
  );

  it.each([
    ['a fraction', 'float32', Float32Array.of(1, 0.5), 'int64', /^x: int64 does not hold 0\.5$/],
    ['NaN', 'float64', Float64Array.of(NaN), 'int32', /does not hold NaN/],
    ['2^63', 'float64', Float64Array.of(2 ** 63), 'int64', /int64 does not hold 9223372036854776000/],
    ['a negative', 'int32', Int32Array.of(-1), 'uint8', /uint8 does not hold -1/],
    ['a large integer', 'int64', BigInt64Array.of(2n ** 31n), 'int32', /int32 does not hold 2147483648/],
    ['2 for bool', 'uint8', Uint8Array.of(2), 'bool', /bool does not hold 2/],
    ['a double beyond float32', 'float64', Float64Array.of(1e300), 'float32', /1e\+300 is beyond the largest float32/],
    ['a float beyond float16', 'float32', Float32Array.of(70000), 'float16', /beyond the largest float16/],
  ] as const)('refuses %s', (_, from, data, to, message) => expect(() => convert(data, from, to, () => 'x')).toThrow(message));

  it('rounds to the largest float32 what lies less than half a step beyond', () => {
    expect(numbers(convert(Float64Array.of(3.4028235e38), 'float64', 'float32', () => 'x'))).toEqual([3.4028234663852886e38]);
  });

  it('is exact for every int64 that int64 keeps', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (x) => {
        if (x >= 0n) expect(convert(BigInt64Array.of(x), 'int64', 'uint64', () => 'x')[0]).toBe(x);
        else expect(() => convert(BigInt64Array.of(x), 'int64', 'uint64', () => 'x')).toThrow(/does not hold/);
      }),
    );
  });
});
