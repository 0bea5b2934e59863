import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocateExactly } from '../../../../src/analysis/plan/exact.js';
import { allocateGreedily } from '../../../../src/core/planning/greedy.js';
import type { Group } from '../../../../src/core/planning/problem.js';
import { bruteForce, problems } from '../../../unit/core/planning/brute.js';

/** Layers of different sizes whose noise falls by about 6 dB for every bit; a linear congruential generator makes them uneven. */
function layers(count: number, schemes: number): Group[] {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () => {
    const size = Math.ceil(10 ** (2 + 4 * random()));
    const noise = 10 ** (-2 * random());
    return Array.from({ length: schemes }, (_, b) => ({ cost: size * (b + 2), loss: noise * 4 ** -(b + 2) * (0.5 + random()) }));
  });
}

it('finds the optimum that trying every assignment finds', async () => {
  await fc.assert(
    fc.asyncProperty(problems, fc.integer({ min: 0, max: 150 }), async (groups, budget) => {
      const greedy = allocateGreedily(groups, budget);
      fc.pre(greedy !== null);
      const { allocation, proven } = await allocateExactly(groups, budget, greedy.allocation, 10);
      expect(proven).toBe(true);
      expect(allocation.cost).toBeLessThanOrEqual(budget);
      expect(allocation.loss).toBe(bruteForce(groups, budget)!.loss);
    }),
    { numRuns: 60 },
  );
});

it('finds the optimum of six layers with real-valued noise', async () => {
  const groups = layers(6, 5);
  for (const share of [0.4, 0.5, 0.6, 0.8]) {
    const budget = share * groups.reduce((sum, group) => sum + group[4].cost, 0);
    const greedy = allocateGreedily(groups, budget)!;
    const { allocation, proven } = await allocateExactly(groups, budget, greedy.allocation, 10);
    expect(proven).toBe(true);
    expect(allocation.loss).toBeCloseTo(bruteForce(groups, budget)!.loss, 12);
  }
});

it('keeps the budget and the bound on many layers', async () => {
  const groups = layers(40, 12);
  const budget = 0.4 * groups.reduce((sum, group) => sum + group[11].cost, 0);
  const greedy = allocateGreedily(groups, budget)!;
  const { allocation } = await allocateExactly(groups, budget, greedy.allocation, 10);
  expect(allocation.cost).toBeLessThanOrEqual(budget);
  expect(allocation.loss).toBeLessThanOrEqual(greedy.allocation.loss);
  expect(allocation.loss).toBeGreaterThanOrEqual(greedy.bound * (1 - 1e-12));
}, 30_000);
