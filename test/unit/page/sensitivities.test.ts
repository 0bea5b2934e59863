import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accumulatedReading,
  baseDb,
  effectOrder,
  effectRow,
  effectsReading,
  effectWords,
  firstPair,
  gainOrder,
  leaveOneOutReading,
  schemePairs,
  togetherRows,
  type EffectRow,
} from '../../../webview-ui/src/view/sensitivities.js';
import { windowAt, withPlace, zoomed } from '../../../webview-ui/src/view/barWindow.js';
import { effect, runReport } from '../report/run.js';
import { layer, report } from './layers.js';

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
const conv = layer('conv', {
  sensitivity: [
    effect('int8/channel/mse', 50),
    effect('int4/channel/mse', 30, { how: 'predicted' }),
    effect('uint8/tensor/minmax', 45, { target: 'activation' }),
    effect('uint4/tensor/minmax', 30, { target: 'activation' }),
  ],
});
const fc1 = layer('fc', { sensitivity: [effect('int4/channel/mse', 12), effect('int8/channel/mse', null)] });
const layers = [conv, fc1];
const [four, eight] = schemePairs(layers);

describe('effects of single layers', () => {
  it('are shown by the schemes that were tried, inputs with as many bits', () => {
    expect(schemePairs(layers)).toEqual([
      { weight: 'int4/channel/mse', activation: 'uint4/tensor/minmax' },
      { weight: 'int8/channel/mse', activation: 'uint8/tensor/minmax' },
    ]);
    expect(firstPair(schemePairs(layers))).toEqual(four);
    expect(firstPair([])).toBeUndefined();
  });

  it('keep what was measured and what was predicted apart', () => {
    const row = effectRow(conv, four);
    expect(row.weight).toEqual({ db: 30, how: 'predicted' });
    expect(row.activation).toEqual({ db: 30, how: 'measured' });
    expect(effectRow(fc1, four).activation).toBeUndefined();
    expect(effectWords(conv, row, ['weight', 'activation'])).toBe('conv: weights 30.0 dB, predicted, input 30.0 dB, measured');
    expect(effectWords(layer('none'), effectRow(layer('none'), four), ['weight'])).toBe('none: not measured');
  });

  it('of weights and input at once are those that were tried, else both noises added up, as a prediction', () => {
    expect(effectRow(conv, four).both).toEqual({ db: expect.closeTo(30 - 10 * Math.log10(2), 9) as number, how: 'predicted' });
    const tried = effect('int4/channel/mse', 25, { target: 'both', activationScheme: 'uint4/tensor/minmax' });
    expect(effectRow({ ...conv, sensitivity: [...conv.sensitivity, tried] }, four).both).toEqual({ db: 25, how: 'measured' });
    expect(effectRow(fc1, four).both).toBeUndefined();
  });

  it('are sorted by what they cost, ties and unknown ones in the order of the model', () => {
    const db = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(db, { maxLength: 30 }), (values) => {
        const rows = values.map((value): EffectRow => ({
          weight: value === undefined ? undefined : { db: value, how: 'measured' },
          activation: undefined,
          both: undefined,
        }));
        const order = effectOrder(rows, ['weight'], 'effect');
        expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
        const keys = order.map((i) => values[i] ?? Infinity);
        expect(keys).toEqual([...keys].sort((a, b) => (a === b ? 0 : a - b)));
        order.forEach((index, at) => {
          if (at > 0 && keys[at] === keys[at - 1]) expect(order[at - 1]).toBeLessThan(index);
        });
      }),
    );
  });

  it('are summed up: how many miss the target, and which one most', () => {
    const rows = layers.map((one) => effectRow(one, four));
    expect(plain(effectsReading(layers, rows, ['weight'], 25))).toBe(
      '1 of 2 layers alone brings the outputs below 25 dB. Most harm comes from fc: 12.0 dB.',
    );
    expect(plain(effectsReading(layers, rows, ['weight'], 40))).toMatch(/^2 of 2 layers alone bring /);
    const exact = layers.map((one) => effectRow(one, eight));
    expect(plain(effectsReading(layers, exact, ['weight'], 25))).toBe(
      'None of 2 layers alone brings the outputs below 25 dB. Most harm comes from conv: 50.0 dB.',
    );
    expect(effectsReading(layers, rows, ['both'], 25)).toMatch(/^1 of 1|^None of 1/);
    expect(effectsReading([], [], ['weight'], 25)).toBe('Nothing was measured with this scheme.');
  });
});

describe('errors of all layers together', () => {
  const whole = {
    ...report([
      { ...conv, together: { accumulatedSqnrDb: 33, withoutSqnrDb: 24 } },
      { ...fc1, together: { accumulatedSqnrDb: 21, withoutSqnrDb: 20.5 } },
    ]),
    run: runReport({
      together: {
        scheme: 'int8/channel/mse',
        activationScheme: 'uint8/tensor/minmax',
        outputSqnrDb: 20,
        kl: null,
        top1Agreement: null,
        accuracyDrop: null,
      },
    }),
  };

  it('pile up, and shrink by what is left in float', () => {
    const rows = togetherRows(whole);
    expect(rows).toEqual([
      { accumulated: 33, gain: 4 },
      { accumulated: 21, gain: 0.5 },
    ]);
    expect(plain(accumulatedReading(whole, rows))).toBe(
      'With all layers at int8/channel/mse + uint8/tensor/minmax the outputs keep 20.0 dB; most error has piled up at fc: 21.0 dB.',
    );
    expect(plain(accumulatedReading({ layers: whole.layers }, rows))).toBe('Most error piles up at fc: 21.0 dB there.');
    expect(plain(leaveOneOutReading(whole, rows))).toBe('Leaving conv in float helps most: 4.0 dB at the outputs.');
    expect(gainOrder([...rows].reverse(), 'effect')).toEqual([1, 0]);
    expect(gainOrder(rows, 'order')).toEqual([0, 1]);
  });

  it('are unknown where they were not tried', () => {
    const rows = togetherRows(report(layers));
    expect(accumulatedReading(report(layers), rows)).toBe('Nothing was measured with all layers quantized.');
    expect(leaveOneOutReading(report(layers), rows)).toBe('Nothing was measured with all layers quantized.');
  });

  it('grow from a value above all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: -20, max: 200, noNaN: true }))), (values) => {
        for (const value of values) if (value !== null) expect(baseDb(values, 25)).toBeGreaterThan(value);
      }),
    );
  });
});

describe('a window on many bars', () => {
  const windows = fc
    .record({ count: fc.integer({ min: 1, max: 5000 }), from: fc.integer({ min: -10, max: 6000 }), size: fc.integer({ min: 1, max: 500 }) })
    .map(({ count, from, size }) => ({ count, shown: windowAt(from, size, count) }));

  it('never leaves them, however it is moved and zoomed', () => {
    fc.assert(
      fc.property(
        windows,
        fc.array(fc.tuple(fc.constantFrom('in' as const, 'out' as const), fc.double({ min: 0, max: 1, noNaN: true }))),
        ({ count, shown }, zooms) => {
          let at = shown;
          for (const [way, share] of zooms) at = zoomed(at, way, at.from + share * (at.to - at.from), count);
          expect(at.from).toBeGreaterThanOrEqual(0);
          expect(at.to).toBeLessThanOrEqual(count);
          expect(at.to).toBeGreaterThan(at.from);
        },
      ),
    );
  });

  it('moves to a place that is asked for, and not when that is in it', () => {
    fc.assert(
      fc.property(windows, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ count, shown }, share) => {
        const place = Math.floor(share * count);
        const moved = withPlace(shown, place, count);
        expect(place).toBeGreaterThanOrEqual(moved.from);
        expect(place).toBeLessThan(moved.to);
        expect(moved.to - moved.from).toBe(shown.to - shown.from);
        if (place >= shown.from && place < shown.to) expect(moved).toEqual(shown);
      }),
    );
  });
});
