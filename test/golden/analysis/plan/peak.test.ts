import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leastLoss, lowestPeak } from '../../../../src/analysis/plan/peak.js';
import { everyPeak, peakProblems } from '../../../unit/core/planning/brutePeak.js';

it('loses least of all allocations within a peak', async () => {
  await fc.assert(
    fc.asyncProperty(peakProblems, fc.integer({ min: 1, max: 400 }), async (problem, limit) => {
      const fitting = everyPeak(problem).filter(({ peak }) => peak <= limit);
      const found = await leastLoss(problem, limit, 10);
      if (fitting.length === 0) {
        expect(found).toBeNull();
        return;
      }
      const least = Math.min(...fitting.map(({ loss }) => loss));
      expect(found!.proven).toBe(true);
      expect(found!.allocation.loss).toBe(least);
      expect(found!.allocation.peak).toBeLessThanOrEqual(limit);
      expect(found!.bound).toBeLessThanOrEqual(least + 1e-9);
      expect(found!.greedy.loss).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 60 },
  );
});

it('has the lowest peak of all allocations that lose no more', async () => {
  await fc.assert(
    fc.asyncProperty(peakProblems, fc.integer({ min: 1, max: 2000 }), async (problem, limit) => {
      const fitting = everyPeak(problem).filter(({ loss }) => loss <= limit);
      const found = await lowestPeak(problem, limit, 10);
      if (fitting.length === 0) {
        expect(found).toBeNull();
        return;
      }
      const lowest = Math.min(...fitting.map(({ peak }) => peak));
      expect(found!.proven).toBe(true);
      expect(found!.allocation.peak).toBe(lowest);
      expect(found!.allocation.loss).toBeLessThanOrEqual(limit);
      expect(found!.bound).toBeLessThanOrEqual(lowest + 1e-9);
    }),
    { numRuns: 60 },
  );
});
