import { describe, expect, it, test } from 'vitest';
import { parseBudget, spellBudget } from '../../../../src/analysis/plan/budget.js';
import { canRun, runtimeNames, runtimes, schemesFor } from '../../../../src/analysis/plan/runtimes.js';
import { tiedLayers, type Wiring } from '../../../../src/analysis/plan/ties.js';
import { parseScheme } from '../../../../src/core/formats/index.js';

describe('budgets', () => {
  test.each([
    ['bits=4.5', 'bits', 4.5],
    ['size=1MiB', 'size', 1048576],
    ['size=1.5 MB', 'size', 1.5e6],
    ['size=512', 'size', 512],
    ['bops=2G', 'bops', 2e9],
    ['bops=1e9', 'bops', 1e9],
    ['energy=50uJ', 'energy', 5e7],
    ['energy=50µJ', 'energy', 5e7],
    ['energy=7', 'energy', 7],
    ['SQNR=30dB', 'sqnr', 30],
  ])('%s', (text, kind, limit) => {
    expect(parseBudget(text)).toMatchObject({ kind, limit, text });
  });

  test.each([
    ['4.5', /is not one; write bits=4.5/],
    ['bits=', /is not one/],
    ['bits=-1', /is not one/],
    ['latency=3', /is not one/],
    ['constructor=3', /is not one/],
    ['size=1lb', /has the unit "lb"; size takes b, kb/],
    ['bits=4b', /bits takes a plain number/],
    ['bits=0', /more than zero/],
    ['bits=1e999', /more than zero/],
  ])('%s is refused', (text, message) => {
    expect(() => parseBudget(text)).toThrow(message);
  });

  it('count what they limit; a floor of SQNR, what is minimised', () => {
    expect(['bits=4', 'size=4', 'bops=4', 'energy=4', 'sqnr=4'].map((text) => parseBudget(text, 'bops').cost)).toEqual([
      'size',
      'size',
      'bops',
      'energy',
      'bops',
    ]);
  });

  it('are spelled so that they are kept', () => {
    expect(spellBudget('bits', 2.0941)).toBe('bits=2.095');
    expect(spellBudget('sqnr', 36.97)).toBe('sqnr=36.9');
    expect(spellBudget('energy', 10.5)).toBe('energy=11pJ');
  });
});

describe('runtimes', () => {
  it('offer schemes in their canonical spelling, and name a source', () => {
    for (const name of runtimeNames) {
      for (const scheme of schemesFor(name)) expect(parseScheme(scheme).text).toBe(scheme);
      expect(runtimes[name].source).not.toBe('');
    }
  });

  it('take what their documents say, and nothing else', () => {
    expect(canRun('tflite', 'int8/channel/mse', 'Conv')).toBe(true);
    expect(canRun('tflite', 'int8/channel/mse', 'Gemm')).toBe(false);
    expect(canRun('tflite', 'int4/channel/mse', 'Conv')).toBe(false);
    expect(canRun('openvino', 'int4/channel/mse', 'Conv')).toBe(false);
    expect(canRun('openvino', 'int4/channel/mse', 'MatMul')).toBe(true);
    expect(canRun('tensorrt', 'int4/channel/mse', 'MatMul')).toBe(false);
    expect(canRun('onnxruntime', 'int3/channel/mse', 'Conv')).toBe(false);
    expect(canRun('generic', 'mxfp4', 'Conv')).toBe(true);
  });
});

describe('ties', () => {
  const tensor = (name: string, shape = [8, 8]) => ({ name, shape }) as unknown as Wiring['layers'][number]['weight'];
  const wiring = (rows: readonly (readonly [op: string, weight: string, inputs: string[]])[]): Wiring => ({
    nodes: rows.map(([op, , inputs], i) => ({ name: `n${i}`, op, domain: '', inputs, outputs: [], sources: [] })),
    layers: rows.map(([op, weight], i) => ({ op, node: i, weight: tensor(weight) })),
  });

  it('hold layers that use one weight', () => {
    const model = wiring([
      ['Gather', 'embedding', ['embedding', 'ids']],
      ['MatMul', 'w', ['x', 'w']],
      ['MatMul', 'embedding', ['y', 'embedding']],
    ]);
    expect(tiedLayers(model)).toEqual([[0, 2], [1]]);
  });

  it('hold the three projections of an attention', () => {
    const model = wiring([
      ['MatMul', 'q', ['x', 'q']],
      ['MatMul', 'k', ['x', 'k']],
      ['MatMul', 'v', ['x', 'v']],
      ['MatMul', 'o', ['y', 'o']],
    ]);
    expect(tiedLayers(model)).toEqual([[0, 1, 2], [3]]);
  });

  it('do not hold two branches, nor convolutions of one input', () => {
    const two = wiring([
      ['MatMul', 'a', ['x', 'a']],
      ['MatMul', 'b', ['x', 'b']],
    ]);
    expect(tiedLayers(two)).toEqual([[0], [1]]);
    const inception = wiring(['a', 'b', 'c'].map((w) => ['Conv', w, ['x', w]] as const));
    expect(tiedLayers(inception)).toEqual([[0], [1], [2]]);
  });

  it('run through shared weights and projections alike', () => {
    const model = wiring([
      ['MatMul', 'q', ['x', 'q']],
      ['MatMul', 'k', ['x', 'k']],
      ['MatMul', 'v', ['x', 'v']],
      ['MatMul', 'v', ['z', 'v']],
    ]);
    expect(tiedLayers(model)).toEqual([[0, 1, 2, 3]]);
  });
});
