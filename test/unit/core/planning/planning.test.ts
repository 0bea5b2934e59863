import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChoices } from '../../../../src/core/planning/core.js';
import { paretoFront } from '../../../../src/core/planning/front.js';
import { allocateGreedily, exchanged } from '../../../../src/core/planning/greedy.js';
import { convexHull, efficient, type Group } from '../../../../src/core/planning/problem.js';
import { bruteForce, everyAllocation, problems } from './brute.js';

const budgets = fc.integer({ min: 0, max: 150 });

describe('choices of a group', () => {
  const group: Group = [
    { cost: 8, loss: 1 },
    { cost: 2, loss: 100 },
    { cost: 4, loss: 10 },
    { cost: 4, loss: 11 }, // beaten at its own cost
    { cost: 6, loss: 9.9 }, // beats nobody, but lies above the line from 4 to 8
    { cost: 16, loss: 1 }, // dearer for nothing
    { cost: 1, loss: NaN },
    { cost: Infinity, loss: 0 },
  ];

  it('that no other beats are kept by rising cost', () => {
    expect(efficient(group)).toEqual([1, 2, 4, 0]);
  });

  it('on the convex hull are those that some price makes the best', () => {
    expect(convexHull(group)).toEqual([1, 2, 0]);
  });

  it('have to hold one that is finite', () => {
    expect(() => efficient([{ cost: 1, loss: NaN }])).toThrow(/no choice whose cost and loss are finite/);
  });
});

describe('Pareto front', () => {
  it('starts with the cheapest allocation, ends with the best, and no allocation beats a point', () => {
    fc.assert(
      fc.property(problems, (groups) => {
        const all = everyAllocation(groups);
        const front = paretoFront(groups);
        const points = Array.from({ length: front.length }, (_, i) => front.at(i));
        expect(points[0].cost).toBe(Math.min(...all.map(({ cost }) => cost)));
        expect(points[points.length - 1].loss).toBe(Math.min(...all.map(({ loss }) => loss)));
        for (const [i, point] of points.entries()) {
          expect(front.costs[i]).toBe(point.cost);
          expect(front.losses[i]).toBe(point.loss);
          expect(all.some(({ cost, loss }) => cost <= point.cost && loss <= point.loss && cost + loss < point.cost + point.loss)).toBe(
            false,
          );
        }
      }),
    );
  });

  it('buys less and less from point to point', () => {
    fc.assert(
      fc.property(problems, (groups) => {
        const front = paretoFront(groups);
        for (let i = 1; i < front.length; i++) expect(front.price(i)).toBeLessThanOrEqual(front.price(i - 1));
        expect(front.price(front.length - 1)).toBe(0);
      }),
    );
  });

  it('has no point beyond its ends', () => {
    const front = paretoFront([[{ cost: 1, loss: 1 }]]);
    expect(front.length).toBe(1);
    expect(() => front.at(1)).toThrow(/no point 1/);
    expect(() => front.at(-1)).toThrow(RangeError);
  });

  it('keeps the losses of its far end exact, however large those of its near end', () => {
    const front = paretoFront([
      [
        { cost: 1, loss: 1e12 },
        { cost: 2, loss: 1e-9 },
      ],
    ]);
    expect(front.losses[1]).toBe(1e-9);
  });
});

describe('greedy allocation', () => {
  it('fits, is no better than the optimum, and its bound no worse', () => {
    fc.assert(
      fc.property(problems, budgets, (groups, budget) => {
        const best = bruteForce(groups, budget);
        const greedy = allocateGreedily(groups, budget);
        if (best === null) {
          expect(greedy).toBeNull();
          return;
        }
        expect(greedy!.allocation.cost).toBeLessThanOrEqual(budget);
        expect(greedy!.allocation.loss).toBeGreaterThanOrEqual(best.loss);
        expect(greedy!.bound).toBeLessThanOrEqual(best.loss + 1e-9 * best.loss);
      }),
    );
  });

  it('uses what the front leaves of the budget', () => {
    const groups: Group[] = [
      [
        { cost: 0, loss: 10 },
        { cost: 3, loss: 7.5 }, // above the hull, the only one that fits
        { cost: 4, loss: 1 },
      ],
    ];
    expect(allocateGreedily(groups, 3)!.allocation.selection).toEqual([1]);
  });

  it('finds the least cost for a loss when both are exchanged', () => {
    const groups: Group[] = [
      [
        { cost: 8, loss: 0 },
        { cost: 4, loss: 2 },
      ],
      [
        { cost: 80, loss: 0 },
        { cost: 40, loss: 2 },
      ],
    ];
    expect(allocateGreedily(exchanged(groups), 2)!.allocation.selection).toEqual([0, 1]);
  });
});

describe('open choices', () => {
  it('hold an optimum together with what is known', () => {
    fc.assert(
      fc.property(problems, budgets, (groups, budget) => {
        const greedy = allocateGreedily(groups, budget);
        fc.pre(greedy !== null);
        const open = openChoices(groups, budget, greedy.allocation);
        const smaller = groups.map((group, g) => open[g].map((i) => group[i]));
        expect(bruteForce(smaller, budget)!.loss).toBe(bruteForce(groups, budget)!.loss);
      }),
    );
  });

  it('are few where the greedy answer is nearly the best', () => {
    // 300 layers of the same kind: 6.02 dB less noise for every bit
    const groups: Group[] = Array.from({ length: 300 }, (_, g) =>
      Array.from({ length: 12 }, (_, b) => ({ cost: (b + 2) * (1000 + 37 * (g % 17)), loss: (1 + (g % 7)) * 4 ** -(b + 2) })),
    );
    const budget = groups.reduce((sum, group) => sum + group[3].cost, 0) * 0.93;
    const { allocation } = allocateGreedily(groups, budget)!;
    const open = openChoices(groups, budget, allocation);
    expect(open.flat().length).toBeLessThan(900); // of 3600
  });
});
