import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allSamples, looksAtAll, someRuns, someSamples } from '../../../../src/engine/observe/looks.js';

const count = (looks: ReturnType<typeof someSamples>): number => looks.reduce((sum, { from, to }) => sum + to - from, 0);

test('samples that are looked at lie in their runs, are a sixteenth of all, or sixteen, and the first run has some', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 60 }), (samples) => {
      const total = samples.reduce((a, b) => a + b, 0);
      const looks = someSamples(samples);
      for (const { run, from, to } of looks) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(samples[run]);
      }
      expect(looks[0].run).toBe(0);
      expect(new Set(looks.map(({ run }) => run)).size).toBe(looks.length);
      expect(Math.abs(count(looks) - Math.min(total, Math.max(16, total / 16)))).toBeLessThanOrEqual(1);
    }),
  );
});

test('sixteen samples and fewer are all looked at, and runs as a whole where samples are not told apart', () => {
  expect(looksAtAll(someSamples([8, 8]), [8, 8])).toBe(true);
  expect(looksAtAll(someSamples([8, 8, 1]), [8, 8, 1])).toBe(false);
  expect(someRuns([64, 64, 20])).toEqual(allSamples([64, 64, 20]));
  expect(count(someRuns(Array.from({ length: 64 }, () => 2)))).toBe(32);
});
