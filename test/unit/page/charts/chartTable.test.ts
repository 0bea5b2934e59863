import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, csv, dbCell, type Cell } from '../../../../webview-ui/src/charts/chartTable.js';

const text = (columns: readonly string[], rows: readonly (readonly Cell[])[]) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(csv({ columns: columns.map((label) => ({ label })), rows: () => rows }));

/** A reader of RFC 4180. */
function read(source: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of source.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  rows.pop();
  return rows;
}

describe('the CSV of a chart', () => {
  it('has the columns and the figures in full', () => {
    expect(text(['Bits', 'SQNR'], [[2, 1 / 3]])).toBe('Bits,SQNR\r\n2,0.3333333333333333\r\n');
  });

  it('writes no figure as nothing and no error as infinite decibels', () => {
    expect(text(['a', 'b', 'c'], [['x', null, Infinity]])).toBe('a,b,c\r\nx,,inf\r\n');
  });

  it('keeps names from being taken for formulas', () => {
    expect(text(['Layer'], [['=HYPERLINK("x")'], ['@a'], ['-b'], ['+c']])).toBe(
      'Layer\r\n"\'=HYPERLINK(""x"")"\r\n\'@a\r\n\'-b\r\n\'+c\r\n',
    );
  });

  it('does not touch negative figures', () => expect(text(['a'], [[-1.5]])).toBe('a\r\n-1.5\r\n'));

  it('begins with a byte order mark where there is more than ASCII', () => {
    expect(text(['비트'], [[1]]).startsWith('\ufeff')).toBe(true);
    expect(text(['Bits'], [[1]]).startsWith('\ufeff')).toBe(false);
  });

  it('is read back as it was', () => {
    const cell = fc.string({ unit: 'grapheme-ascii' }).filter((name) => !/^[=+\-@\t\r]/.test(name));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 }), (rows) => {
        const back = read(text(['a', 'b', 'c'], rows));
        expect(back.length).toBe(rows.length + 1);
        back.slice(1).forEach(([a, b, c], i) => expect([a, b, Number(c)]).toEqual([rows[i][0], rows[i][1], rows[i][2] + 0]));
      }),
    );
  });
});

describe('a cell of the table', () => {
  it('is written by its column', () => {
    expect(cellText(12345, { label: '', format: (value) => `${value}!` })).toBe('12345!');
    expect(cellText(0.123456, { label: '' })).toBe('0.123');
    expect(cellText('=x', { label: '' })).toBe('=x');
    expect(cellText(null, { label: '' })).toBe('');
    expect(cellText(undefined, { label: '' })).toBe('');
  });
  it('of decibels is ∞ where there is no error', () => {
    expect(dbCell(12.34)).toBe('12.3');
    expect(dbCell(Infinity)).toBe('∞');
  });
});
