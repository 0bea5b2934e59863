import fc from 'fast-check';
import { peakAllocation, type PeakAllocation, type PeakProblem } from '../../../../src/core/planning/peak.js';

/** Every allocation whose loss is known. */
export function everyPeak(problem: PeakProblem): PeakAllocation[] {
  const selections = problem.groups.reduce<number[][]>(
    (prefixes, group) => prefixes.flatMap((prefix) => group.flatMap(({ loss }, i) => (Number.isFinite(loss) ? [[...prefix, i]] : []))),
    [[]],
  );
  return selections.map((selection) => peakAllocation(problem, selection));
}

const choice = fc.record({ bits: fc.constantFrom(2, 4, 8, 16, 32), loss: fc.integer({ min: 0, max: 1000 }) });

/** Up to four groups of up to four widths, held at up to five moments; whole numbers, so that sums are exact. */
export const peakProblems: fc.Arbitrary<PeakProblem> = fc
  .tuple(
    fc.array(fc.array(choice, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 })), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([groups, rows]) => ({
    groups,
    moments: rows.map(([base, shares]) => ({
      base,
      share: new Map(shares.slice(0, groups.length).flatMap((bytes, g) => (bytes > 0 ? [[g, bytes] as const] : []))),
    })),
  }));
