import { describe, expect, it } from 'vitest';
import { parseFormat } from '../../../../src/core/formats/index.js';
import { codeStatistics, count, newTally } from '../../../../src/core/metrics/codes.js';
import { addDetails, detailsOf, newDetails, spreadLevels } from '../../../../src/core/metrics/details.js';
import { histogramDivergence } from '../../../../src/core/metrics/divergence.js';

describe('codeStatistics', () => {
  const of = (codes: number[], available: number): object => {
    const found = [0, 1e6].map((expected) => {
      const tally = newTally(expected);
      for (const q of codes) count(tally, q);
      return codeStatistics(tally, available);
    });
    expect(found[1]).toEqual(found[0]);
    return found[0];
  };

  it('counts codes and bits, whatever the size of the codes', () => {
    expect(of([0, 0, 1, -1, 0, 0, 1, -1], 15)).toEqual({ used: 3 / 15, entropy: 1.5 });
    expect(of([-2147483648, 2147483647, 5, 5], 8)).toEqual({ used: 3 / 8, entropy: 1.5 });
    expect(of([], 15)).toEqual({ used: 0, entropy: 0 });
  });
});

describe('details', () => {
  it('have every figure of a worked example', () => {
    const sums = newDetails(4);
    addDetails(sums, Float32Array.of(3, 4, 0, 9), Float32Array.of(3, 3, 0.5, 0), Int32Array.of(3, 3, 1, 0), 0, 5);
    const { mae, bias, granularMse, overloadMse, sparsity, usedCodes, codeEntropy } = detailsOf(sums, parseFormat('uint2'), 0, 9, []);
    expect({ mae, bias, granularMse, overloadMse, sparsity, usedCodes, codeEntropy }).toEqual({
      mae: 10.5 / 4,
      bias: -9.5 / 4,
      granularMse: 1.25 / 4,
      overloadMse: 81 / 4,
      sparsity: 1 / 4,
      usedCodes: 3 / 4,
      codeEntropy: 1.5,
    });
  });

  it('spread a level over the values nearest to it', () => {
    const sums = newDetails(10);
    const levels = Float32Array.of(1, 1, 1, 1, 1, 1, 3, 3, 3, 3);
    addDetails(sums, levels, levels, new Int32Array(10), 0, 4);
    const bins = spreadLevels(sums.levels, 0, 4, 4);
    [3, 3, 2, 2].forEach((count, i) => expect(Math.abs(bins[i] - count)).toBeLessThan(0.03));
    expect(bins.reduce((a, b) => a + b)).toBeCloseTo(10, 10);
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
