import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divided, equalize, equalizingScales, reachBetween } from '../../../../src/core/remedies/equalize.js';
import type { LinearWeight } from '../../../../src/core/remedies/linear.js';

const matrix = (rows: number, columns: number, outputAxis: 0 | 1): LinearWeight => ({
  shape: [rows, columns],
  outputAxis,
  inputAxis: 1 - outputAxis,
  groups: 1,
});

/** y = W·relu(V·x + b), written without the core: V is [hidden, in], W is [out, hidden]. */
function network(v: Float32Array, b: Float32Array, w: Float32Array, x: readonly number[]): number[] {
  const hidden = Array.from(b, (bias, h) =>
    Math.max(
      0,
      x.reduce((sum, xi, i) => sum + v[h * x.length + i] * xi, bias),
    ),
  );
  return Array.from({ length: w.length / hidden.length }, (_, o) => hidden.reduce((sum, a, h) => sum + w[o * hidden.length + h] * a, 0));
}

describe('cross-layer equalization', () => {
  it('scales a channel of range 4 that enters with range 1 by 2, so that both reach 2', () => {
    expect([...equalizingScales([4, 1, 9], [1, 4, 9])]).toEqual([2, 0.5, 1]);
  });

  it('leaves channels alone that are zero on one side', () => {
    expect([...equalizingScales([0, 3], [5, 0])]).toEqual([1, 1]);
  });

  const numbers = (length: number) =>
    fc
      .array(fc.tuple(fc.float({ min: Math.fround(-1), max: 1, noNaN: true }), fc.integer({ min: -6, max: 6 })), {
        minLength: length,
        maxLength: length,
      })
      .map((pairs) => Float32Array.from(pairs, ([x, exponent]) => x * 2 ** exponent));

  it('keeps what two layers compute together, and makes both reach as far in every channel', () => {
    fc.assert(
      fc.property(numbers(12), numbers(4), numbers(8), numbers(3), (v, b, w, x) => {
        const first = { weight: v, linear: matrix(4, 3, 0) };
        const second = { weight: w, linear: matrix(2, 4, 0), spread: 1 };
        const before = network(v, b, w, [...x]);
        const even = equalize(first, second);
        const after = network(even.first, divided(b, even.scales), even.second, [...x]);
        const size = Math.max(...before.map(Math.abs), 1);
        after.forEach((y, o) => expect(Math.abs(y - before[o]) / size).toBeLessThan(1e-4));
        const reach = reachBetween({ ...first, weight: even.first }, { ...second, weight: even.second });
        reach.first.forEach((r, c) => {
          if (even.scales[c] !== 1 && r > 1e-30 && Math.abs(Math.log2(even.scales[c])) < 12) expect(reach.second[c] / r).toBeCloseTo(1, 4);
        });
      }),
    );
  });

  it('finds input channels in transposed, grouped and flattened weights', () => {
    const first = { weight: Float32Array.of(1, 2, 3, 4), linear: matrix(4, 1, 0) };
    // [in, out]: the two numbers of every input channel lie together.
    const transposed = equalize(first, { weight: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1), linear: matrix(4, 2, 1), spread: 1 });
    expect([...transposed.scales]).toEqual([1, 2, 3, 4].map((r) => Math.sqrt(r)));
    // Two groups of two input channels, one output channel each.
    const grouped = { shape: [2, 2, 1, 1], outputAxis: 0, inputAxis: 1, groups: 2 };
    const even = equalize(first, { weight: Float32Array.of(1, 2, 3, 4), linear: grouped, spread: 1 });
    expect([...even.scales]).toEqual([1, 1, 1, 1]);
    expect([...even.second]).toEqual([1, 2, 3, 4]);
    // Every channel became two columns.
    const flattened = equalize(first, { weight: Float32Array.of(0, 1, 8, 0, 3, 1, 4, 4), linear: matrix(1, 8, 0), spread: 2 });
    expect([...flattened.scales]).toEqual([1, 0.5, 1, 1]);
    expect([...flattened.second]).toEqual([0, 1, 4, 0, 3, 1, 4, 4]);
  });

  it('refuses layers that do not meet', () => {
    const layer = { weight: Float32Array.of(1, 2), linear: matrix(2, 1, 0) };
    expect(() => equalize(layer, { ...layer, spread: 1 })).toThrow('2 output channels do not meet 1 input channels');
  });
});
