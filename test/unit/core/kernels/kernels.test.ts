import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFormat, scaleOf, type FloatFormat } from '../../../../src/core/formats/index.js';
import type { FloatGrid, IntegerGrid } from '../../../../src/core/kernels/grids.js';
import { kernels, layOut } from '../../../../src/core/kernels/load.js';
import { Reach, writeAffine, writeFloat } from '../../../../src/core/kernels/parameters.js';
import * as twins from '../../../../src/core/kernels/twins.js';

/** Values at any multiple of 4 bytes, with room for parameters and results; what lies behind them must not matter. */
function staged(
  x: Float32Array,
  offset: number,
): { readonly x: number; readonly parameters: number; readonly out: number; readonly memory: ArrayBuffer } {
  const [at, parameters, out] = layOut([x.length * 4 + 64, 32 * 64, 1 << 20]);
  const { buffer } = kernels().memory;
  new Uint8Array(buffer, at, x.length * 4 + 64).fill(0xff);
  new Float32Array(buffer, at + offset * 4, x.length).set(x);
  new Uint8Array(buffer, out, 1 << 20).fill(0);
  return { x: at + offset * 4, parameters, out, memory: buffer };
}

const SPECIAL = [0, -0, 1e-45, -1e-45, 1.1754942e-38, 0.5, -1.5, 2.5, 448, 464, 65504, -65520, 1e10, -1e12];
const value = fc.oneof(
  fc.float({ noNaN: true, min: Math.fround(-1e12), max: Math.fround(1e12) }),
  fc.constantFrom(...SPECIAL).map(Math.fround),
  fc.float({ noNaN: true, min: -4, max: 4 }),
);
const finite = fc.array(value, { maxLength: 200 }).map((v) => Float32Array.from(v));
const any = fc.array(fc.oneof(value, fc.constantFrom(NaN, Infinity, -Infinity)), { maxLength: 200 }).map((v) => Float32Array.from(v));
const offset = fc.integer({ min: 0, max: 3 });

const integerGrid = fc
  .tuple(
    fc.constantFrom('int2', 'int3', 'int4', 'int8', 'int8-full', 'int16', 'uint4', 'uint8', 'uint8-sym', 'uint16'),
    fc.float({ min: Math.fround(-1e12), max: 0, noNaN: true }),
    fc.float({ min: Math.fround(1e-12), max: Math.fround(1e12), noNaN: true }),
  )
  .map(([name, lo, hi]): IntegerGrid => ({ ...scaleOf(parseFormat(name), { lo, hi })!, lo, hi }));

const floatGrid = fc
  .tuple(
    fc.constantFrom('bf16', 'fp16', 'tf32', 'fp8e4m3fn', 'fp8e5m2', 'fp4e2m1', 'fp6e3m2', 'float<6,9>'),
    fc.float({ min: Math.fround(1e-6), max: Math.fround(1e6), noNaN: true }),
  )
  .map(([name, hi]): FloatGrid => {
    const format = parseFormat(name) as FloatFormat;
    return { format, scale: ['bf16', 'fp16', 'tf32'].includes(name) ? 1 : Math.fround(hi / format.max), lo: -hi, hi };
  });

const sumsOf = (buffer: ArrayBuffer, at: number): number[] => [...new Float64Array(buffer, at, 4)];

function expectSums(found: readonly number[], sums: twins.ErrorSums, x: Float32Array): void {
  const [squares, products, max, outside] = found;
  const near = (a: number, b: number, size: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(2e-6 * size + 1e-36);
  near(squares, sums.squares, sums.squares);
  near(products, sums.products, Math.sqrt(sums.squares * x.reduce((s, v) => s + v * v, 0)));
  // Squares below float32's range are lost.
  if (sums.max > 1e-18) near(Math.sqrt(max), sums.max, sums.max);
  expect(outside).toBe(sums.outside);
}

describe('kernels and their twins', () => {
  it('agree on affine values to the bit, and on the sums of their errors', () => {
    fc.assert(
      fc.property(finite, offset, integerGrid, (x, at, g) => {
        const s = staged(x, at);
        const grid = { ...g, lo: Math.fround(g.lo), hi: Math.fround(g.hi) };
        writeAffine(
          new Float32Array(s.memory, s.parameters),
          0,
          grid.scale,
          grid.qmin - grid.zeroPoint,
          grid.qmax - grid.zeroPoint,
          grid.lo,
          grid.hi,
        );
        kernels().affineFake(s.x, x.length, 1, s.parameters, s.out);
        expect([...new Float32Array(s.memory, s.out, x.length)]).toEqual([...x].map((v) => twins.affineValue(v, grid)));
        new Uint8Array(s.memory, s.out, 48).fill(0);
        kernels().affineErrors(s.x, x.length, 1, s.parameters, s.out, Reach.anywhere);
        expectSums(sumsOf(s.memory, s.out), twins.affineErrors(x, grid), x);
      }),
    );
  });

  it('do less where nothing is outside, with the same sums', () => {
    const cases = [
      ['int2', Reach.inside],
      ['int8', Reach.inside],
      ['uint8-sym', Reach.inside],
      ['int16', Reach.inside],
      ['uint4', Reach.rounded],
      ['int8-full', Reach.rounded],
      ['int4', Reach.symmetric],
    ] as const;
    fc.assert(
      fc.property(finite, fc.constantFrom(...cases), (x, [name, reach]) => {
        const s = staged(x, 0);
        const largest = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
        // A clip of half the largest magnitude leaves values outside.
        const hi = reach === Reach.symmetric ? Math.fround(largest / 2) : largest;
        const { scale, zeroPoint, qmin, qmax } = scaleOf(parseFormat(name), { lo: -hi, hi })!;
        writeAffine(new Float32Array(s.memory, s.parameters), 0, scale, qmin - zeroPoint, qmax - zeroPoint, -hi, hi);
        kernels().affineErrors(s.x, x.length, 1, s.parameters, s.out, reach);
        const less = sumsOf(s.memory, s.out);
        new Uint8Array(s.memory, s.out, 48).fill(0);
        kernels().affineErrors(s.x, x.length, 1, s.parameters, s.out, Reach.anywhere);
        expect(less).toEqual(sumsOf(s.memory, s.out));
      }),
    );
  });

  it('agree on float values to the bit, and on the sums of their errors', () => {
    fc.assert(
      fc.property(finite, offset, floatGrid, (x, at, g) => {
        const s = staged(x, at);
        const grid = { ...g, lo: Math.fround(g.lo), hi: Math.fround(g.hi) };
        writeFloat(
          new Float32Array(s.memory, s.parameters),
          new Int32Array(s.memory, s.parameters),
          0,
          grid.format,
          grid.scale,
          grid.lo,
          grid.hi,
        );
        kernels().floatFake(s.x, x.length, 1, s.parameters, s.out);
        expect([...new Float32Array(s.memory, s.out, x.length)]).toEqual([...x].map((v) => twins.floatValue(v, grid)));
        new Uint8Array(s.memory, s.out, 48).fill(0);
        kernels().floatErrors(s.x, x.length, 1, s.parameters, s.out, 1, grid.scale === 1 ? 0 : 1);
        expectSums(sumsOf(s.memory, s.out), twins.floatErrors(x, grid), x);
      }),
    );
  });

  it('tell the errors of values that were quantized elsewhere', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 60 }), (pairs) => {
        const n = pairs.length & ~3;
        const x = Float32Array.from(pairs.slice(0, n), ([v]) => v);
        const quantized = Float32Array.from(pairs.slice(0, n), ([, q]) => q);
        const s = staged(Float32Array.from([...x, ...quantized]), 0);
        kernels().valueErrors(s.x, s.x + n * 4, n, s.out);
        expectSums(sumsOf(s.memory, s.out), twins.errorSumsOf(x, quantized, -Infinity, Infinity), x);
      }),
    );
  });

  it('take several runs, each with its own parameters, and add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.array(integerGrid, { minLength: 1, maxLength: 8 }), (n, grids) => {
        const x = Float32Array.from({ length: n * grids.length }, (_, i) => Math.sin(i) * 5);
        const s = staged(x, 1);
        const floats = new Float32Array(s.memory, s.parameters);
        const expected = twins.noErrors();
        grids.forEach((g, r) => {
          const grid = { ...g, lo: Math.fround(g.lo), hi: Math.fround(g.hi) };
          writeAffine(floats, r * 8, grid.scale, grid.qmin - grid.zeroPoint, grid.qmax - grid.zeroPoint, grid.lo, grid.hi);
          twins.addErrorSums(expected, twins.affineErrors(x.subarray(r * n, r * n + n), grid));
        });
        kernels().affineErrors(s.x, n, grids.length, s.parameters, s.out, Reach.anywhere);
        expectSums(sumsOf(s.memory, s.out), expected, x);
      }),
    );
  });

  it('agree on moments, and leave zeros where values are not finite', () => {
    fc.assert(
      fc.property(any, offset, (x, at) => {
        const s = staged(x, at);
        kernels().moments(s.x, x.length, 1, s.out);
        const expected = twins.moments(x);
        [...new Float64Array(s.memory, s.out, 11)].forEach((v, i) => {
          // The order of additions is another; sums of odd powers may cancel.
          if (i >= 2 && i <= 5) expect(Math.abs(v - expected[i])).toBeLessThanOrEqual(1e-10 * 2e12 ** (i - 1) * (1 + x.length));
          // Whether the least of 0 and −0 is 0 or −0 depends on the order.
          else expect(v + 0).toBe(expected[i] + 0);
        });
        expect([...new Float32Array(s.memory, s.x, x.length)]).toEqual([...x].map((v) => (Number.isFinite(v) ? v : 0)));
      }),
    );
  });

  it('agree on moments of ordinary values to 12 digits', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 1, max: 3, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
        const x = Float32Array.from(values);
        const s = staged(x, 2);
        kernels().moments(s.x, x.length, 1, s.out);
        const expected = twins.moments(x);
        const size = x.length * 16;
        [...new Float64Array(s.memory, s.out, 11)].forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThanOrEqual(1e-13 * size));
      }),
    );
  });

  it('count by the upper 16 bits while they take moments, whatever the values', () => {
    fc.assert(
      fc.property(any, offset, fc.integer({ min: 1, max: 3 }), (values, at, runs) => {
        const x = Float32Array.from(Array.from({ length: runs }, () => [...values]).flat());
        const apart = staged(x, at);
        kernels().moments(apart.x, values.length, runs, apart.out);
        const expected = new Float64Array(apart.memory, apart.out, 11 * runs).slice();
        const s = staged(x, at);
        kernels().momentsAndCounts(s.x, values.length, runs, s.parameters, s.out);
        expect(new Float64Array(s.memory, s.parameters, 11 * runs).slice()).toEqual(expected);
        expect([...new Float32Array(s.memory, s.x, x.length)]).toEqual([...x].map((v) => (Number.isFinite(v) ? v : 0)));
        const tables = new Uint32Array(s.memory, s.out, 131072);
        const counts = tables.slice(0, 65536);
        for (let i = 0; i < 65536; i++) counts[i] += tables[65536 + i];
        expect(Buffer.from(counts.buffer).equals(Buffer.from(twins.histogram16(x).buffer))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('agree on counts', () => {
    fc.assert(
      fc.property(finite, offset, fc.integer({ min: 0, max: 8000 }), fc.integer({ min: 1, max: 400 }), (x, at, base, buckets) => {
        let s = staged(x, at);
        kernels().histogramLog(s.x, x.length, base, buckets, s.out);
        expect(new Uint32Array(s.memory, s.out, 2 * buckets).slice()).toEqual(twins.histogramLog(x, base, buckets));
        s = staged(x, at);
        const factor = Math.fround(buckets / 7);
        kernels().histogramAbsolute(s.x, x.length, factor, buckets, s.out);
        expect(new Uint32Array(s.memory, s.out, buckets).slice()).toEqual(twins.histogramAbsolute(x, factor, buckets));
      }),
      { numRuns: 40 },
    );
  });

  it('agree on extremes', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 100 }), fc.integer({ min: 1, max: 5 }), (values, runs) => {
        const x = Float32Array.from(Array.from({ length: runs }, (_, r) => values.map((v) => v * (r + 1))).flat());
        const s = staged(x, 3);
        kernels().extremes(s.x, values.length, runs, s.out);
        const expected = Array.from({ length: runs }, (_, r) => x.subarray(r * values.length, (r + 1) * values.length)).flatMap((run) => [
          Math.min(...run),
          Math.max(...run),
        ]);
        expect([...new Float32Array(s.memory, s.out, 2 * runs)].map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
      }),
    );
  });

  it('move values beyond the ends to them', () => {
    fc.assert(
      fc.property(any, value, value, offset, (x, a, b, at) => {
        const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
        const s = staged(x, at);
        kernels().clamp(s.x, x.length, lo, hi);
        const expected = [...x].map((v) => (v < lo ? lo : v > hi ? hi : v));
        expect([...new Float32Array(s.memory, s.x, x.length)].map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
      }),
    );
  });

  it('agree on the channel-major order of any slab', () => {
    const size = fc.integer({ min: 1, max: 21 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 7 }), offset, (outer, channels, inner, at) => {
        const x = Float32Array.from({ length: outer * channels * inner }, (_, i) => i);
        const s = staged(x, at);
        kernels().channelMajor(s.x, outer, channels, inner, s.out, outer * inner);
        expect(new Float32Array(s.memory, s.out, x.length).slice()).toEqual(twins.channelMajor(x, outer, channels, inner));
      }),
    );
  });

  it('blank what is not finite', () => {
    fc.assert(
      fc.property(any, (x) => {
        const s = staged(x, 1);
        kernels().blankNonFinite(s.x, x.length);
        expect([...new Float32Array(s.memory, s.x, x.length)]).toEqual([...x].map((v) => (Number.isFinite(v) ? v : 0)));
      }),
    );
  });
});
