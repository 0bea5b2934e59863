import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  noSelection,
  select,
  selectAll,
  selectMode,
  selectOne,
  type Selection,
  type SelectMode,
} from '../../../../webview-ui/src/table/selection.js';

const order = [4, 2, 0, 1, 3];
const after = (...steps: readonly (readonly [number, SelectMode])[]): Selection =>
  steps.reduce((selection, [layer, mode]) => select(selection, layer, mode, order), noSelection);
const chosen = ({ chosen: all }: Selection): number[] => [...all].sort();

describe('choosing layers', () => {
  it('alone forgets the others', () => {
    expect(after([2, 'one'], [1, 'toggle'], [0, 'one'])).toEqual(selectOne(0));
  });

  it('in addition, and one by one away again', () => {
    const two = after([2, 'one'], [1, 'toggle']);
    expect([chosen(two), two.current]).toEqual([[1, 2], 1]);
    const one = select(two, 1, 'toggle', order);
    expect([chosen(one), one.current]).toEqual([[2], 2]);
    expect(select(one, 2, 'toggle', order)).toEqual(selectOne(2));
  });

  it('up to another, in the order they are shown, from where the stretch began', () => {
    const down = after([2, 'one'], [1, 'range']);
    expect([chosen(down), down.current]).toEqual([[0, 1, 2], 1]);
    expect(chosen(select(down, 4, 'range', order))).toEqual([2, 4]);
    expect(chosen(after([0, 'one'], [4, 'toggle'], [2, 'range']))).toEqual([2, 4]);
  });

  it('up to another from one that is not shown any more chooses that alone', () => {
    expect(select(selectOne(9), 0, 'range', order)).toEqual(selectOne(0));
    expect(select(noSelection, 0, 'range', order)).toEqual(selectOne(0));
  });

  it('all at once keeps the one in detail', () => {
    expect(selectAll(selectOne(1), order)).toEqual({ current: 1, anchor: 1, chosen: new Set(order) });
    expect(selectAll(noSelection, order).current).toBe(4);
    expect(selectAll(noSelection, [])).toEqual(noSelection);
  });

  it('always shows one of those chosen in detail', () => {
    const step = fc.tuple(fc.constantFrom(...order), fc.constantFrom<SelectMode>('one', 'toggle', 'range'));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const { current, chosen: all } = after(...steps);
        expect(all.has(current!)).toBe(true);
      }),
    );
  });

  it.each([
    [{ shiftKey: false, ctrlKey: false, metaKey: false }, 'one'],
    [{ shiftKey: false, ctrlKey: true, metaKey: false }, 'toggle'],
    [{ shiftKey: false, ctrlKey: false, metaKey: true }, 'toggle'],
    [{ shiftKey: true, ctrlKey: true, metaKey: false }, 'range'],
  ])('with %j is %s', (keys, mode) => expect(selectMode(keys)).toBe(mode));
});
