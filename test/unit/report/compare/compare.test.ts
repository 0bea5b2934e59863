import { describe, expect, it } from 'vitest';
import { compare, isDifferent } from '../../../../src/report/compare/compare.js';
import { comparedPlan, comparedReport } from '../../../../src/report/compare/compared.js';
import { writeChange, writeValue } from '../../../../src/report/compare/text.js';
import type { Plan } from '../../../../src/report/plan.js';
import type { LayerError, LayerReport } from '../../../../src/report/types.js';
import { layer, report } from '../../extension/reports.js';
import { effect } from '../run.js';

const error = (scheme: string, sqnrDb: number | null): LayerError => ({
  scheme,
  target: 'weight',
  bits: 4,
  effectiveBits: 4,
  sqnrDb,
  mse: 0,
  maxError: 0,
  cosine: 1,
  clippedFraction: 0,
  clip: { lo: -1, hi: 1 },
});
const made = (...layers: LayerReport[]) => comparedReport('m.onnx', 'report', report(...layers));
const assignments = (...schemes: readonly (readonly [layer: string, weight: string | null])[]) =>
  ({
    model: { file: 'm.onnx', sha256: null, parameters: 3 },
    evidence: 'weights',
    samples: 0,
    budget: 'bits=4',
    runtime: 'generic',
    assignments: schemes.map(([name, weight]) => ({ layer: name, weight, activation: null, input: null, clip: null })),
    predicted: { bytes: 10, effectiveBits: 4, weightSqnrDb: 20 },
    measured: null,
  }) as unknown as Plan;

describe('a comparison', () => {
  it('finds no difference between a report and itself', () => {
    const one = made({ ...layer('a', {}), errors: [error('int4/channel/mse', 18)] }, layer('b', {}));
    const { different, layers } = compare(one, one);
    expect(different).toBe(0);
    expect(layers.map(({ a }) => a!.name)).toEqual(['a', 'b']);
  });

  it('shows missing layers first, then what layers are, then their figures by size, and those alike last', () => {
    const before = made(
      layer('alike', {}),
      { ...layer('a little', {}), errors: [error('int4/channel/mse', 18)] },
      { ...layer('a lot', {}), errors: [error('int4/channel/mse', 18), error('int8/channel/mse', 40)] },
      { ...layer('effect', {}), sensitivity: [effect('int4/channel/mse', 30)] },
      { ...layer('reshaped', {}), shape: [6, 1, 5, 5] },
      { ...layer('gone', {}), op: 'Gemm' },
    );
    const after = made(
      layer('alike', {}),
      { ...layer('a little', {}), errors: [error('int4/channel/mse', 18.5)] },
      { ...layer('a lot', {}), errors: [error('int4/channel/mse', 12), error('int8/channel/mse', 39)] },
      { ...layer('effect', {}), sensitivity: [effect('int4/channel/mse', null)] },
      { ...layer('reshaped', {}), shape: [6, 1, 3, 3] },
    );
    const { layers, different } = compare(before, after);
    expect(layers.map(({ a, b }) => (a ?? b)!.name)).toEqual(['gone', 'reshaped', 'effect', 'a lot', 'a little', 'alike']);
    expect(different).toBe(5);
    expect(layers.filter(isDifferent)).toHaveLength(5);
    expect(layers[3].differences).toEqual([
      { what: 'error', of: 'int4/channel/mse', unit: 'dB', a: 18, b: 12 },
      { what: 'error', of: 'int8/channel/mse', unit: 'dB', a: 40, b: 39 },
    ]);
    expect(layers[2].differences).toEqual([{ what: 'effect', of: 'int4/channel/mse', unit: 'dB', a: 30, b: null }]);
  });

  it('leaves out figures that are written alike, or that one side has not', () => {
    const before = made({ ...layer('a', {}), errors: [error('int4/channel/mse', 18.01), error('fp16', 80)] });
    const after = made({ ...layer('a', {}), errors: [error('int4/channel/mse', 18.02)] });
    expect(compare(before, after).different).toBe(0);
  });

  it('tells plans apart by their schemes', () => {
    const a = comparedPlan('a.precision.json', assignments(['x', 'int4/channel/mse'], ['y', null]));
    const b = comparedPlan('b.precision.json', assignments(['x', 'int8/channel/mse'], ['y', null]));
    const { layers, totals } = compare(a, b);
    expect(layers[0].differences).toEqual([
      { what: 'planned-weight', of: null, unit: 'scheme', a: 'int4/channel/mse', b: 'int8/channel/mse' },
    ]);
    expect(layers[1].differences).toEqual([]);
    expect(totals.find(({ what }) => what === 'planned-bytes')).toEqual({ what: 'planned-bytes', unit: 'bytes', a: 10, b: 10 });
  });

  it('sets a plan beside a report of the model', () => {
    const plan = comparedPlan('a.precision.json', assignments(['x', 'int4/channel/mse']));
    const { layers, totals } = compare(plan, made(layer('x', {})));
    expect(layers[0]).toMatchObject({ by: 'name', differences: [] });
    expect(totals.find(({ what }) => what === 'budget')).toMatchObject({ a: 'bits=4', b: undefined });
  });
});

describe('values', () => {
  it('are written with their units, and changes with their signs', () => {
    expect(writeValue(undefined, 'dB')).toBe('–');
    expect(writeValue(null, 'dB')).toBe('exact');
    expect(writeValue(null, 'scheme')).toBe('as it is');
    expect(writeValue(2048, 'bytes')).toBe('2.0 KiB');
    expect(writeValue(0.912, 'share')).toBe('91.2 %');
    expect(writeChange(20, 17.5, 'dB')).toBe('−2.5 dB');
    expect(writeChange(1000, 2500, 'count')).toBe('+1,500');
    expect(writeChange(20, null, 'dB')).toBe('');
    expect(writeChange(1, 1, 'real')).toBe('');
  });
});
