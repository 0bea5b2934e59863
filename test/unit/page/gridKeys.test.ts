import { describe, expect, it } from 'vitest';
import { headMove, rowMove } from '../../../webview-ui/src/components/gridKeys.js';

describe('keys in the grid', () => {
  it.each([
    ['ArrowDown', 5],
    ['ArrowUp', 3],
    ['PageDown', 14],
    ['PageUp', -6],
    ['Home', 0],
    ['End', 99],
    ['a', undefined],
  ])('%s leads from row 4 of 100 to %s', (key, to) => expect(rowMove(key, 4, 10, 100)).toBe(to));

  it('begin with the first row when none is chosen', () => {
    expect(rowMove('ArrowDown', -1, 10, 100)).toBe(0);
    expect(rowMove('ArrowUp', -1, 10, 100)).toBe(0);
  });

  it.each([
    ['ArrowRight', false, 3],
    ['ArrowRight', true, 1],
    ['ArrowLeft', false, 1],
    ['ArrowLeft', true, 3],
    ['Home', false, 0],
    ['End', false, 8],
    ['ArrowDown', false, undefined],
  ])('%s leads from heading 2 of 9, right to left %s, to %s', (key, rtl, to) => expect(headMove(key, 2, 9, rtl)).toBe(to));
});
