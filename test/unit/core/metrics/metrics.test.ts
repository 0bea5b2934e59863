import { describe, expect, it } from 'vitest';
import { codeStatistics } from '../../../../src/core/metrics/codes.js';
import { compare } from '../../../../src/core/metrics/compare.js';
import { histogramDivergence } from '../../../../src/core/metrics/divergence.js';

describe('compare', () => {
  it('has every figure of a worked example', () => {
    const c = compare(Float32Array.of(3, 4, 0, NaN), Float32Array.of(3, 3, 0.5, 1));
    expect(c.count).toBe(3);
    expect(c.mse).toBeCloseTo(1.25 / 3, 12);
    expect(c.mae).toBe(0.5);
    expect(c.maxError).toBe(1);
    expect(c.bias).toBeCloseTo(-0.5 / 3, 12);
    expect(c.sqnrDb).toBeCloseTo(10 * Math.log10(25 / 1.25), 12);
    expect(c.cosine).toBeCloseTo(21 / Math.sqrt(25 * 18.25), 12);
  });

  it('has no SQNR without error or without signal', () => {
    expect(compare(Float32Array.of(1), Float32Array.of(1)).sqnrDb).toBeNull();
    expect(compare(Float32Array.of(0), Float32Array.of(1))).toMatchObject({ sqnrDb: null, cosine: null });
    expect(compare(new Float32Array(0), new Float32Array(0))).toMatchObject({ count: 0, mse: 0, sqnrDb: null });
  });
});

describe('codeStatistics', () => {
  it('counts codes, zeros and bits', () => {
    expect(codeStatistics(Int32Array.of(0, 0, 1, -1, 0, 0, 1, -1), 15, 0)).toEqual({ used: 3 / 15, entropy: 1.5, sparsity: 0.5 });
    expect(codeStatistics(new Int32Array(0), 15, 0)).toEqual({ used: 0, entropy: 0, sparsity: 0 });
  });
});

describe('histogramDivergence', () => {
  it('is zero for proportional counts and that of the definition otherwise', () => {
    expect(histogramDivergence([1, 2, 3], [10, 20, 30])).toBeCloseTo(0, 6);
    expect(histogramDivergence([1, 1], [1, 3], 0)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 12);
    expect(histogramDivergence([5, 5], [10, 0])).toBeGreaterThan(1);
    expect(histogramDivergence([0, 0], [1, 1])).toBe(0);
  });
});
