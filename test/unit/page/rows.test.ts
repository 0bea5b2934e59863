import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns } from '../../../webview-ui/src/view/columns.js';
import { nextSort, rowWindow, sortKeys, visibleRows, worstLayer } from '../../../webview-ui/src/view/rows.js';
import { advice, error, layer } from './layers.js';

const layers = [
  layer('conv10', { parameters: 5, macs: null, advice: advice('int4/channel/mse', 26), errors: [error('int4/channel/mse', 26)] }),
  layer('conv9', { parameters: 50, macs: 10, advice: advice('int6/channel/mse', 25.5), errors: [error('int4/channel/mse', 13)] }),
  layer('fc', { op: 'Gemm', parameters: 5, macs: 7, problem: 'external data is missing' }),
  layer('head', {
    op: 'MatMul',
    parameters: 7,
    macs: 8,
    advice: advice('int6/channel/mse', null),
    errors: [error('int4/channel/mse', null)],
  }),
];

describe('rows of the table', () => {
  it('are all of them in the order of the model, to begin with', () => expect(visibleRows(layers, '', null)).toEqual([0, 1, 2, 3]));

  it.each([
    ['CONV', [0, 1]],
    ['gemm', [2]],
    [' head.weight ', [3]],
    ['nothing', []],
  ])('that match %j are %j', (filter, rows) => expect(visibleRows(layers, filter, null)).toEqual(rows));

  it.each([
    ['layer', false, [1, 0, 2, 3], 'numbers in names count as numbers'],
    ['parameters', true, [1, 3, 0, 2], 'equal layers keep the order of the model'],
    ['macs', false, [2, 3, 1, 0], 'unknown comes last'],
    ['macs', true, [1, 3, 2, 0], 'unknown comes last, upside down too'],
    ['suggested', true, [1, 3, 0, 2], 'layers without advice come last'],
    ['sqnr', true, [3, 0, 1, 2], 'no error at all is the best'],
    ['bits:4', false, [1, 0, 3, 2], 'heat cells sort by their figure'],
    ['index', true, [3, 2, 1, 0], 'the model’s order can be reversed'],
    ['gone', true, [0, 1, 2, 3], 'a column that there is not leaves the order as it is'],
  ])('sorted by %s, descending %s: %j (%s)', (column, descending, rows) => {
    expect(visibleRows(layers, '', { column, descending })).toEqual(rows);
  });

  it('of every column can be sorted', () => {
    for (const { id } of columns(true)) expect(id === 'index' || id.startsWith('bits:') || id in sortKeys, id).toBe(true);
  });

  it('go back to the order of the model at the third click', () => {
    const first = nextSort(null, 'macs', true);
    expect(first).toEqual({ column: 'macs', descending: true });
    const second = nextSort(first, 'macs', true);
    expect(second).toEqual({ column: 'macs', descending: false });
    expect(nextSort(second, 'macs', true)).toBeNull();
    expect(nextSort(second, 'op', false)).toEqual({ column: 'op', descending: false });
  });
});

describe('the worst layer', () => {
  it('needs the most bits, and of those has the least SQNR', () => expect(worstLayer(layers)).toBe(1));
  it('is none where nothing is suggested', () => expect(worstLayer([layer('a'), layer('b')])).toBeNull());
});

describe('the window of rendered rows', () => {
  it('covers what is in sight and stays within the rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 20, max: 60 }),
        fc.integer({ min: 0, max: 5000 }),
        (scrollTop, height, rowHeight, count) => {
          const { start, end } = rowWindow(scrollTop, height, rowHeight, count);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(count);
          const firstSeen = Math.floor(scrollTop / rowHeight);
          const lastSeen = Math.min(count, Math.ceil((scrollTop + height) / rowHeight)) - 1;
          if (firstSeen <= lastSeen) {
            expect(start).toBeLessThanOrEqual(firstSeen);
            expect(end).toBeGreaterThan(lastSeen);
          }
        },
      ),
    );
  });

  it('does not grow with the model', () => {
    const { start, end } = rowWindow(50_000, 600, 24, 5000);
    expect(end - start).toBeLessThan(50);
  });
});
