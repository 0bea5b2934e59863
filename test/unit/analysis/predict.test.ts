import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { farScheme, firstScheme, predict, someOf, together, type Point } from '../../../src/analysis/predict.js';

const db = fc.double({ min: -5, max: 90, noNaN: true });
const granularity = fc.constantFrom('tensor', 'channel');
const points = fc.array(fc.record({ localDb: db, outputDb: db, granularity }), { minLength: 1, maxLength: 4 });
const point = (localDb: number, outputDb: number, granularity = 'channel'): Point => ({ localDb, outputDb, granularity });

describe('prediction', () => {
  it('adds the gain that was measured, for small noise goes through a network linearly', () => {
    expect(predict([point(20, 33)], 50, 'channel')).toBe(63);
    expect(predict([point(20, 33)], 14, 'channel')).toBe(27);
  });

  it('takes the mean of several gains, those of the same granularity counting more', () => {
    expect(predict([point(20, 33), point(32, 43)], 40, 'channel')).toBe(52);
    const mixed = [point(20, 30, 'tensor'), point(20, 40, 'channel')];
    expect(predict(mixed, 20, 'tensor')).toBeCloseTo(32, 12);
    expect(predict(mixed, 20, 'channel')).toBeCloseTo(38, 12);
    expect(predict(mixed, 20, 'block')).toBeCloseTo(35, 12);
  });

  it('loses more than a dB for each dB where a layer is about to tell nothing', () => {
    expect(predict([point(20, 33)], 0, 'channel')).toBeLessThan(33 - 20 - 5);
    // What was measured there tells of the layer, not of that.
    expect(predict([point(0, 10)], 30, 'channel')).toBeGreaterThan(40);
  });

  it('never says that more local error does less at the outputs', () => {
    fc.assert(
      fc.property(points, db, db, granularity, (measured, a, b, of) => {
        expect(predict(measured, Math.max(a, b), of)).toBeGreaterThanOrEqual(predict(measured, Math.min(a, b), of) - 1e-9);
      }),
    );
  });

  it('gives back what one point says, anywhere', () => {
    fc.assert(
      fc.property(db, db, granularity, granularity, (localDb, outputDb, at, of) => {
        expect(predict([point(localDb, outputDb, at)], localDb, of)).toBeCloseTo(outputDb, 9);
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
  const of = (kinds: string): readonly string[] => Array.from(kinds, (kind) => (kind === 't' ? 'tensor' : 'channel'));

  it('is first in the middle of what may be chosen, then far out, of another granularity if there is one', () => {
    expect(firstScheme(local)).toBe(5);
    expect(farScheme(local, of('ttttttt'), [5])).toBe(3);
    expect(farScheme(local, of('tctttct'), [5])).toBe(3);
    expect(farScheme(local, of('tccccct'), [5])).toBe(0);
  });

  it('is checked everywhere among what is predicted', () => {
    const all = Array.from({ length: 120 }, (_, i) => i);
    const some = someOf(all, 12);
    expect(new Set(some).size).toBe(12);
    for (let third = 0; third < 3; third++) expect(some.filter((i) => Math.floor(i / 40) === third).length).toBeGreaterThanOrEqual(3);
    expect(someOf([7], 5)).toEqual([7]);
    expect(someOf([], 5)).toEqual([]);
  });

  it('is one scheme even where no local error is known to differ from zero', () => {
    expect(firstScheme([null, null])).toBe(0);
    expect(farScheme([null, null], of('tt'), [0])).toBeUndefined();
    expect(firstScheme([])).toBeUndefined();
  });
});
