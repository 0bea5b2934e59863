import { describe, expect, it } from 'vitest';
import type { Landmark } from '../../../webview-ui/src/view/plans.js';
import { looksOf } from '../../../webview-ui/src/view/frontLooks.js';

const mark = (of: Landmark['of'], label: string): Landmark => ({ of, label, x: 1, db: 20, how: 'measured' });

describe('points beside the front of plans', () => {
  it('look different from each other, however many are compared', () => {
    const marks = [
      mark('plan', 'found'),
      mark('shown', 'yours'),
      mark('baseline', 'int8'),
      ...Array.from({ length: 12 }, (_, i) => mark('comparison', `by hand ${i}`)),
    ];
    const looks = looksOf(marks).map(({ style, rotation = 0, color }) => `${style} ${rotation} ${color}`);
    expect(new Set(looks).size).toBe(marks.length);
  });

  it('are told apart by their shape alone, as long as there are six to compare or fewer', () => {
    const marks = [mark('plan', 'found'), mark('baseline', 'int8'), ...Array.from({ length: 6 }, (_, i) => mark('comparison', `${i}`))];
    expect(new Set(looksOf(marks).map(({ style, rotation = 0 }) => `${style} ${rotation}`)).size).toBe(marks.length);
  });
});
