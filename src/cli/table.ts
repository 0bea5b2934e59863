/** How a column is written: `right` for figures. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
  /** Longest text shown; longer ones lose their middle. */
  readonly max?: number;
}

/** Names come from the model file: nothing in them may steer the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

/** In code points, as a terminal counts most scripts. */
const length = (text: string): number => Array.from(text).length;

/** Shortens to `max` characters by leaving out the middle, where names of layers differ least. */
export function shorten(text: string, max: number): string {
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const tail = Math.floor((max - 1) / 2);
  return `${characters.slice(0, max - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

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
