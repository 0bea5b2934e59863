import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisiveMoments, descend, ladder, peakAllocation, refill, type PeakProblem } from '../../../../src/core/planning/peak.js';
import { everyPeak, peakProblems } from './brutePeak.js';

describe('a ladder of widths', () => {
  it('goes down in bits and up in loss; widths without a known loss are left out', () => {
    const group = [
      { bits: 4, loss: 10 },
      { bits: 8, loss: 1 },
      { bits: 6, loss: 12 },
      { bits: 32, loss: 0 },
      { bits: 2, loss: NaN },
    ];
    expect(ladder(group)).toEqual([3, 1, 0]);
    expect(() => ladder([{ bits: 8, loss: NaN }])).toThrow(/no choice whose loss is finite/);
  });
});

describe('a peak', () => {
  const wide = { bits: 32, loss: 0 };
  const narrow = { bits: 8, loss: 1 };
  const problem: PeakProblem = {
    groups: [
      [wide, narrow],
      [wide, narrow],
    ],
    moments: [
      { base: 10, share: new Map([[0, 1]]) },
      { base: 0, share: new Map([[1, 1]]) },
    ],
  };

  it('is that of the fullest moment', () => {
    expect(peakAllocation(problem, [0, 0])).toEqual({ selection: [0, 0], peak: 42, loss: 0 });
    expect(peakAllocation(problem, [1, 0])).toEqual({ selection: [1, 0], peak: 32, loss: 1 });
  });

  it('is lowered where it is, and nowhere else', () => {
    expect(descend(problem).map(({ selection }) => selection)).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  it('goes down step by step to the lowest there is', () => {
    fc.assert(
      fc.property(peakProblems, (small) => {
        const found = descend(small);
        const all = everyPeak(small);
        for (let i = 1; i < found.length; i++) expect(found[i].peak).toBeLessThan(found[i - 1].peak);
        expect(found[0].loss).toBe(Math.min(...all.map(({ loss }) => loss)));
        expect(found[found.length - 1].peak).toBe(Math.min(...all.map(({ peak }) => peak)));
      }),
    );
  });

  it('is filled up again within its limit', () => {
    fc.assert(
      fc.property(peakProblems, fc.integer({ min: 0, max: 400 }), (small, limit) => {
        const start = descend(small).find(({ peak }) => peak <= limit);
        fc.pre(start !== undefined);
        const filled = refill(small, start, limit);
        expect(filled.peak).toBeLessThanOrEqual(limit);
        expect(filled.loss).toBeLessThanOrEqual(start.loss);
      }),
    );
  });

  it('is the same without the moments that cannot be the fullest', () => {
    fc.assert(
      fc.property(peakProblems, (small) => {
        const fewer = { ...small, moments: decisiveMoments(small.moments) };
        for (const { selection, peak } of everyPeak(small)) expect(peakAllocation(fewer, selection).peak).toBe(peak);
      }),
    );
    expect(decisiveMoments([...problem.moments, { base: 11, share: new Map([[0, 2]]) }])).toHaveLength(2);
  });
});
