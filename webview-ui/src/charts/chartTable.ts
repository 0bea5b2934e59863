/** A chart in figures: what is shown as its table and saved as CSV. */
import type { Term } from '../text/terms.js';
import { formatDb, formatReal } from '../text/format.js';

/** Text, or a figure in full precision; null where there is none. An error of zero has Infinity decibels. */
export type Cell = string | number | null;

export interface TableColumn {
  readonly label: string;
  readonly term?: Term;
  /** How the table writes a figure; three significant digits when left out. */
  readonly format?: (value: number) => string;
}

export interface ChartTable {
  readonly columns: readonly TableColumn[];
  /** Made when they are asked for; the first cell of a row is its heading. */
  readonly rows: () => readonly (readonly Cell[])[];
}

export const cellText = (cell: Cell | undefined, { format = formatReal }: TableColumn): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'string' ? cell : format(cell);

/** For columns of decibels. */
export const dbCell = (value: number): string => (value === -Infinity ? '−∞' : formatDb(Number.isFinite(value) ? value : null));

/** A spreadsheet would take these for formulas; names from a model may be anything. */
const formula = /^[=+\-@\t\r]/;

function field(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : Number.isNaN(cell) ? '' : cell > 0 ? 'inf' : '-inf';
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180. Figures are in full; a byte order mark goes before what is not ASCII, by which spreadsheets tell UTF-8. */
export function csv({ columns, rows }: ChartTable): Uint8Array {
  const lines = [columns.map(({ label }) => label), ...rows()].map((cells) => columns.map((_, i) => field(cells[i])).join(','));
  const text = `${lines.join('\r\n')}\r\n`;
  // eslint-disable-next-line no-control-regex -- ASCII
  return new TextEncoder().encode(/^[\u0000-\u007f]*$/.test(text) ? text : `\ufeff${text}`);
}
