import { describe, expect, it } from 'vitest';
import { allowedWeights, inEightBits, siteOptions, weightOptions } from '../../../../src/analysis/plan/options.js';
import { requireLayers } from '../../../../src/analysis/plan/rules.js';
import type { LayerError, LayerReport, Sensitivity } from '../../../../src/report/types.js';
import { effect as measured } from '../../report/run.js';

const noRules = { pins: [], forbids: [] };

const error = (
  scheme: string,
  target: 'weight' | 'activation',
  bits: number,
  sqnrDb: number | null,
  clip = { lo: 0, hi: 1 },
): LayerError => ({
  scheme,
  target,
  bits,
  effectiveBits: bits + 0.5,
  sqnrDb,
  mse: 0,
  maxError: 0,
  cosine: null,
  clippedFraction: 0,
  clip,
});

const effect = (scheme: string, target: Sensitivity['target'], outputSqnrDb: number | null): Sensitivity =>
  measured(scheme, outputSqnrDb, { target });

const layer = (name: string, more: Partial<LayerReport> = {}): LayerReport => ({
  name,
  op: 'Conv',
  weight: `${name}.weight`,
  shape: [4, 2, 3, 3],
  channelAxis: 0,
  dataType: 'float32',
  parameters: 72,
  macs: 1,
  weightStats: null,
  activationStats: null,
  errors: [
    error('int4/channel/mse', 'weight', 4, 20),
    error('int8/channel/mse', 'weight', 8, null),
    error('uint8/tensor/mse', 'activation', 8, 40),
  ],
  sensitivity: [effect('int4/channel/mse', 'weight', 10), effect('uint8/tensor/mse', 'activation', 30)],
  advice: null,
  ...more,
});

describe('ways to store a weight', () => {
  it('are as loud as the weight’s own error from the weights alone, and as the outputs’ with a run', () => {
    expect(weightOptions(layer('a'), 'weights').map(({ scheme, noise }) => [scheme, noise])).toEqual([
      ['int4/channel/mse', 0.01],
      ['int8/channel/mse', 0],
      [null, 0],
    ]);
    const [int4, int8, stored] = weightOptions(layer('a'), 'data');
    expect(int4).toMatchObject({ noise: 0.1, weightNoise: 0.01, storedBits: 4.5 * 72, width: { bits: 4, kind: 'integer' } });
    expect(int8.noise).toBeNaN();
    expect(stored).toMatchObject({ scheme: null, noise: 0, storedBits: 32 * 72, width: { bits: 32, kind: 'float' } });
  });

  it('count a weight as it is stored', () => {
    expect(weightOptions(layer('a', { dataType: 'float16' }), 'weights').at(-1)).toMatchObject({
      storedBits: 16 * 72,
      width: { bits: 16, kind: 'float' },
    });
    expect(weightOptions(layer('a', { dataType: 'int8' }), 'weights').at(-1)).toMatchObject({ width: { bits: 8, kind: 'integer' } });
  });

  it('are those that the runtime runs, less what is forbidden; the last pin counts', () => {
    const options = weightOptions(layer('a'), 'weights');
    const schemes = (runtime: 'generic' | 'tflite', rules: Partial<typeof noRules>) =>
      allowedWeights(layer('a'), options, runtime, { ...noRules, ...rules }).map(({ scheme }) => scheme);
    expect(schemes('tflite', {})).toEqual(['int8/channel/mse', null]);
    expect(schemes('generic', { forbids: [{ pattern: 'a', scheme: 'int*' }] as never[] })).toEqual([null]);
    const pins = [
      { pattern: '*', scheme: 'int8/channel/mse' },
      { pattern: 'op:Conv', scheme: null },
    ] as never[];
    expect(schemes('generic', { pins })).toEqual([null]);
    expect(() => schemes('tflite', { pins: [{ pattern: 'a', scheme: 'int4/channel/mse' }] as never[] })).toThrow(
      'layer "a" cannot be pinned to int4/channel/mse: LiteRT (TensorFlow Lite) takes int8/channel/mse',
    );
  });
});

describe('ways to take in a value', () => {
  const site = (...layers: number[]) => ({ value: 'x', layers });

  it('are those that all its layers have, their noises added up', () => {
    const layers = [layer('a'), layer('b', { sensitivity: [effect('uint8/tensor/mse', 'activation', 20)] }), layer('c', { errors: [] })];
    const options = (members: number[]) =>
      siteOptions([site(...members)], { ties: [[0]], sameRange: new Set() }, layers, 'generic', noRules)[0];
    expect(options([0, 1]).map(({ scheme }) => scheme)).toEqual(['uint8/tensor/mse', null]);
    expect(options([0, 1])[0].noise).toBeCloseTo(0.011, 12);
    expect(options([0, 2]).map(({ scheme }) => scheme)).toEqual([null]);
    expect(inEightBits(site(0, 1), layers, 'generic').scheme).toBe('uint8/tensor/mse');
    expect(inEightBits(site(0, 2), layers, 'generic').scheme).toBeNull();
  });

  it('are only those that a range describes', () => {
    const odd = layer('a', { errors: [error('int8/channel/minmax', 'activation', 8, 40), error('bf16', 'activation', 16, 50)] });
    expect(siteOptions([site(0)], { ties: [[0]], sameRange: new Set() }, [odd], 'generic', noRules)[0].map(({ scheme }) => scheme)).toEqual(
      [null],
    );
  });

  it('share the widest range where they must, and are the louder for it', () => {
    const layers = [
      layer('a', { errors: [error('uint8/tensor/mse', 'activation', 8, 40, { lo: 0, hi: 1 })] }),
      layer('b', { errors: [error('uint8/tensor/mse', 'activation', 8, 40, { lo: -1, hi: 3 })] }),
    ];
    const sites = [site(0), { value: 'y', layers: [1] }];
    const [x, y] = siteOptions(sites, { ties: [[0, 1]], sameRange: new Set([0, 1]) }, layers, 'generic', noRules);
    expect(x[0]).toMatchObject({ clip: { lo: -1, hi: 3 } });
    expect(x[0].noise).toBeCloseTo(16 * 0.001, 12);
    expect(y[0]).toMatchObject({ clip: { lo: -1, hi: 3 } });
    expect(y[0].noise).toBeCloseTo(0.001, 12);
  });

  it('can be pinned by the layer', () => {
    const rules = { pins: [{ pattern: 'a', scheme: 'uint4/tensor/mse' }], forbids: [] };
    expect(() => siteOptions([site(0)], { ties: [[0]], sameRange: new Set() }, [layer('a')], 'generic', rules)).toThrow(
      'the input of layer "a" cannot be pinned to uint4/tensor/mse: any hardware takes uint8/tensor/mse',
    );
  });
});

it('rules that name no layer name the closest one', () => {
  const layers = [layer('/conv1/Conv'), layer('/fc/Gemm', { op: 'Gemm' })];
  const check = (pattern: string) => requireLayers({ pins: [{ pattern, scheme: null }], forbids: [] }, layers);
  for (const pattern of ['/conv1/Conv', '/conv?/*', '*', 'op:Gemm']) expect(() => check(pattern)).not.toThrow();
  expect(() => check('/conv2/Conv')).toThrow('no layer is named "/conv2/Conv"; did you mean "/conv1/Conv"?');
  expect(() => check('op:gemm')).toThrow('did you mean "op:Gemm"?');
});
