import { describe, expect, it } from 'vitest';
import { valueStats } from '../../../src/analysis/sensitivity/valueStats.js';
import { valueClips, valueError } from '../../../src/analysis/valueStudy.js';
import { fakeQuantize, parseFormat, type ClipRange } from '../../../src/core/formats/index.js';
import { valueFacts } from '../../../src/engine/observe/stretch.js';
import { valueSurvey } from '../../../src/engine/observe/survey.js';
import type { ValueRange } from '../../../src/engine/observe/kinds.js';
import type { ValueStats } from '../../../src/report/types.js';

/** Box-Muller over a fixed low-discrepancy sequence: the same values everywhere. */
const gauss = (n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => {
    const [u, v] = [(i + 0.5) / n, (i * 0.6180339887498949) % 1];
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  });

const open: ValueRange = { kind: 'two-sided', lo: -Infinity, hi: Infinity };

async function seen(values: Float32Array, range = open): Promise<ValueStats> {
  const survey = valueSurvey();
  await survey.add(values);
  return valueStats(valueFacts('v', survey, values.length, range))!;
}

/** As a report that was sent has it: without what the run kept. */
const sent = (stats: ValueStats): ValueStats => structuredClone(stats);

/** What quantizing every value really keeps. */
function kept(values: Float32Array, format: string, clip: ClipRange): number {
  const out = new Float32Array(values.length);
  fakeQuantize(parseFormat(format), values, clip, 'nearest-even', out);
  let [signal, noise] = [0, 0];
  values.forEach((x, i) => {
    signal += x * x;
    noise += (out[i] - x) ** 2;
  });
  return 10 * Math.log10(signal / noise);
}

// as many as a survey counts all of; pixels as a network takes them: 256 levels, shifted and scaled
const pixels = gauss(16000).map((x) => (Math.min(255, Math.max(0, Math.round(110 + 60 * x))) / 255 - 0.45) / 0.25);
const relu6 = gauss(16000).map((x) => Math.min(6, Math.max(0, 3 * x)));
const bell = gauss(16000);
const pads = gauss(16000).map((x, i) => (i % 3 === 0 ? 0 : x));

describe('the error of a value at a clip range', () => {
  it.each([
    // told by 512 of them
    ['pixels', pixels, ['uint8', 'uint4', 'int8'], 1.5],
    ['values clamped to [0, 6]', relu6, ['uint8', 'uint4'], 0.3],
    ['a bell curve', bell, ['uint8', 'int8', 'uint4', 'uint6'], 0.3],
    ['values with padding', pads, ['uint8', 'int4'], 0.3],
  ] as const)('is that of quantizing every one: %s', async (_, values, formats, most) => {
    const stats = await seen(values);
    for (const format of formats)
      for (const by of [1, 0.9, 0.6]) {
        const clip = { lo: Math.min(0, stats.min) * by, hi: stats.max * by };
        const found = valueError(stats, `${format}/tensor/minmax`, clip);
        expect(Math.abs(found.sqnrDb! - kept(values, format, clip)), `${format} ${by}`).toBeLessThan(most);
      }
  });

  it('is the figure of the run where a method chose the range', async () => {
    for (const values of [pixels, relu6, bell]) {
      const stats = await seen(values);
      expect(stats.clips!.length).toBe(12);
      for (const { scheme, lo, hi, sqnrDb } of stats.clips!)
        for (const of of [stats, sent(stats)]) {
          const found = valueError(of, scheme, { lo, hi });
          expect(found.sqnrDb, scheme).toBeCloseTo(sqnrDb!, 6);
          expect(found.granularMse! + found.overloadMse!).toBeCloseTo(found.mse, 12);
        }
    }
  });

  it('is told by the report where the run is gone', async () => {
    for (const [values, most] of [
      [bell, 0.5],
      [pads, 0.5],
      [relu6, 1],
    ] as const) {
      const stats = sent(await seen(values));
      for (const by of [0.95, 0.7]) {
        const clip = { lo: Math.min(0, stats.min) * by, hi: stats.max * by };
        const found = valueError(stats, 'uint8/tensor/minmax', clip);
        expect(Math.abs(found.sqnrDb! - kept(values, 'uint8', clip))).toBeLessThan(most);
      }
    }
  });

  it('is told of a few values, and of none', async () => {
    const few = Float32Array.of(0, 1, 1.5, -0.25, 3);
    const stats = await seen(few);
    const clip = { lo: -0.25, hi: 3 };
    expect(valueError(stats, 'uint4/tensor/minmax', clip).sqnrDb).toBeCloseTo(kept(few, 'uint4', clip), 6);
    expect(Number.isFinite(valueError(sent(stats), 'uint6/tensor/minmax', clip).sqnrDb)).toBe(true);
    const none = await seen(new Float32Array());
    expect(valueError(none, 'uint8/tensor/minmax', { lo: 0, hi: 1 }).sqnrDb).toBeNull();
    expect(valueClips(none, 'uint8/tensor/minmax')).toBeNull();
  });
});

describe('clip ranges of a value', () => {
  it('are those the run chose, and for other formats those that the methods choose within what the value may be', async () => {
    const stats = await seen(relu6, { kind: 'bounded', lo: 0, hi: 6 });
    const own = valueClips(stats, 'uint8/tensor/minmax')!;
    expect(own.methods.map(({ method, sqnrDb }) => [method, sqnrDb])).toEqual(
      stats.clips!.filter(({ scheme }) => scheme.startsWith('uint8')).map(({ method, sqnrDb }) => [method, sqnrDb]),
    );
    const six = valueClips(stats, 'uint6/tensor/minmax')!;
    expect(six.methods.map(({ method }) => method)).toEqual(own.methods.map(({ method }) => method));
    for (const { lo, hi, sqnrDb } of six.methods) {
      expect(lo).toBe(0);
      expect(hi).toBeLessThanOrEqual(6);
      expect(Math.abs(sqnrDb! - kept(relu6, 'uint6', { lo, hi }))).toBeLessThan(0.5);
    }
  });

  it('have an error at every ratio that is that of the range', async () => {
    const stats = await seen(bell);
    const { curve, power, symmetric } = valueClips(stats, 'uint4/tensor/minmax')!;
    expect(symmetric).toBe(false);
    expect(curve.ratios.length).toBeGreaterThan(10);
    for (const at of [0, 20, curve.ratios.length - 1]) {
      const ratio = curve.ratios[at];
      const clip = { lo: stats.min * ratio, hi: stats.max * ratio };
      const db = 10 * Math.log10(power / (curve.granular[at] + curve.overload[at]));
      expect(Math.abs(db - kept(bell, 'uint4', clip))).toBeLessThan(0.5);
    }
    expect(valueClips(stats, 'bf16')).toBeNull();
  });
});
