import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueSurvey } from '../../../../src/engine/observe/survey.js';

const numbers = (length: number, seed: number): Float32Array => {
  let state = seed;
  return Float32Array.from({ length }, () => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.4) * 9);
};
const relu6 = (x: number): number => Math.min(6, Math.max(0, x));

test('what is told of a value through another one is what looking at it tells', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 1e6 }), async (length, seed) => {
      const values = numbers(length, seed);
      const [of, looked] = [valueSurvey(), valueSurvey()];
      const told = of.through({ lo: 0, hi: 6 });
      await of.add(values);
      await looked.add(values.map(relu6));
      expect(told.statistics()).toEqual(looked.statistics());
      expect(told.histogram()).toEqual(looked.histogram());
      expect(told.total()).toBe(length);
    }),
    { numRuns: 40 },
  );
});

test('extremes are of all values, wherever they are, and of finite ones', async () => {
  for (const at of [0, 1, 33_333, 99_999]) {
    const values = new Float32Array(100_000).fill(1);
    values[at] = 7;
    values[(at + 50_000) % 100_000] = -3;
    values[(at + 70_001) % 100_000] = Infinity;
    const survey = valueSurvey();
    await survey.add(values);
    const { min, max } = survey.statistics();
    // A stretch with an infinity tells nothing of its largest value.
    expect([min, max <= 7]).toEqual([-3, true]);
    values[(at + 70_001) % 100_000] = 1;
    const finite = valueSurvey();
    await finite.add(values);
    expect(finite.statistics()).toMatchObject({ min: -3, max: 7 });
  }
});
