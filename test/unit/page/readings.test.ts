import { describe, expect, it } from 'vitest';
import { adviceSentence, curveReading } from '../../../webview-ui/src/view/curves.js';
import { heatOf } from '../../../webview-ui/src/view/heat.js';
import { bars, binsFor, histogramReading } from '../../../webview-ui/src/view/histogram.js';
import { bestAt, families, familyLabel, heatAt, schemeParts } from '../../../webview-ui/src/view/schemes.js';
import { advice, error, layer } from './layers.js';
import { effect } from '../report/run.js';

const histogram = (edges: number[], counts: number[]) => ({ edges: Float64Array.from(edges), counts: Float64Array.from(counts) });

describe('bars of a histogram', () => {
  it('know how much of them lies outside the clip range', () => {
    const all = bars(histogram([-4, -2, 0, 2, 4], [1, 5, 6, 2]), { lo: -2, hi: 1 });
    expect(all.map(({ outside }) => outside)).toEqual([1, 0, 0.5, 1]);
    expect(all.map(({ count }) => count)).toEqual([1, 5, 6, 2]);
  });

  it('are all inside where there is no clip range', () => {
    expect(bars(histogram([0, 1, 2], [1, 1]), null).map(({ outside }) => outside)).toEqual([0, 0]);
  });

  it.each([
    [1, 16],
    [150, 24],
    [2400, 98],
    [1e9, 128],
  ])('for %i values are %i', (count, bins) => expect(binsFor(count)).toBe(bins));

  it.each([0, 3, -2])('have a width even where every weight is %s', (value) => {
    const [bar] = bars(histogram([value, value], [9]), { lo: value, hi: value });
    expect(bar.lo).toBeLessThan(value);
    expect(bar.hi).toBeGreaterThan(value);
  });
});

describe('the reading of a histogram', () => {
  const clip = { lo: -0.5, hi: 0.5 };
  const advised = (scheme: string, clippedFraction: number, clips?: [number, number][]) =>
    layer('a', { advice: advice(scheme, 26, { clip }), errors: [error(scheme, 26, { clippedFraction, ...(clips ? { clips } : {}) })] });

  it('says what a clip costs', () => {
    expect(histogramReading(advised('int4/tensor/mse', 0.001))).toBe(
      'Clipping to [-0.5, 0.5] saturates 0.1 % of the weights and makes the steps finer for the rest.',
    );
  });
  it('says when nothing is clipped', () => {
    expect(histogramReading(advised('int4/tensor/minmax', 0))).toBe('The clip range [-0.5, 0.5] covers every weight.');
  });
  it('says when there is a range per channel', () => {
    expect(
      histogramReading(
        advised('int4/channel/mse', 0.001, [
          [-0.5, 0.5],
          [-0.2, 0.3],
          [-0.1, 0.1],
        ]),
      ),
    ).toBe('Each channel has its own clip range, typically [-0.2, 0.3] and at the widest [-0.5, 0.5]. 0.1 % of the weights are clipped.');
  });
  it('says when there is no suggestion', () => expect(histogramReading(layer('a'))).toBe('No clip range is suggested for this layer.'));
});

describe('SQNR by bits of a layer that was run', () => {
  const ran = layer('a', {
    advice: advice('int3/channel/mse', 20, { outputSqnrDb: 27, how: 'measured' }),
    errors: [error('int2/channel/mse', 14), error('int3/channel/mse', 20)],
    sensitivity: [
      effect('int3/channel/mse', 27),
      effect('int2/channel/mse', 21, { how: 'predicted' }),
      effect('int2/tensor/minmax', 12, { how: 'predicted' }),
      effect('bf16', 60, { how: 'predicted' }),
      effect('uint4/tensor/minmax', 30, { target: 'activation' }),
    ],
  });

  it('is that of the outputs when they are asked for, and says what is predicted', () => {
    expect(families(ran, 'outputs').map(({ label, errors }) => [label, errors.map(({ sqnrDb, how }) => [sqnrDb, how])])).toEqual([
      [
        'per channel, MSE clip',
        [
          [21, 'predicted'],
          [27, 'measured'],
        ],
      ],
      ['per tensor, min–max', [[12, 'predicted']]],
    ]);
    expect(bestAt(ran, 2, 'outputs')).toEqual({ scheme: 'int2/channel/mse', bits: 2, sqnrDb: 21, how: 'predicted' });
    expect(bestAt(ran, 2)?.sqnrDb).toBe(14);
    expect(bestAt(ran, 4, 'outputs')).toBeUndefined();
    expect(heatAt(ran, 2, 'outputs')).toMatchObject({ sqnrDb: 21, of: 'outputs' });
  });

  it('is of the weights until the effect is known, and says so; advice has no part in it', () => {
    const waiting = layer('a', { advice: null, errors: [error('int4/channel/mse', 26)] });
    expect(heatAt(waiting, 4, 'outputs')).toMatchObject({ sqnrDb: 26, of: 'weights' });
    expect(heatAt(waiting, 4, 'weights')).toMatchObject({ sqnrDb: 26, of: 'weights' });
    expect(heatAt(waiting, 3, 'outputs')).toBeUndefined();
  });

  it('is read against the target at the outputs', () => {
    expect(curveReading(ran, 25, 'outputs')).toBe('25 dB takes 3 bits (per channel, MSE clip); per tensor, min–max does not get there.');
    expect(adviceSentence(ran, 25)).toBe(
      '3 bits (per channel, MSE clip) keep 27.0 dB at the outputs, as measured. 2 bits would leave 21.0 dB. The weight itself keeps 20.0 dB.',
    );
  });
});

const measured = layer('a', {
  advice: advice('int4/channel/mse', 26),
  errors: [
    error('int5/tensor/minmax', 22),
    error('int4/tensor/minmax', 16),
    error('int6/tensor/minmax', 28),
    error('int3/channel/mse', 20),
    error('int4/channel/mse', 26),
    error('bf16', 55, { bits: 16 }),
    error('int16/tensor/minmax', 90),
    error('int4/tensor/minmax', 99, { target: 'activation' }),
  ],
});

describe('schemes', () => {
  it('that differ only in width are one line, by ascending width; other formats and targets are none', () => {
    expect(families(measured).map(({ label, errors }) => [label, errors.map(({ bits }) => bits)])).toEqual([
      ['per tensor, min–max', [4, 5, 6]],
      ['per channel, MSE clip', [3, 4]],
    ]);
  });

  it.each([
    ['uint4/block:32/mse', 'blocks of 32, MSE clip, unsigned'],
    ['int4/tensor/percentile', 'per tensor, percentile'],
    ['int8/channel/minmax/stochastic', 'per channel, min–max'],
  ])('%s is called %s', (scheme, label) => expect(familyLabel(schemeParts(scheme))).toBe(label));

  it('compete at a width: the one with the least error is shown', () => {
    expect(bestAt(measured, 4)?.scheme).toBe('int4/channel/mse');
    expect(bestAt(measured, 8)).toBeUndefined();
    expect(bestAt(layer('b', { errors: [error('int4/tensor/minmax', 99), error('int4/channel/mse', null)] }), 4)?.sqnrDb).toBeNull();
  });
});

describe('the reading of SQNR by bits', () => {
  it('compares the lines', () =>
    expect(curveReading(measured, 25)).toBe('25 dB takes 4 bits (per channel, MSE clip) or 6 bits (per tensor, min–max).'));
  it('says when a line falls short', () =>
    expect(curveReading(measured, 27)).toBe('27 dB takes 6 bits (per tensor, min–max); per channel, MSE clip does not get there.'));
  it('says when all fall short', () => expect(curveReading(measured, 60)).toBe('No line reaches the target of 60 dB.'));
  it('says when the lines agree', () => {
    expect(curveReading(layer('b', { errors: [error('int4/tensor/minmax', 30), error('int4/channel/mse', null)] }), 25)).toBe(
      '25 dB takes 4 bits, whichever line.',
    );
  });
  it('has nothing to compare without integer formats', () => {
    expect(curveReading(layer('b', { errors: [error('bf16', 55)] }), 25)).toBe('No integer format was measured for this layer.');
  });
});

describe('the advice in words', () => {
  it('says what it keeps, what a bit less leaves and what one scale needs', () => {
    expect(adviceSentence(measured, 25)).toBe(
      '4 bits (per channel, MSE clip) keep 26.0 dB. 3 bits would leave 20.0 dB. One scale for the whole tensor would need 6.',
    );
  });
  it('says when one scale does not get there at all', () => {
    expect(adviceSentence({ ...measured, errors: measured.errors.filter(({ scheme }) => scheme !== 'int6/tensor/minmax') }, 25)).toContain(
      'One scale for the whole tensor does not get there with 5.',
    );
  });
  it('says when one scale is as good', () => {
    const simple = layer('b', {
      advice: advice('int4/channel/mse', 26),
      errors: [error('int4/tensor/minmax', 25.5), error('int4/channel/mse', 26)],
    });
    expect(adviceSentence(simple, 25)).toContain('One scale for the whole tensor would do too.');
  });
  it('does not call a scheme enough that is not', () => {
    expect(adviceSentence({ ...measured, advice: advice('bf16', 55, { bits: 16 }) }, 40)).toBe(
      'No integer format tried keeps 40 dB; bf16 comes closest with 55.0 dB.',
    );
    expect(adviceSentence({ ...measured, advice: advice('int4/channel/mse', 26) }, 40)).toContain('No integer format tried keeps 40 dB');
  });
  it('knows a lossless scheme', () => {
    const lossless = layer('b', { advice: advice('int2/tensor/minmax', null), errors: [error('int2/tensor/minmax', null)] });
    expect(adviceSentence(lossless, 25)).toBe('2 bits (per tensor, min–max) lose nothing.');
  });
});

it.each([
  [null, 'ample'],
  [37, 'ample'],
  [25, 'enough'],
  [24.96, 'near'],
  [19, 'below'],
  [13, 'far'],
])('%s dB against a target of 25 is %s', (sqnr, heat) => expect(heatOf(sqnr, 25)).toBe(heat));
