/** Which columns the user wants, and how wide. */
import { omit } from '../../../src/rpc/omit.js';
import { fittingColumns, type Column } from '../view/columns.js';

export interface ColumnChoice {
  /** Whether the user wants it shown or hidden; columns without an entry are shown where there is room. */
  readonly shown: Readonly<Partial<Record<string, boolean>>>;
  /** em, where it was changed. */
  readonly widths: Readonly<Partial<Record<string, number>>>;
}

export const noChoice: ColumnChoice = { shown: {}, widths: {} };

export const NARROWEST = 2.4;
export const WIDEST = 60;

/** A column that cannot be hidden: it says which layer a row is. */
export const isFixed = (id: string): boolean => id === 'layer';

export const showColumn = (choice: ColumnChoice, id: string, show: boolean): ColumnChoice => ({
  ...choice,
  shown: { ...choice.shown, [id]: show },
});

/** Makes a column `width` em wide; null: as wide as it was at first. */
export const resizeColumn = (choice: ColumnChoice, id: string, width: number | null): ColumnChoice => ({
  ...choice,
  widths: width === null ? omit(choice.widths, id) : { ...choice.widths, [id]: Math.min(WIDEST, Math.max(NARROWEST, width)) },
});

/**
 * The columns to show in `room` em. Those that the user wants stay, however little room there is; of the others go those that can be spared.
 * A column whose width was changed keeps it, and takes no part in what is left over.
 */
export function shownColumns(all: readonly Column[], { shown, widths }: ColumnChoice, room: number): readonly Column[] {
  const wanted = all.filter(({ id }) => isFixed(id) || shown[id] !== false);
  const sized = wanted.map((column): Column => {
    const width = widths[column.id];
    return width === undefined ? column : { ...omit(column, 'grow'), width };
  });
  return fittingColumns(
    sized.map((column) => (shown[column.id] ? omit(column, 'order') : column)),
    room,
  );
}

/** What was stored, entry by entry. */
export function restoreColumns(stored: unknown): ColumnChoice {
  if (typeof stored !== 'object' || stored === null) return noChoice;
  const { shown, widths } = stored as Partial<Record<keyof ColumnChoice, unknown>>;
  const entries = <T>(value: unknown, is: (entry: unknown) => entry is T): Record<string, T> =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => is(entry[1])))
      : {};
  return {
    shown: entries(shown, (entry): entry is boolean => typeof entry === 'boolean'),
    widths: entries(widths, (entry): entry is number => typeof entry === 'number' && entry >= NARROWEST && entry <= WIDEST),
  };
}
