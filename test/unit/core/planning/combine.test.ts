import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine } from '../../../../src/core/planning/combine.js';
import { efficient, type Group } from '../../../../src/core/planning/problem.js';
import { everyAllocation, problems } from './brute.js';

describe('groups chosen as one', () => {
  it('offer every sum that no other beats', () => {
    fc.assert(
      fc.property(problems, (groups) => {
        const { choices, complete } = combine(groups);
        const all = everyAllocation(groups);
        const best = efficient(all).map((i) => ({ cost: all[i].cost, loss: all[i].loss }));
        expect(complete).toBe(true);
        expect(choices.map(({ cost, loss }) => ({ cost, loss }))).toEqual(best);
        for (const { cost, loss, picks } of choices) {
          expect(picks.reduce((sum, pick, g) => sum + groups[g][pick].cost, 0)).toBe(cost);
          expect(picks.reduce((sum, pick, g) => sum + groups[g][pick].loss, 0)).toBe(loss);
        }
      }),
    );
  });

  it('say when they were too many to keep, and keep both ends', () => {
    const group: Group = Array.from({ length: 30 }, (_, i) => ({ cost: i + i / 100, loss: (30 - i) ** 2 }));
    const { choices, complete } = combine([group, group, group], 50);
    expect(complete).toBe(false);
    expect(choices.length).toBeLessThan(200);
    expect(choices[0].picks).toEqual([0, 0, 0]);
    expect(choices[choices.length - 1].picks).toEqual([29, 29, 29]);
  });
});
