import fc from 'fast-check';
import { allocation, type Allocation, type Group } from '../../../../src/core/planning/problem.js';

/** Every selection of usable choices. */
export function everyAllocation(groups: readonly Group[]): Allocation[] {
  const selections = groups.reduce<number[][]>(
    (prefixes, group) =>
      prefixes.flatMap((prefix) =>
        group.flatMap(({ cost, loss }, i) => (Number.isFinite(cost) && Number.isFinite(loss) ? [[...prefix, i]] : [])),
      ),
    [[]],
  );
  return selections.map((selection) => allocation(groups, selection));
}

/** The least loss within the budget by trying everything; null when nothing fits. */
export function bruteForce(groups: readonly Group[], budget: number): Allocation | null {
  const fitting = everyAllocation(groups).filter(({ cost }) => cost <= budget);
  return fitting.length === 0 ? null : fitting.reduce((a, b) => (b.loss < a.loss ? b : a));
}

// whole numbers: sums are exact, so that what fits is no matter of rounding
const choice = fc.record({ cost: fc.integer({ min: 0, max: 40 }), loss: fc.integer({ min: 0, max: 1000 }) });
const broken = fc.constantFrom({ cost: NaN, loss: 1 }, { cost: 3, loss: NaN }, { cost: 1, loss: Infinity }, { cost: -Infinity, loss: 0 });

/** Small problems; each group holds a usable choice, and some hold choices that are not numbers. */
export const problems = fc.array(
  fc
    .tuple(choice, fc.array(fc.oneof({ weight: 6, arbitrary: choice }, { weight: 1, arbitrary: broken }), { maxLength: 4 }))
    .map(([a, rest]) => [...rest, a]),
  { minLength: 1, maxLength: 5 },
);
