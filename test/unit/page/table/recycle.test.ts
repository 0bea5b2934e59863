import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recycle } from '../../../../webview-ui/src/table/recycle.js';

const none = { start: 0, keys: [] };

describe('elements of rows that scroll', () => {
  it('stay with the rows that stay, and go from those that leave to those that come', () => {
    const first = recycle(none, 0, 4);
    expect(first.keys).toEqual([0, 1, 2, 3]);
    expect(recycle(first, 1, 5).keys).toEqual([1, 2, 3, 0]);
    expect(recycle(recycle(first, 1, 5), 0, 4).keys).toEqual([0, 1, 2, 3]);
    expect(recycle(first, 2, 6).keys).toEqual([2, 3, 1, 0]);
  });

  it('stay in their order where no row stays', () => {
    expect(recycle(recycle(none, 0, 3), 100, 103).keys).toEqual([0, 1, 2]);
  });

  it('are as many as the rows, each there once, whatever was shown before', () => {
    const window = fc.record({ start: fc.nat(50), length: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 8 }), (windows) => {
        let shown: ReturnType<typeof recycle> = none;
        for (const { start, length } of windows) {
          const before = new Map(shown.keys.map((key, i) => [shown.start + i, key]));
          shown = recycle(shown, start, start + length);
          expect(shown.keys).toHaveLength(length);
          expect(new Set(shown.keys).size).toBe(length);
          shown.keys.forEach((key, i) => expect(before.get(start + i) ?? key).toBe(key));
        }
      }),
    );
  });
});
