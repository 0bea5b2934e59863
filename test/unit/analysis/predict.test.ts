import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScheme, farScheme, firstScheme, predict, together, type Point } from '../../../src/analysis/predict.js';

const db = fc.double({ min: -5, max: 90, noNaN: true });
const points = fc.array(fc.record({ localDb: db, outputDb: db }), { minLength: 1, maxLength: 4 });

describe('prediction', () => {
  it('adds the gain that was measured, for small noise goes through a network linearly', () => {
    const measured: Point[] = [{ localDb: 20, outputDb: 33 }];
    expect(predict(measured, 50)).toBe(63);
    expect(predict(measured, 14)).toBe(27);
  });

  it('takes the mean of several gains', () => {
    const measured: Point[] = [
      { localDb: 20, outputDb: 33 },
      { localDb: 32, outputDb: 43 },
    ];
    expect(predict(measured, 40)).toBe(52);
  });

  it('loses more than a dB for each dB where a layer is about to tell nothing', () => {
    const measured: Point[] = [{ localDb: 20, outputDb: 33 }];
    expect(predict(measured, 0)).toBeLessThan(33 - 20 - 5);
    // What was measured there tells of the layer, not of that.
    expect(predict([{ localDb: 0, outputDb: 10 }], 30)).toBeGreaterThan(40);
  });

  it('never says that more local error does less at the outputs', () => {
    fc.assert(
      fc.property(points, db, db, (measured, a, b) => {
        expect(predict(measured, Math.max(a, b))).toBeGreaterThanOrEqual(predict(measured, Math.min(a, b)) - 1e-9);
      }),
    );
  });

  it('gives back what one point says, anywhere', () => {
    fc.assert(
      fc.property(db, db, (localDb, outputDb) => {
        expect(predict([{ localDb, outputDb }], localDb)).toBeCloseTo(outputDb, 9);
      }),
    );
  });
});

describe('two independent errors', () => {
  it('add their powers', () => {
    expect(together(20, 20)).toBeCloseTo(20 - 10 * Math.log10(2), 12);
    expect(together(20, null)).toBe(20);
    expect(together(null, null)).toBeNull();
  });
});

describe('what is measured', () => {
  const local = [48, 24, 11, 31, null, 19, 1];
  it('is first in the middle of what may be chosen, then further out, then between', () => {
    expect(firstScheme(local)).toBe(5);
    expect(farScheme(local, [5])).toBe(3);
    expect(checkScheme(local, [5, 3])).toBe(1);
  });

  it('is one scheme even where no local error is known to differ from zero', () => {
    expect(firstScheme([null, null])).toBe(0);
    expect(farScheme([null, null], [0])).toBeUndefined();
    expect(firstScheme([])).toBeUndefined();
  });
});
