import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runProgress } from '../../../../src/analysis/sensitivity/progress.js';
import { remainingSeconds, type StageWork } from '../../../../src/analysis/sensitivity/remaining.js';

const stage = (more: Partial<StageWork>): StageWork => ({
  stage: 'effects',
  left: 0,
  largest: 0,
  parallel: 1,
  timed: { cost: 0, seconds: 0 },
  ...more,
});

describe('the remaining time', () => {
  it('is not known before anything was timed', () => {
    expect(remainingSeconds([stage({ left: 5, largest: 1 })])).toBeNull();
    // Reading inputs tells nothing of how fast the model is.
    expect(remainingSeconds([stage({ stage: 'load', timed: { cost: 1, seconds: 9 } }), stage({ left: 5, largest: 1 })])).toBeNull();
  });

  it('goes on at the pace that was timed, shared by what works at once', () => {
    expect(remainingSeconds([stage({ left: 6, largest: 1, timed: { cost: 2, seconds: 4 } })])).toBe(12);
    expect(remainingSeconds([stage({ left: 6, largest: 1, parallel: 2, timed: { cost: 2, seconds: 4 } })])).toBe(6);
    // The last piece is not shared.
    expect(remainingSeconds([stage({ left: 1, largest: 1, parallel: 2, timed: { cost: 2, seconds: 4 } })])).toBe(2);
  });

  it('takes the pace of what was timed for stages that were not', () => {
    const slow = [stage({ stage: 'float', timed: { cost: 1, seconds: 10 } }), stage({ left: 4, largest: 1 })];
    const fast = [stage({ stage: 'float', timed: { cost: 1, seconds: 1 } }), stage({ left: 4, largest: 1 })];
    expect(remainingSeconds(slow)! / remainingSeconds(fast)!).toBeCloseTo(10);
  });

  it('is right to the second, whatever pieces cost, once a stage’s pace is known', () => {
    const piece = fc.record({ cost: fc.double({ min: 0.1, max: 2, noNaN: true }), known: fc.boolean() });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2, maxLength: 40 }), fc.double({ min: 0.01, max: 5, noNaN: true }), (pieces, pace) => {
        const told: (number | null)[] = [];
        const progress = runProgress(({ remainingSeconds: left }) => told.push(left));
        progress.begin(
          'effects',
          pieces.map(({ cost }) => cost),
          1,
        );
        pieces.forEach(({ cost, known }, i) => progress.done('effects', i, known ? null : cost * pace));
        const timed = pieces.findIndex(({ known }) => !known);
        if (timed < 0) return;
        pieces.forEach((_, i) => {
          if (i < timed) return;
          const left = pieces.slice(i + 1).reduce((sum, { cost }) => sum + cost * pace, 0);
          expect(told[i + 1]).toBeCloseTo(left, 6);
        });
      }),
    );
  });

  it('counts what was known already as done, not as fast', () => {
    const told: (number | null)[] = [];
    const progress = runProgress(({ remainingSeconds: left }) => told.push(left));
    progress.expect('together', 2, 1);
    progress.begin('effects', [1, 1, 1, 1], 1);
    progress.done('effects', 0, null);
    progress.done('effects', 1, 3);
    // 2 passes left here and 2 in the stage to come, at 3 s each.
    expect(told).toEqual([null, null, 12]);
  });
});
