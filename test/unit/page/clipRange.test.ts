import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPixel, toValue, toVisiblePixel } from '../../../webview-ui/src/charts/axisScale.js';
import { alike, keyMove, limitsFor, moveEnd, within } from '../../../webview-ui/src/view/clipRange.js';

const real = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const limits = fc.tuple(real, real, fc.boolean()).map(([a, b, symmetric]) => limitsFor(Math.min(a, b), Math.max(a, b), symmetric));
const end = fc.constantFrom('lo' as const, 'hi' as const);
const key = fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End');

describe('the limits of a clip range', () => {
  it('hold zero and the values, and are alike for symmetric formats', () => {
    expect(limitsFor(-1, 3, false)).toEqual({ lo: -1, hi: 3, symmetric: false });
    expect(limitsFor(-1, 3, true)).toEqual({ lo: -3, hi: 3, symmetric: true });
    expect(limitsFor(2, 3, false)).toEqual({ lo: 0, hi: 3, symmetric: false });
  });
  it('leave room where every value is zero', () => expect(limitsFor(0, 0, true).hi).toBeGreaterThan(0));
});

describe('moving an end', () => {
  it('takes it where the hand is, the other one too where both are alike', () => {
    expect(moveEnd({ lo: -1, hi: 2 }, 'hi', 1.5, limitsFor(-1, 3, false))).toEqual({ lo: -1, hi: 1.5 });
    expect(moveEnd({ lo: -2, hi: 2 }, 'lo', -1.5, limitsFor(-1, 3, true))).toEqual({ lo: -1.5, hi: 1.5 });
  });

  it('never crosses the other end nor zero nor the limits, whatever hands and keys do', () => {
    const step = fc.oneof(
      fc.record({ end, value: fc.oneof(real, fc.constantFrom(Infinity, -Infinity)) }),
      fc.record({ end, key, shift: fc.boolean() }),
    );
    fc.assert(
      fc.property(limits, fc.array(step), (limits, steps) => {
        let range = within({ lo: limits.lo, hi: limits.hi }, limits);
        for (const one of steps) {
          const before = range;
          range = 'key' in one ? keyMove(range, one.end, one.key, one.shift, limits)! : moveEnd(range, one.end, one.value, limits);
          expect(range.lo).toBeLessThanOrEqual(0);
          expect(range.hi).toBeGreaterThanOrEqual(0);
          expect(range.lo).toBeLessThan(range.hi);
          expect(range.lo).toBeGreaterThanOrEqual(limits.lo);
          expect(range.hi).toBeLessThanOrEqual(limits.hi);
          if (limits.symmetric) expect(range.lo).toBe(-range.hi);
          else expect(one.end === 'lo' ? range.hi : range.lo).toBe(one.end === 'lo' ? before.hi : before.lo);
        }
      }),
    );
  });
});

describe('keys', () => {
  const limits = limitsFor(-2, 2, false);
  const range = { lo: -1, hi: 1 };
  it.each([
    ['ArrowRight', false, 1.02],
    ['ArrowUp', false, 1.02],
    ['ArrowLeft', false, 0.98],
    ['ArrowRight', true, 1.2],
    ['ArrowLeft', true, 0.8],
    ['PageUp', false, 1.2],
    ['PageDown', false, 0.8],
    ['End', false, 2],
    ['Home', false, 0],
  ])('%s (shift: %s) takes the upper end from 1 to %d', (name, shift, to) => {
    expect(keyMove(range, 'hi', name, shift, limits)!.hi).toBeCloseTo(to, 12);
  });
  it('other than those do nothing', () => expect(keyMove(range, 'hi', 'a', false, limits)).toBeNull());
});

describe('two ranges', () => {
  it('are alike when nobody can tell them apart', () => {
    expect(alike({ lo: -1, hi: 1 }, { lo: -1, hi: 1 + 1e-9 })).toBe(true);
    expect(alike({ lo: -1, hi: 1 }, { lo: -1, hi: 1.01 })).toBe(false);
    expect(alike({ lo: -1e-9, hi: 1e-9 }, { lo: -1e-9, hi: 2e-9 })).toBe(false);
    expect(alike(null, { lo: -1, hi: 1 })).toBe(false);
    expect(alike(null, null)).toBe(true);
  });
});

describe('values and pixels of an axis', () => {
  const scale = fc
    .record({
      left: fc.integer({ min: 0, max: 200 }),
      width: fc.integer({ min: 1, max: 4000 }),
      min: real,
      span: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    })
    .map(({ left, width, min, span }) => ({ left, right: left + width, min, max: min + span }));

  it('go to each other and back', () => {
    fc.assert(
      fc.property(scale, fc.double({ min: 0, max: 1, noNaN: true }), (axis, share) => {
        const value = axis.min + share * (axis.max - axis.min);
        expect(toValue(axis, toPixel(axis, value))).toBeCloseTo(value, 6);
      }),
    );
  });
  it('stay in sight', () => {
    fc.assert(
      fc.property(scale, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (axis, value) => {
        const pixel = toVisiblePixel(axis, value);
        expect(pixel).toBeGreaterThanOrEqual(axis.left);
        expect(pixel).toBeLessThanOrEqual(axis.right);
      }),
    );
  });
});
