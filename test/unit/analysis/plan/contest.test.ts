import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '../../../../src/analysis/plan/allocate.js';
import { parseBudget } from '../../../../src/analysis/plan/budget.js';
import { naivePlans } from '../../../../src/analysis/plan/comparisons.js';
import { contest } from '../../../../src/analysis/plan/contest.js';
import { fits, isAllowed, refine } from '../../../../src/analysis/plan/refine.js';
import { settle } from '../../../../src/analysis/plan/settle.js';
import type { Assigned } from '../../../../src/analysis/plan/subject.js';
import { storedBitsOf } from '../../../../src/analysis/plan/totals.js';
import { layer, site, subject } from './subjects.js';
import { benchIn, sum, type World } from './worlds.js';

const layers = [layer('a', 100, 1), layer('b', 300, 2), layer('c', 200, 0.5), layer('d', 100, 3)];
const plain = subject(layers);
const budget = parseBudget('bits=4');
const naive = (assigned: Assigned) => naivePlans([], plain, assigned);
const bitsOf = ({ weights }: Assigned) => weights.map(({ width }) => width.bits);

/** A world where some layers are louder than anybody thinks and one is quieter, but the prediction does not miss by much. */
const otherwise: World = ([a, b, c, d]) => 3 * a + b + c + 0.3 * d;

describe('a plan and what a user would do instead', () => {
  it('keeps the plan when nothing near it is better', async () => {
    const { bench } = benchIn((weights) => sum(weights), plain);
    const settled = await settle(plain, [budget], bench);
    const { settled: after, rivals } = await contest(settled, naive, [budget], bench);
    expect(after.assigned).toEqual(settled.assigned);
    expect(after.solver.method).toBe('exact');
    expect(rivals.map(({ name }) => name)).toContain('greedily by SQNR of the weights');
  });

  it('takes what runs best near it, within the budget, and says so', async () => {
    const even = subject(layers.map(({ name }, i) => layer(name, 100, [1, 2, 0.5, 3][i])));
    const { bench } = benchIn(otherwise, even);
    const settled = await settle(even, [budget], bench);
    const { settled: after } = await contest(settled, (assigned) => naivePlans([], even, assigned), [budget], bench);
    expect(after.trial.figures.outputSqnrDb!).toBeGreaterThan(settled.trial.figures.outputSqnrDb!);
    expect(storedBitsOf(even.layers, after.assigned.weights)).toBeLessThanOrEqual(4 * 400);
    expect(after.solver.method).toBe('measured');
    expect(after.notes[after.notes.length - 1]).toMatch(
      /^\d+ assignments near it were run too: the best of them gives \d\.\d dB more and is the plan\.$/,
    );
  });

  it('never gives what something naive beats', async () => {
    const world = fc.array(fc.double({ min: 0.02, max: 50, noNaN: true }), { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(world, fc.integer({ min: 20, max: 70 }), async (loudness, tenths) => {
        const { bench } = benchIn((weights) => sum(weights.map((noise, i) => noise * loudness[i])), plain);
        const bits = [parseBudget(`bits=${tenths / 10}`)];
        const planned = await allocate(plain, bits);
        const [trial] = await bench.run([planned.assigned]);
        const start = { ...planned, trial, subject: plain, rounds: 0, notes: [] };
        const { settled, rivals } = await contest(start, naive, bits, bench);
        for (const rival of rivals)
          if (fits(plain, rival.assigned, bits) && isAllowed(plain, rival.assigned))
            expect(rival.trial.figures.outputSqnrDb ?? Infinity).toBeLessThanOrEqual(settled.trial.figures.outputSqnrDb ?? Infinity);
        expect(settled.trial.figures.outputSqnrDb ?? Infinity).toBeGreaterThanOrEqual(trial.figures.outputSqnrDb ?? Infinity);
      }),
      { numRuns: 20 },
    );
  });

  it('takes something cheaper that keeps a floor', async () => {
    // All noise is that of the last layer: what is spent on the others is wasted.
    const { bench } = benchIn(([, , , d]) => d, plain);
    const floor = [parseBudget('sqnr=20')];
    const settled = await settle(plain, floor, bench);
    const cheap: Assigned = {
      ...settled.assigned,
      weights: settled.assigned.weights.map((option, i) => (i === 3 ? option : layers[i].options[0])),
    };
    const { settled: after } = await contest(settled, () => [{ name: 'little', assigned: cheap }], floor, bench);
    expect(bitsOf(after.assigned).slice(0, 3)).toEqual([2, 2, 2]);
    expect(after.trial.figures.outputSqnrDb!).toBeGreaterThanOrEqual(20);
  });

  it('lets nothing compete that could not have been planned', async () => {
    const tied = { ...plain, layerTies: [[0, 1], [2], [3]] };
    const { bench } = benchIn(() => 1e-9, tied);
    const settled = await settle(tied, [budget], bench);
    const split: Assigned = { weights: layers.map(({ options }, i) => options[i === 0 ? 3 : 0]), activations: [] };
    const foreign: Assigned = { weights: split.weights.map((option) => ({ ...option, scheme: 'int4/tensor/minmax' })), activations: [] };
    expect([split, foreign, settled.assigned].map((one) => isAllowed(tied, one))).toEqual([false, false, true]);
    const large: Assigned = { weights: layers.map(({ options }) => options[6]), activations: [] };
    const better = [split, foreign, large].map((assigned, i) => ({ name: String(i), assigned }));
    const quiet = { ...bench, run: (some: readonly Assigned[]) => bench.run(some) };
    const { settled: after } = await contest(settled, () => better, [budget], quiet);
    expect(after.assigned).toEqual(settled.assigned);
  });
});

describe('a search near an assignment', () => {
  it('runs each assignment once, and fifty at most', async () => {
    const many = subject(Array.from({ length: 40 }, (_, i) => layer(`l${i}`, 100, 1 + (i % 7))));
    const { bench, asked } = benchIn((weights) => sum(weights.map((noise, i) => noise * (1 + (i % 5)))), many);
    const { assigned } = await allocate(many, [budget]);
    const [trial] = await bench.run([assigned]);
    const { best, trials } = await refine(many, [budget], { assigned, trial }, bench);
    expect(asked.runs).toBe(trials + 1);
    expect(trials).toBeLessThanOrEqual(52);
    expect(best.trial.figures.outputSqnrDb!).toBeGreaterThan(trial.figures.outputSqnrDb!);
    expect(fits(many, best.assigned, [budget])).toBe(true);
  });

  it('moves activations too, under a budget that counts them', async () => {
    const whole = subject(layers, [site('x', [0], 0.01), site('y', [1], 0.01)]);
    const bops = parseBudget('bops=400k');
    const { bench } = benchIn((weights, [x, y]) => sum(weights) + 3 * x + 0.3 * y, whole);
    const { assigned } = await allocate(whole, [bops]);
    const [trial] = await bench.run([assigned]);
    const { best } = await refine(whole, [bops], { assigned, trial }, bench);
    expect(fits(whole, best.assigned, [bops])).toBe(true);
    expect(isAllowed(whole, best.assigned)).toBe(true);
    expect(best.trial.figures.outputSqnrDb!).toBeGreaterThanOrEqual(trial.figures.outputSqnrDb!);
  });
});
