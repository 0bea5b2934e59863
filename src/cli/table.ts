import { printable, shorten } from '../report/names.js';

/** How a column is written: `right` for figures. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
  /** Longest text shown; longer ones lose their middle. */
  readonly max?: number;
}

/** In code points, as a terminal counts most scripts. */
const length = (text: string): number => Array.from(text).length;

/** Rows as aligned text: a line of titles, a rule, a line per row. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map(({ cell, max = 48 }) => shorten(printable(cell(row)), max)));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...cells.map((line) => length(line[i]))));
  const write = (line: readonly string[]) =>
    line
      .map((text, i) => {
        const space = ' '.repeat(widths[i] - length(text));
        return columns[i].align === 'right' ? space + text : text + space;
      })
      .join('  ')
      .trimEnd();
  return [write(columns.map(({ title }) => title)), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(write)].join('\n');
}
