import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseFromOutputs, adviseFromWeights } from '../../../src/analysis/advice.js';
import { parseScheme } from '../../../src/core/formats/scheme.js';
import type { LayerError, LayerReport, Sensitivity } from '../../../src/report/types.js';
import { effect } from '../report/run.js';

const error = (scheme: string, bits: number, sqnrDb: number | null): LayerError => ({
  scheme,
  target: 'weight',
  bits,
  effectiveBits: bits,
  sqnrDb,
  mse: 1,
  maxError: 1,
  cosine: 1,
  clippedFraction: 0,
  clip: { lo: -bits, hi: bits },
});

const advise = (errors: readonly LayerError[], target: number) =>
  adviseFromWeights(
    errors,
    errors.map(({ scheme }) => parseScheme(scheme)),
    target,
  );

describe('advice from weights', () => {
  const errors = [
    error('int8/tensor/minmax', 8, 40),
    error('int4/tensor/minmax', 4, 12),
    error('int4/channel/mse', 4, 26),
    error('int3/channel/mse', 3, 19),
    error('bf16', 16, 55),
  ];

  it('is the fewest integer bits that keep the target', () => {
    expect(advise(errors, 25)).toMatchObject({ scheme: 'int4/channel/mse', bits: 4, sqnrDb: 26, clip: { lo: -4, hi: 4 } });
  });

  it('says in one line what fewer bits and a plainer scheme would cost', () => {
    const reason = advise(errors, 25)?.reason ?? '';
    expect(reason).toContain('26.0 dB');
    expect(reason).toContain('3 bits would leave 19.0 dB');
    expect(reason).toContain('one scale for the tensor needs 8 bits');
    expect(reason).not.toContain('\n');
  });

  it('takes an error of zero for the best there is', () => {
    expect(advise([error('int2/tensor/minmax', 2, null), ...errors], 25)?.scheme).toBe('int2/tensor/minmax');
  });

  it('names the closest scheme when no integer scheme is enough', () => {
    const advice = advise(errors, 50);
    expect(advice?.scheme).toBe('bf16');
    expect(advice?.reason).toMatch(/^No integer scheme tried keeps 50 dB/);
  });

  it('is null when nothing was measured', () => expect(advise([], 25)).toBeNull());

  it('never suggests more bits for a lower target', () => {
    const widths = [2, 3, 4, 5, 6, 7, 8];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 7, maxLength: 7 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (values, a, b) => {
          const some = widths.map((bits, i) => error(`int${bits}/channel/mse`, bits, values[i]));
          const [low, high] = [advise(some, Math.min(a, b)), advise(some, Math.max(a, b))];
          const kept = (high?.sqnrDb ?? 0) >= Math.max(a, b);
          return !kept || (low?.bits ?? 99) <= (high?.bits ?? 0);
        },
      ),
    );
  });
});

describe('advice from the outputs', () => {
  const layer = (errors: readonly LayerError[], sensitivity: readonly Sensitivity[]): LayerReport => ({
    name: 'conv',
    op: 'Conv',
    weight: 'w',
    shape: [1],
    channelAxis: 0,
    dataType: 'float32',
    parameters: 1,
    macs: 1,
    weightStats: null,
    activationStats: null,
    errors,
    sensitivity,
    advice: advise(
      errors.filter(({ target }) => target === 'weight'),
      25,
    ),
  });
  const errors = [
    error('int8/tensor/minmax', 8, 40),
    error('int4/tensor/minmax', 4, 12),
    error('int4/channel/mse', 4, 19),
    error('int3/channel/mse', 3, 13),
    { ...error('uint8/tensor/minmax', 8, 50), target: 'activation' as const },
  ];
  const effects = [
    effect('int8/tensor/minmax', 60, { how: 'predicted' }),
    effect('int4/tensor/minmax', 30, { how: 'predicted' }),
    effect('int4/channel/mse', 33),
    effect('int3/channel/mse', 24.9),
  ];

  it('is the fewest integer bits whose effect keeps the target, whatever the weight itself loses', () => {
    expect(adviseFromOutputs(layer(errors, effects), 25)).toMatchObject({
      scheme: 'int4/channel/mse',
      bits: 4,
      sqnrDb: 19,
      outputSqnrDb: 33,
      how: 'measured',
    });
    expect(adviseFromOutputs(layer(errors, effects), 24)).toMatchObject({ scheme: 'int3/channel/mse', bits: 3 });
    expect(adviseFromOutputs(layer(errors, effects), 40)).toMatchObject({ scheme: 'int8/tensor/minmax', how: 'predicted' });
  });

  it('says in one line what was measured and what was predicted', () => {
    expect(adviseFromOutputs(layer(errors, effects), 25)?.reason).toBe(
      'int4/channel/mse keeps 33.0 dB at the outputs (measured) with a scale per channel; 3 bits would leave 24.9 dB (measured); the weight itself keeps 19.0 dB.',
    );
    expect(adviseFromOutputs(layer(errors, effects), 40)?.reason).toMatch(/60\.0 dB at the outputs \(predicted\).*33\.0 dB \(measured\)/);
    expect(adviseFromOutputs(layer(errors, effects), 80)?.reason).toMatch(/^No integer scheme tried keeps 80 dB at the outputs/);
  });

  it('takes no change at the outputs for the best there is', () => {
    const dead = [effect('int3/channel/mse', null), ...effects.slice(0, 3)];
    expect(adviseFromOutputs(layer(errors, dead), 25)).toMatchObject({ scheme: 'int3/channel/mse', outputSqnrDb: null });
  });

  it('stays with the weights where nothing is known of the outputs', () => {
    const blind = layer(errors, [{ ...effects[0], target: 'activation' }]);
    expect(adviseFromOutputs(blind, 25)).toBe(blind.advice);
    expect(blind.advice).toMatchObject({ scheme: 'int8/tensor/minmax' });
    expect(blind.advice?.outputSqnrDb).toBeUndefined();
  });
});
