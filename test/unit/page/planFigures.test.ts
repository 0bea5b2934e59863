import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsReading,
  energyBars,
  energyReading,
  frontReading,
  layerBits,
  measuredRows,
  memoryReading,
  memorySteps,
  peakStep,
  planNotes,
  rooflinePoints,
  rooflineReading,
  roofs,
  thinned,
  totalsRows,
} from '../../../webview-ui/src/view/planFigures.js';
import { noPlan } from '../../../webview-ui/src/view/planning.js';
import { frontPoints, schemesAt } from '../../../webview-ui/src/view/plans.js';
import { planBudget, planProgressWords, planSentence, staleSentence } from '../../../webview-ui/src/view/planWords.js';
import { costs, plan, totals } from './planFixture.js';

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('what is said of a plan', () => {
  it('is what it comes to, measured beside predicted', () => {
    expect(planSentence(plan())).toBe(
      '4.5 bits a weight, 1,000 B: 29.0 dB at the outputs measured, 30.0 predicted, accuracy 90 % (float 92 %).',
    );
  });

  it('is of the weights alone where nothing was run', () => {
    expect(planSentence(plan({ evidence: 'weights', measured: null }))).toBe(
      '4.5 bits a weight, 1,000 B, SQNR of the weights 28.0 dB; nothing was run.',
    );
  });

  it('names the budget as people read it', () => {
    expect(planBudget(plan({ budget: 'size=1.5MiB, activations=64KiB' }))).toBe(
      'size of the weights 1.5 MiB, peak activation memory 64 KiB',
    );
  });

  it('warns of a plan that is not of what is shown', () => {
    const known = { ...noPlan, plan: plan() };
    expect(staleSentence(known)).toBeNull();
    for (const stale of ['file', 'run'] as const)
      expect(staleSentence({ ...known, view: { ...noPlan.view, stale } })).toMatch(/since this plan was found/);
  });

  it('tells how far the finding of one is, and no share of what nobody knows', () => {
    const at = (stage: 'weights' | 'effects' | 'plan', remainingSeconds: number | null) =>
      planProgressWords({
        ...noPlan,
        view: { ...noPlan.view, kind: 'planning', progress: { stage, done: 1, total: 4, remainingSeconds } },
      });
    expect(at('weights', null)).toMatchObject({ line: 'Finding a plan: Trying schemes on the weights: 25 %', percent: 25 });
    expect(at('effects', 30).line).toBe('Finding a plan: Measuring effects: 25 %, about 30 s left');
    expect(at('plan', null)).toMatchObject({ line: 'Finding a plan: Running plans…', percent: null });
  });

  it('sums up the front', () => {
    expect(frontReading(plan(), 'bits', frontPoints(plan(), 'bits'))).toBe(
      '2 plans from 2 with 10.0 dB to 4 with 25.0 dB, predicted. The found plan does 1.0 dB worse than predicted.',
    );
    expect(frontReading(plan({ pareto: [] }), 'time', [])).toMatch(/^There is no front/);
  });

  it('counts widths', () => {
    expect(bitsReading(layerBits(plan(), schemesAt(plan(), 'found')))).toBe(
      'Weights: 1 layer with 4 bits, 1 layer with 5 bits; the input of 1 layer quantized.',
    );
  });

  it('adds what is known of the solver and of the run to its notes', () => {
    expect(planNotes(plan()).map(plain)).toEqual([
      'No assignment within the budget is predicted to be better.',
      'Most error piles up at fc: 27.0 dB there.',
      'It was corrected once.',
    ]);
    expect(planNotes(plan({ solver: { method: 'greedy', loss: 1.5, greedyLoss: 2, bound: 1 }, measured: null, notes: [] }))).toEqual([
      'Nothing better was found in time: 50 % above the bound of all assignments.',
    ]);
  });
});

describe('what a plan costs', () => {
  it('is told against float32 and int8', () => {
    const rows = totalsRows(plan(), totals());
    expect(rows[0].cells).toEqual(['∞', '44.0', '30.0']);
    expect(rows.find(({ id }) => id === 'bytes')).toMatchObject({ cells: ['7.8 KiB', '2 KiB', '1,000 B'], ratio: '÷ 8' });
    const unknown = totalsRows(plan({ predicted: totals({ energyPj: null }) }), totals({ energyPj: null }));
    expect(unknown.find(({ id }) => id === 'energy')).toMatchObject({ cells: ['6 nJ', '600 pJ', 'unknown'], ratio: '' });
  });

  it('is held against what was measured', () => {
    expect(measuredRows(plan()).map(({ name, cells }) => [name, ...cells])).toEqual([
      ['this plan', '29.0', '1,000 B', '4.5', '95 %', '90 %'],
      ['int4 everywhere', '24.0', '900 B', '4.1', '90 %', '85 %'],
    ]);
    expect(measuredRows(plan({ measured: null }))).toEqual([]);
  });

  it('is memory over the execution, with its peak', () => {
    const steps = memorySteps(plan());
    expect(steps).toEqual([
      { node: 'conv', weights: 1000, held: 1024 },
      { node: 'relu', weights: 1000, held: 2048 },
      { node: 'fc', weights: 1000, held: 512 },
    ]);
    expect(peakStep(steps)).toBe(1);
    expect(plain(memoryReading(plan(), steps))).toBe(
      'At most 3 KiB: 1,000 B of weights and 2 KiB of values while relu runs, in the order of the file. An estimate for one sample.',
    );
    const unknown = plan({ costs: { ...plan().costs, activations: null } });
    expect(memoryReading(unknown, memorySteps(unknown))).toMatch(/^Unknown/);
  });

  it('is memory of many steps in fewer bars, none of which hides a peak', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (held, most) => {
        const steps = held.map((bytes, i) => ({ node: `node ${i}`, weights: 1, held: bytes }));
        const bars = thinned(steps, most);
        expect(bars.length).toBeLessThanOrEqual(most);
        expect(Math.max(...bars.map(({ step }) => step.held))).toBe(Math.max(...held));
        for (const { step, at } of bars) expect(step).toBe(steps[at]);
        expect(bars.map(({ at }) => at)).toEqual(bars.map(({ at }) => at).sort((a, b) => a - b));
      }),
    );
  });

  it('is energy by where it goes', () => {
    const bars = energyBars(plan(), totals());
    expect(bars.map(({ label, dram }) => [label, dram])).toEqual([
      ['float32', 3000],
      ['int8', 300],
      ['plan', 300],
    ]);
    expect(energyReading(plan(), bars)).toBe(
      '600 pJ for one sample, 10 times less than float32; 50 % of it goes to main memory. An estimate: Horowitz.',
    );
    expect(energyReading(plan(), [])).toMatch(/^Unknown/);
  });

  it('is time under the roofs of a machine', () => {
    const points = rooflinePoints(plan());
    expect(points.map(({ layer, performance, bound }) => [layer, Math.round(performance / 1e6), bound])).toEqual([
      ['conv', 333, 'compute'],
      ['fc', 1000, 'memory'],
    ]);
    expect(roofs(plan())).toEqual([
      { label: 'int16, float32', peak: 1e12 },
      { label: 'int8', peak: 4e12 },
    ]);
    expect(plain(rooflineReading(plan(), points))).toBe(
      '1 of 2 layers are bound by memory on a machine; conv takes longest: 3 µs of 4 µs. An estimate from below.',
    );
    const unknown = plan({ costs: { ...plan().costs, layers: [costs('conv', { seconds: null, bound: null })] } });
    expect(rooflineReading(unknown, rooflinePoints(unknown))).toMatch(/^Unknown/);
  });
});
