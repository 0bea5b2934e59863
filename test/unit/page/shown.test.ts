import { describe, expect, it } from 'vitest';
import type { ShownPlan } from '../../../src/rpc/page.js';
import { landmarks } from '../../../webview-ui/src/view/plans.js';
import { measuredRows, memorySteps, planNotes, rooflinePoints } from '../../../webview-ui/src/view/planFigures.js';
import { planSentence } from '../../../webview-ui/src/view/planWords.js';
import { isOwn, noTrial, shownPlan, trialOf } from '../../../webview-ui/src/view/shown.js';
import { plan, totals } from './planFixture.js';

const trial = {
  measured: { ...plan().measured!, outputSqnrDb: 12, worst: null },
  comparisons: [],
  evidence: 'data' as const,
  samples: 64,
};
const answer = (more: Partial<ShownPlan> = {}): ShownPlan => {
  const { costs } = plan();
  const activations = { ...costs.activations!, held: [10, 20, 30], peakBytes: 30 };
  return {
    key: 'k',
    plan: { ...plan(), measured: null, budget: '', predicted: totals({ outputSqnrDb: 15 }), costs: { ...costs, activations } },
    trial: null,
    ...more,
  };
};

describe('the plan that is looked at', () => {
  it('is the one that was found, as it was measured then', () => {
    const found = plan();
    expect(shownPlan(found, 'found', null, null)).toBe(found);
    const unmeasured = plan({ measured: null, comparisons: [] });
    expect(shownPlan(unmeasured, 'found', null, trial)!.measured).toBe(trial.measured);
  });

  it('has at a point of the front nothing of the plan that was found', () => {
    const shown = shownPlan(plan(), 1, null, null)!;
    expect(shown.predicted).toMatchObject({ bytes: 900, outputSqnrDb: 25 });
    expect(shown.assignments.map(({ weight }) => weight)).toEqual(['int4/channel/mse', 'int4/channel/mse']);
    expect([memorySteps(shown), rooflinePoints(shown), measuredRows(shown), planNotes(shown)]).toEqual([[], [], [], []]);
    expect(planSentence(shown)).toContain('25.0 dB at the outputs predicted');
  });

  it('has at a point of the front what was worked out and measured of that', () => {
    const shown = shownPlan(plan(), 1, answer(), trial)!;
    expect(memorySteps(shown).map(({ held, weights }) => [held, weights])).toEqual([
      [10, 900],
      [20, 900],
      [30, 900],
    ]);
    expect(measuredRows(shown)[0].cells[0]).toBe('12.0');
    expect(planSentence(shown)).toContain('12.0 dB at the outputs measured, 25.0 predicted');
  });

  it('is the user’s once something is known of it, with or without one that was found', () => {
    expect(shownPlan(plan(), 'yours', null, null)).toBeNull();
    expect(shownPlan(null, 'yours', answer(), null)!.pareto).toEqual([]);
    const shown = shownPlan(plan(), 'yours', answer(), trial)!;
    expect(shown.predicted.outputSqnrDb).toBe(15);
    expect(shown.pareto).toHaveLength(3);
    const marks = landmarks(plan(), 'bytes', { plan: shown, point: false }).filter(({ of }) => of === 'shown');
    expect(marks.map(({ label, db }) => [label, db])).toEqual([
      ['Your plan, predicted', 15],
      ['Your plan, measured', 12],
    ]);
  });

  it('says what was measured of a plan that rests on the weights', () => {
    const shown = shownPlan(plan({ evidence: 'weights', measured: null }), 'found', answer(), trial)!;
    expect(planSentence(shown)).toContain('SQNR of the weights 28.0 dB, 12.0 dB at the outputs measured');
  });
});

describe('what a plan did', () => {
  const done = { ...noTrial, kind: 'done' as const, key: 'k', trial };
  it('is what it did last, and not what another one did', () => {
    expect(trialOf(null, done)).toBeNull();
    expect(trialOf(answer(), done)).toBe(trial);
    expect(trialOf(answer({ key: 'other' }), done)).toBeNull();
    expect(trialOf(answer({ key: 'other', trial }), { ...done, trial: null })).toBe(trial);
  });
});

describe('the user’s plan', () => {
  const base = { budget: 'bits=4.5', assignments: plan().assignments };
  it('is its own once it gives a layer something else', () => {
    expect(isOwn(plan(), [], base)).toBe(false);
    expect(isOwn(plan(), [{ layer: 'fc', weight: 'int5/channel/mse' }], base)).toBe(false);
    expect(isOwn(plan(), [{ layer: 'fc', weight: null }], base)).toBe(true);
    expect(isOwn(plan(), [{ layer: 'fc', weightClip: { lo: -1, hi: 1 } }], base)).toBe(true);
  });
});
