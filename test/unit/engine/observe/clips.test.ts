import { expect, test } from 'vitest';
import { fakeQuantize, parseScheme } from '../../../../src/core/formats/index.js';
import { valueClips } from '../../../../src/engine/observe/clips.js';
import type { ValueRange } from '../../../../src/engine/observe/kinds.js';
import { valueSurvey } from '../../../../src/engine/observe/survey.js';

const OPEN: ValueRange = { kind: 'two-sided', lo: -Infinity, hi: Infinity };

/** Evenly spread quantiles, so that the sample is as smooth as it can be. */
const uniform = Float32Array.from({ length: 16384 }, (_, i) => (((i * 9973) % 16384) + 0.5) / 16384);
const normal = Float32Array.from({ length: 8192 }, (_, i) => {
  const radius = Math.sqrt(-2 * Math.log(uniform[2 * i]));
  return radius * Math.cos(2 * Math.PI * ((i + 0.5) / 8192));
});

async function clipsOf(values: Float32Array, range = OPEN) {
  const survey = valueSurvey();
  await survey.add(values);
  return { survey, clips: valueClips(survey.run(), survey.energy(), range) };
}

test('the error of uniform values on a grid over all of them is the one in the books', async () => {
  const { clips } = await clipsOf(uniform);
  const of = (scheme: string) => clips.find((clip) => clip.scheme === scheme)!;
  expect(of('uint8/tensor/minmax').sqnrDb).toBeCloseTo(20 * Math.log10(2 * 255), 0); // Σx²/n is 1/3 here, Δ²/12 the noise
  expect(of('uint4/tensor/minmax').sqnrDb).toBeCloseTo(20 * Math.log10(2 * 15), 0);
});

test.each([
  ['normal', normal],
  ['one-sided', normal.map(Math.abs)],
])('expected errors of %s values are those of quantizing them', async (_, values) => {
  const { clips } = await clipsOf(values);
  expect(clips).toHaveLength(12);
  const signal = values.reduce((sum, x) => sum + x * x, 0);
  for (const { scheme, lo, hi, sqnrDb } of clips) {
    const out = new Float32Array(values.length);
    fakeQuantize(parseScheme(scheme).format, values, { lo, hi }, 'nearest-even', out);
    const noise = values.reduce((sum, x, i) => sum + (x - out[i]) ** 2, 0);
    expect(Math.abs(sqnrDb! - 10 * Math.log10(signal / noise)), scheme).toBeLessThan(0.3);
  }
});

test('no method clips beyond what the operator allows, and every range holds zero', async () => {
  const { clips } = await clipsOf(
    uniform.map((x) => x + 1),
    { kind: 'bounded', lo: 0, hi: 1.5 },
  );
  for (const { lo, hi } of clips) {
    expect(lo).toBe(0);
    expect(hi).toBeLessThanOrEqual(1.5);
  }
});

test('searching for the least error finds no more than the others have', async () => {
  const { clips } = await clipsOf(normal);
  const four = clips.filter(({ scheme }) => scheme.startsWith('uint4'));
  const best = Math.max(...four.map(({ sqnrDb }) => sqnrDb!));
  expect(four.find(({ method }) => method === 'mse')!.sqnrDb).toBeCloseTo(best, 1);
});

test('values that are not there have no clips', async () => {
  expect((await clipsOf(Float32Array.of(NaN, Infinity))).clips).toEqual([]);
});
