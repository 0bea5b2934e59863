import { describe, expect, it, test } from 'vitest';
import { budgetExamples, checkBudgets, parseBudget, spellBudget } from '../../../../src/analysis/plan/budget.js';

describe('budgets', () => {
  test.each([
    ['bits=4.5', 'bits', 4.5],
    ['size=1MiB', 'size', 1048576],
    ['size=1.5 MB', 'size', 1.5e6],
    ['size=512', 'size', 512],
    ['activations=64KiB', 'activations', 65536],
    ['bops=2G', 'bops', 2e9],
    ['bops=1e9', 'bops', 1e9],
    ['energy=50uJ', 'energy', 5e7],
    ['energy=50µJ', 'energy', 5e7],
    ['energy=7', 'energy', 7],
    ['time=2ms', 'time', 2e-3],
    ['time=1.5', 'time', 1.5],
    ['SQNR=30dB', 'sqnr', 30],
    ['drop=0.5%', 'drop', 0.005],
    ['drop=0', 'drop', 0],
  ])('%s', (text, kind, limit) => {
    expect(parseBudget(text)).toMatchObject({ kind, text });
    expect(parseBudget(text).limit).toBeCloseTo(limit, 12);
  });

  test.each([
    ['4.5', /is not one; write bits=4.5/],
    ['bits=', /is not one/],
    ['bits=-1', /is not one/],
    ['latency=3', /is not one/],
    ['constructor=3', /is not one/],
    ['size=1lb', /has the unit "lb"; size takes b, kb/],
    ['time=1h', /has the unit "h"; time takes s, ms/],
    ['bits=4b', /bits takes a plain number/],
    ['bits=0', /more than zero/],
    ['bits=1e999', /more than zero/],
  ])('%s is refused', (text, message) => {
    expect(() => parseBudget(text)).toThrow(message);
  });

  it('are shown by examples that can be read', () => {
    for (const text of budgetExamples.split(/, | or /)) expect(parseBudget(text).text).toBe(text);
  });

  it('count what they limit; a floor, what is minimised', () => {
    const kinds = ['bits=4', 'size=4', 'activations=4', 'bops=4', 'energy=4', 'time=4', 'sqnr=4', 'drop=4'];
    expect(kinds.map((text) => parseBudget(text, 'bops').cost)).toEqual([
      'size',
      'size',
      'activations',
      'bops',
      'energy',
      'time',
      'bops',
      'bops',
    ]);
  });

  it('are spelled so that they are kept', () => {
    expect(spellBudget('bits', 2.0941)).toBe('bits=2.095');
    expect(spellBudget('sqnr', 36.97)).toBe('sqnr=36.9');
    expect(spellBudget('energy', 10.5)).toBe('energy=11pJ');
    expect(spellBudget('drop', 0.01234)).toBe('drop=1.24');
    expect(spellBudget('time', 1.23456e-4)).toBe('time=123.5us');
    expect(spellBudget('time', 4.5e-10)).toBe('time=0.0004501us');
    for (const seconds of [1.23456e-4, 4.5e-10, 1, 0.1, 3.3333])
      expect(parseBudget(spellBudget('time', seconds)).limit).toBeGreaterThanOrEqual(seconds);
  });

  it('go together for weights and activations, and not otherwise', () => {
    const check = (...texts: string[]) => checkBudgets(texts.map((text) => parseBudget(text)));
    expect(() => check('bits=4')).not.toThrow();
    expect(() => check('activations=1KiB', 'size=4')).not.toThrow();
    expect(() => check('bits=4', 'size=4')).toThrow(/bits=4 and size=4 cannot be kept together/);
    expect(() => check('bops=4', 'activations=4')).toThrow(/cannot be kept together/);
    expect(() => check('bits=4', 'activations=4', 'bops=4')).toThrow(/cannot be kept together/);
  });
});
