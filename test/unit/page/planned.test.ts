import { describe, expect, it } from 'vitest';
import { effectOf } from '../../../webview-ui/src/view/effects.js';
import {
  asPlanned,
  isSuggested,
  partsFor,
  plannedError,
  plannedFor,
  plannedOf,
  plannedInput,
  planLayers,
  withErrors,
} from '../../../webview-ui/src/view/planned.js';
import { planSentence } from '../../../webview-ui/src/view/curves.js';
import { facts } from '../../../webview-ui/src/view/facts.js';
import { shadeColumns } from '../../../webview-ui/src/graph/shade.js';
import { schemeOptions } from '../../../webview-ui/src/view/schemeOptions.js';
import type { LayerError, LayerReport, ValueStats } from '../../../src/report/types.js';
import { layer as blank } from '../extension/reports.js';
import { effect } from '../report/run.js';

const error = (scheme: string, bits: number, sqnrDb: number | null, target: LayerError['target'] = 'weight'): LayerError => ({
  scheme,
  target,
  bits,
  effectiveBits: bits + 0.5,
  sqnrDb,
  mse: 0,
  maxError: 0,
  cosine: 1,
  clippedFraction: 0,
  clip: { lo: -bits, hi: bits },
});

const layer = (name: string, more: Partial<LayerReport> = {}): LayerReport => ({
  ...blank(name, {}),
  parameters: 100,
  errors: [error('int4/channel/mse', 4, 25), error('int8/channel/mse', 8, 45), error('int4/tensor/minmax', 4, 20)],
  sensitivity: [effect('int4/channel/mse', 27), effect('int8/channel/mse', 48)],
  ...more,
});

describe('what is planned for a layer', () => {
  it('is the suggestion, then what was found, then what the user decided, part by part', () => {
    const one = layer('a');
    expect(plannedOf(one, undefined, undefined)).toEqual({
      weight: 'int4/channel/mse',
      activation: null,
      clip: undefined,
      transforms: [],
      equalizedBy: null,
      chosen: [],
    });
    const base = { weight: 'int8/channel/mse', activation: 'uint8/tensor/minmax' };
    expect(plannedOf(one, undefined, base)).toMatchObject(base);
    expect(plannedOf(one, { layer: 'a', activation: null }, base)).toMatchObject({
      weight: 'int8/channel/mse',
      activation: null,
      chosen: ['activation'],
    });
    const [, second] = plannedFor([one, layer('b')], [{ layer: 'b', weight: null }], null);
    expect(second).toMatchObject({ weight: null, chosen: ['weight'] });
  });

  it('tells of both layers that they are equalized, whether that was found or decided, until it is taken back', () => {
    const layers = ['a', 'b', 'c'].map((name) => layer(name));
    const at = (first: string | null) => ({
      weight: null,
      activation: null,
      ...(first ? { transforms: [{ transform: 'equalize', with: first }] as const } : {}),
    });
    const base = { budget: 'bits=4', assignments: [at('b'), at(null), at(null)] };
    expect(plannedFor(layers, [], base).map(({ equalizedBy }) => equalizedBy)).toEqual([null, 'a', null]);
    const decided = [{ layer: 'b', transforms: [{ transform: 'equalize', with: 'c' }] as const }];
    expect(plannedFor(layers, decided, base).map(({ equalizedBy }) => equalizedBy)).toEqual([null, 'a', 'b']);
    const back = plannedFor(layers, [{ layer: 'a', transforms: [] }], base);
    expect(back.map(({ equalizedBy, transforms }) => [equalizedBy, transforms])).toEqual([
      [null, []],
      [null, []],
      [null, []],
    ]);
  });

  it('takes the place of what is suggested, with its figures', () => {
    const one = layer('a');
    expect(asPlanned(one, plannedOf(one, undefined, undefined))).toBe(one);
    const eight = asPlanned(one, plannedOf(one, { layer: 'a', weight: 'int8/channel/mse' }, undefined));
    expect(eight.advice).toMatchObject({ scheme: 'int8/channel/mse', bits: 8, sqnrDb: 45, clip: { lo: -8, hi: 8 } });
    expect(effectOf(eight)!.outputSqnrDb).toBe(48);
    expect(asPlanned(one, plannedOf(one, { layer: 'a', weight: null }, undefined)).advice).toBeNull();
  });

  it('has no figures that were measured with another range', () => {
    const one = layer('a');
    const own = asPlanned(one, plannedOf(one, { layer: 'a', weightClip: { lo: -1, hi: 2 } }, undefined));
    expect(own.advice).toMatchObject({ clip: { lo: -1, hi: 2 }, sqnrDb: NaN });
    expect(effectOf(own)).toBeUndefined();
  });

  it('has the figures that were measured for it', () => {
    const extra = [
      { layer: 'b', error: error('uint4/channel/mse', 4, 26) },
      { layer: 'b', error: error('int4/channel/fixed:-1..2', 4, 23) },
    ];
    const [a, b] = withErrors([layer('a'), layer('b')], extra);
    expect(a.errors).toHaveLength(3);
    expect(asPlanned(b, plannedOf(b, { layer: 'b', weight: 'uint4/channel/mse' }, undefined)).advice).toMatchObject({
      bits: 4,
      sqnrDb: 26,
    });
    expect(asPlanned(b, plannedOf(b, { layer: 'b', weightClip: { lo: -1, hi: 2 } }, undefined)).advice).toMatchObject({
      bits: 4,
      sqnrDb: 23,
    });
  });

  it('has the bits that its name says where nobody measured it', () => {
    const one = layer('a');
    expect(asPlanned(one, plannedOf(one, { layer: 'a', weight: 'int6/tensor/mse' }, undefined)).advice).toMatchObject({
      bits: 6,
      sqnrDb: NaN,
    });
  });

  it('concerns the range with the weight, and what flows in by itself', () => {
    expect(partsFor('weight')).toEqual(['weight', 'weightClip', 'transforms']);
    expect(partsFor('activation')).toEqual(['activation']);
  });
});

describe('what can be chosen', () => {
  it('is what was measured on all of the layers, by rising bits, the better first, and float at the end', () => {
    const [a, b] = [layer('a'), layer('b', { errors: [error('int8/channel/mse', 8, 40), error('int4/channel/mse', 4, 30)] })];
    expect(schemeOptions([a], 'weight').map(({ scheme }) => scheme)).toEqual([
      'int4/channel/mse',
      'int4/tensor/minmax',
      'int8/channel/mse',
      null,
    ]);
    expect(schemeOptions([a, b], 'weight')).toEqual([
      { target: 'weight', scheme: 'int4/channel/mse', bits: 4, sqnrDb: 25, effect: a.sensitivity[0], bytes: 112.5, suggested: true },
      { target: 'weight', scheme: 'int8/channel/mse', bits: 8, sqnrDb: 40, effect: a.sensitivity[1], bytes: 212.5, suggested: false },
      { target: 'weight', scheme: null, bits: 32, sqnrDb: null, effect: undefined, bytes: 800, suggested: false },
    ]);
  });

  it('is nothing where nothing was measured, and one range for what flows in', () => {
    expect(schemeOptions([layer('a', { errors: [] })], 'weight')).toEqual([]);
    expect(schemeOptions([layer('a')], 'activation')).toEqual([]);
    const errors = [error('uint8/tensor/minmax', 8, 40, 'activation'), error('int8/channel/minmax', 8, 50, 'activation')];
    expect(schemeOptions([layer('a', { errors })], 'activation').map(({ scheme }) => scheme)).toEqual(['uint8/tensor/minmax', null]);
  });
});

describe('views of a layer whose plan is not the suggestion', () => {
  const one = layer('a');
  const choices = [{ layer: 'a', weight: 'int8/channel/mse', activation: 'uint6/tensor/mse' }];
  const plan = planLayers([one, layer('b')], choices, null, []);
  const [shown] = plan.layers;
  const [planned] = plan.planned;

  it('say what is planned, with its figures at the outputs', () => {
    expect(planSentence(shown, planned, isSuggested(one, planned))).toBe(
      'Your plan: int8/channel/mse. 48.0 dB at the outputs, as measured. The weight itself keeps 45.0 dB. The plan takes its input as uint6/tensor/mse.',
    );
    expect(shown.advice).toMatchObject({ outputSqnrDb: 48, how: 'measured' });
    const kept = plannedOf(one, { layer: 'a', weight: null }, undefined);
    expect(planSentence(asPlanned(one, kept), kept, isSuggested(one, kept))).toBe('Your plan leaves the weights as they are stored.');
    const same = plan.planned[1];
    expect(planSentence(plan.layers[1], same, isSuggested(plan.layers[1], same))).toBe('');
  });

  it('leave out what nobody has measured', () => {
    const unknown = plannedOf(one, { layer: 'a', weight: 'int2/tensor/mse' }, undefined);
    expect(planSentence(asPlanned(one, unknown), unknown, false)).toBe('Your plan: int2/tensor/mse.');
    expect(facts(asPlanned(one, unknown), plannedError(one, unknown)).map(({ label }) => label)).not.toContain('Clip range');
  });

  it('give the clip range and the errors of the plan', () => {
    const value = (clip: ReturnType<typeof plannedOf>, of: LayerReport, label: string) =>
      facts(asPlanned(of, clip), plannedError(of, clip)).find((fact) => fact.label === label)?.value;
    expect(value(planned, one, 'Clip range')).toBe('[-8, 8]');
    expect(value(planned, one, 'Effective bits')).toBe('8.5');
    const clipped = plannedOf(one, { layer: 'a', weightClip: { lo: -1, hi: 2 } }, undefined);
    expect(value(clipped, one, 'Clip range')).toBe('[-1, 2]');
    expect(value(clipped, one, 'Clipped')).toBeUndefined();
    const own = { ...error('int4/channel/fixed:-1..2', 4, 22), clippedFraction: 0.25 };
    expect(value(clipped, layer('a', { errors: [...one.errors, own] }), 'Clipped')).toBe('25 %');
  });

  it('colour the graph by what is planned', () => {
    const [bits, sqnr] = shadeColumns(plan.layers, 25, plan.differs);
    expect(bits.label).toBe('Bits as planned');
    expect(bits.shade(plan.layers)?.text).toBe('4–8 bits');
    expect(sqnr.shade([shown])?.text).toBe('48.0 dB');
    const unknown = planLayers([one], [{ layer: 'a', weight: 'int2/tensor/mse' }], null, []);
    expect(shadeColumns(unknown.layers, 25, true)[1].shade(unknown.layers)).toBeNull();
  });
});

it('the range of an input is the user’s, else that of the plan’s scheme', () => {
  const stats = { clips: [{ scheme: 'uint8/tensor/mse', method: 'mse', lo: 0, hi: 3, sqnrDb: 40 }] } as unknown as ValueStats;
  expect(plannedInput(stats, undefined, 'uint8/tensor/mse')).toEqual({ lo: 0, hi: 3 });
  expect(plannedInput(stats, undefined, 'uint6/tensor/mse')).toBeNull();
  expect(plannedInput(null, undefined, null)).toBeNull();
  const taken = { input: 'x', clip: { lo: -1, hi: 1 } };
  expect(plannedInput(stats, { layer: 'a', activation: 'uint8/tensor/mse', taken }, 'uint8/tensor/mse')).toEqual(taken.clip);
});
