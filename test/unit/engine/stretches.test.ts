import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stretchesOf } from '../../../src/engine/replay/stretches.js';

const seconds = (all: readonly number[]) => all.map((each) => ({ seconds: each }));

test('short parts are put together, long ones stay alone, and what is left over goes to the last', () => {
  expect(stretchesOf([1, 1, 1], seconds([0.001, 0.001, 0.001]))).toEqual([[0, 1, 2]]);
  expect(stretchesOf([1, 2, 1], seconds([1, 0.5, 0.5, 1]))).toEqual([[0], [1], [2]]);
  expect(stretchesOf([2, 1, 1], seconds([0.01, 0.01, 0.03, 0.001]))).toEqual([[0], [1, 2]]);
});

test('every part is in one stretch, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { maxLength: 40 }), (all) => {
      expect(
        stretchesOf(
          all.map(() => 1),
          seconds(all),
        ).flat(),
      ).toEqual(all.map((_, i) => i));
    }),
  );
});
