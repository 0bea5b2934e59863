import { describe, expect, it } from 'vitest';
import type { ClipStudy } from '../../../src/report/clipStudy.js';
import { channelReading, channelRows, imbalance } from '../../../webview-ui/src/view/channelRanges.js';
import { clipCurve, clipCurveReading, leastError, methodPoints, ratioOf } from '../../../webview-ui/src/view/clipCurve.js';
import { methodLanes } from '../../../webview-ui/src/view/clipMethods.js';

const study = (more: Partial<ClipStudy> = {}): ClipStudy => ({
  symmetric: true,
  power: 1,
  methods: [],
  curve: {
    ratios: Float64Array.of(0.25, 0.5, 1),
    ends: Float64Array.of(0.5, 1, 2),
    granular: Float64Array.of(0.0001, 0.001, 0.01),
    overload: Float64Array.of(0.1, 0.001, 0),
  },
  ...more,
});

describe('the error over the clip range', () => {
  it('is in decibels of the signal', () => {
    const [, middle, whole] = clipCurve(study({ power: 10 }));
    expect(middle.granular).toBeCloseTo(-40, 10);
    expect(middle.total).toBeCloseTo(-40 + 10 * Math.log10(2), 10);
    expect(whole.overload).toBe(-Infinity);
    expect(whole.total).toBeCloseTo(-30, 10);
  });

  it('says where it is least and what clipping gains', () => {
    expect(clipCurveReading(clipCurve(study()), study())).toBe(
      'One range for all does best at 50 % of the full range (up to 1): 27.0 dB SQNR, 20.0 dB without clipping.',
    );
  });

  it('knows a range that was searched for and lies between the points', () => {
    const found = study({ methods: [{ method: 'mse', lo: -0.8, hi: 0.8, sqnrDb: 28 }] });
    expect(leastError(clipCurve(found), found)).toEqual({ ratio: 0.4, end: 0.8, total: -28 });
    const worse = study({ methods: [{ method: 'mse', lo: -0.8, hi: 0.8, sqnrDb: 20 }] });
    expect(leastError(clipCurve(worse), worse)!.ratio).toBe(0.5);
  });

  it('says when clipping does not help, and when there is no error', () => {
    const whole = study({
      curve: {
        ratios: Float64Array.of(0.5, 1),
        ends: Float64Array.of(1, 2),
        granular: Float64Array.of(0, 0.01),
        overload: Float64Array.of(1, 0),
      },
    });
    expect(clipCurveReading(clipCurve(whole), whole)).toBe('One range for all does best where it is full: 20.0 dB SQNR.');
    const none = study({
      curve: { ratios: Float64Array.of(), ends: Float64Array.of(), granular: Float64Array.of(), overload: Float64Array.of() },
    });
    expect(clipCurveReading(clipCurve(none), none)).toBe('There is no error to speak of.');
  });

  it('marks the ranges that methods choose, by their larger end, once for all that agree', () => {
    const found = study({
      methods: [
        { method: 'minmax', lo: -2, hi: 1, sqnrDb: 20 },
        { method: 'percentile', lo: -2, hi: 1, sqnrDb: 20 },
        { method: 'mse', lo: -0.5, hi: 0.8, sqnrDb: 28 },
        { method: 'octav', lo: 0, hi: 0, sqnrDb: null },
        { method: 'aciq', lo: -3, hi: 3, sqnrDb: 15 },
      ],
    });
    expect(methodPoints(clipCurve(found), found)).toEqual([
      { methods: ['MSE'], ratio: 0.4, end: 0.8, total: -28 },
      { methods: ['min–max', 'percentile'], ratio: 1, end: 2, total: -20 },
      { methods: ['ACIQ'], ratio: 1, end: 3, total: -15 },
    ]);
    expect(methodPoints([], found)).toEqual([]);
  });

  it('places a range by its larger end', () => expect(ratioOf({ lo: -0.5, hi: 0.1 }, { lo: -1, hi: 2 })).toBe(0.25));
});

describe('ranges that methods chose', () => {
  const methods = [
    { method: 'minmax', lo: -2, hi: 2, sqnrDb: 20 },
    { method: 'percentile', lo: -2, hi: 2, sqnrDb: 20 },
    { method: 'mse', lo: -1, hi: 1, sqnrDb: 25 },
  ];
  it('have names, and of those that agree the first is the chosen one', () => {
    expect(methodLanes(methods, { lo: -2, hi: 2 }).map(({ name, chosen }) => [name, chosen])).toEqual([
      ['min–max', true],
      ['percentile', false],
      ['MSE', false],
    ]);
    expect(methodLanes(methods, null).some(({ chosen }) => chosen)).toBe(false);
  });
});

describe('the ranges of channels', () => {
  const rows = (reach: readonly number[]) => {
    const x = Float32Array.from(reach);
    return channelRows({
      min: x.map((v) => -v),
      low: x.map((v) => -v / 2),
      median: x.map(() => 0),
      high: x.map((v) => v / 2),
      max: x.map((v) => v / 4),
      exact: true,
    });
  };
  it('are compared, dead channels left out', () => {
    const found = rows([1, 8, 0, 2]);
    expect(found.map(({ dead }) => dead)).toEqual([false, false, true, false]);
    expect(imbalance(found)).toMatchObject({ ratio: 8, widest: { channel: 1 }, narrowest: { channel: 0 } });
    expect(channelReading(found)).toBe(
      'Of 4 channels the widest (1) reaches 8 times as far as the narrowest (0). 1 channel is dead: all its weights are zero.',
    );
  });
  it('say so where there is nothing to compare', () => {
    expect(channelReading(rows([1]))).toBe('There is one channel.');
    expect(channelReading(rows([0, 0]))).toBe('2 channels are dead: all their weights are zero.');
    expect(imbalance(rows([0, 3]))).toBeNull();
  });
});
