import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBudget } from '../../../src/analysis/plan/budget.js';
import type { BudgetKind } from '../../../src/report/planRequest.js';
import { budgetOptions, budgetText, fieldsOf, proposed, readBudget, requestOf } from '../../../webview-ui/src/view/budget.js';
import { layer } from './layers.js';
import { plan } from './planFixture.js';

const options = budgetOptions(true, true);
const layers = [layer('conv', { parameters: 1000, macs: 50_000 }), layer('fc', { parameters: 2000, macs: null })];

describe('the budget that is asked for', () => {
  it('is one the planner can read, in every unit', () => {
    const some = fc.constantFrom(...options.flatMap(({ kind, units }) => units.map((unit) => ({ kind, unit }))));
    fc.assert(
      fc.property(some, fc.double({ min: 1e-3, max: 1e4, noNaN: true }), ({ kind, unit }, value) => {
        const request = requestOf({ kind, value: String(value), unit: unit.label, runtime: 'generic', minimize: 'size' })!;
        const budget = parseBudget(request.budgets[0]);
        expect(budget.kind).toBe(kind);
        expect(budget.limit).toBeCloseTo(value * unit.size, 9);
        expect(readBudget(request.budgets[0])).toMatchObject({ kind, unit: unit.label });
      }),
    );
  });

  it.each(['', '0', '-1', 'abc', 'Infinity'])('is none while %j is typed', (value) => {
    expect(requestOf({ kind: 'bits', value, unit: '', runtime: 'generic', minimize: 'size' })).toBeNull();
  });

  it('may be no loss of accuracy at all', () => {
    expect(requestOf({ kind: 'drop', value: '0', unit: '%', runtime: 'generic', minimize: 'time' })).toEqual({
      budgets: ['drop=0%'],
      runtime: 'generic',
      minimize: 'time',
    });
  });

  it('is proposed by what the model has and what a plan told', () => {
    const kinds = options.map(({ kind }): BudgetKind => kind);
    for (const kind of kinds)
      for (const found of [null, plan()]) {
        const fields = { kind, ...proposed(kind, layers, found), runtime: 'generic', minimize: 'size' } as const;
        expect(parseBudget(requestOf(fields)!.budgets[0]).limit).toBeGreaterThan(0);
      }
    expect(proposed('size', layers, null)).toEqual({ value: '1.65', unit: 'KiB' });
    expect(proposed('energy', layers, plan())).toEqual({ value: '450', unit: 'pJ' });
  });

  it('offers a loss of accuracy only where accuracies are known', () => {
    expect(options.map(({ kind }) => kind)).toContain('drop');
    expect(budgetOptions(true, false).map(({ kind }) => kind)).not.toContain('drop');
  });

  it('shows what was asked before', () => {
    expect(fieldsOf(null, 'tensorrt')).toMatchObject({ kind: 'bits', value: '4.5', runtime: 'tensorrt' });
    const asked = { budgets: ['time=12.5us'], runtime: 'onnxruntime', minimize: 'size' } as const;
    expect(fieldsOf(asked, 'generic')).toMatchObject({ kind: 'time', value: '12.5', unit: 'µs', runtime: 'onnxruntime' });
    expect(fieldsOf({ ...asked, budgets: ['bits=4', 'activations=1KiB'] }, 'generic')).toMatchObject({ kind: 'bits', value: '4.5' });
  });

  it.each([
    ['bits=2.031', 'average bits 2.031'],
    ['energy=105pJ', 'energy 105 pJ'],
    ['size=1024', 'size of the weights 1024 B'],
    ['time=3.151us', 'time 3.151 µs'],
    ['much', 'much'],
  ])('reads %s as %s', (text, words) => {
    expect(budgetText(text, true)).toBe(words);
  });
});
