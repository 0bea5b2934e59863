/** The columns of the layer table, and which of them a width has room for. */
import { t } from '../text/l10n.js';
import { explain } from '../text/terms.js';
import { widths } from './schemes.js';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** What the heading means, where that is not plain. */
  readonly hint?: string;
  readonly align: 'start' | 'end' | 'center';
  /** em of the table's font. */
  readonly width: number;
  /** Part of what is left over; none without. */
  readonly grow?: number;
  /** Which way a first click sorts: figures that are read from the top start with the largest. */
  readonly firstDescending: boolean;
  /** Where room is short, the columns with the smallest number go first; those without stay. The detail has what went. */
  readonly order?: number;
  /** For heat cells: the width they tell of. */
  readonly bits?: number;
}

const effectColumn = (): Column => ({
  id: 'effect',
  label: t('At outputs'),
  hint: t('{0} in dB. {1}', t('SQNR'), explain('effect')),
  align: 'end',
  width: 7.2,
  firstDescending: false,
});

const inputsColumn = (): Column => ({
  id: 'inputs',
  label: t('Inputs'),
  hint: t('Histogram of the values that the layer took in, heights by square roots. Sorts by excess kurtosis.'),
  align: 'start',
  width: 5.2,
  firstDescending: true,
  order: 7,
});

const inputColumn = (): Column => ({
  id: 'inputRange',
  label: t('Input range'),
  hint: explain('inputRange'),
  align: 'start',
  width: 8.4,
  firstDescending: true,
  order: 3,
});

/** All columns, in the order they are shown: what the table is for stands where it is seen without scrolling sideways. Those of a run only where the model was run. */
export const columns = (ran: boolean): readonly Column[] => [
  {
    id: 'index',
    label: t('#'),
    hint: t('Position in the model, in the order of execution.'),
    align: 'end',
    width: 3,
    firstDescending: false,
    order: 1,
  },
  { id: 'layer', label: t('Layer'), align: 'start', width: 12, grow: 5, firstDescending: false },
  { id: 'op', label: t('Operator'), align: 'start', width: 6.2, grow: 1, firstDescending: false, order: 5 },
  {
    id: 'shape',
    label: t('Shape'),
    hint: t('Shape of the weight. Sorts by the number of elements.'),
    align: 'start',
    width: 6.4,
    grow: 1,
    firstDescending: true,
    order: 2,
  },
  { id: 'parameters', label: t('Parameters'), hint: explain('parameters'), align: 'end', width: 7.7, firstDescending: true, order: 8 },
  { id: 'macs', label: t('MACs'), hint: explain('macs'), align: 'end', width: 4.6, firstDescending: true, order: 9 },
  {
    id: 'weights',
    label: t('Weights'),
    hint: t(
      'Histogram of the weights from the smallest to the largest, heights by square roots; lines are ends of the clip range. Sorts by excess kurtosis.',
    ),
    align: 'start',
    width: 6,
    firstDescending: true,
    order: 10,
  },
  { id: 'suggested', label: t('Suggested'), hint: explain('suggested'), align: 'start', width: 14, grow: 0.5, firstDescending: true },
  ...widths.map((bits): Column => ({
    id: `bits:${bits}`,
    label: t('{0} bit', bits),
    hint: ran ? explain('outputBits') : explain('bits'),
    align: 'center',
    width: 2.9,
    firstDescending: false,
    bits,
  })),
  ...(ran ? [effectColumn()] : []),
  { id: 'causes', label: t('Causes'), hint: explain('causes'), align: 'start', width: 10.6, grow: 1, firstDescending: true, order: 11 },
  ...(ran ? [inputsColumn()] : []),
  {
    id: 'sqnr',
    label: t('SQNR'),
    hint: t('{0} in dB. {1}', t('SQNR'), explain('sqnr')),
    align: 'end',
    width: 4.2,
    firstDescending: false,
    order: 6,
  },
  { id: 'clip', label: t('Clip range'), hint: explain('clip'), align: 'start', width: 8.8, firstDescending: true, order: 4 },
  ...(ran ? [inputColumn()] : []),
];

/** em that `shown` take together. */
export const totalWidth = (shown: readonly Column[]): number => shown.reduce((sum, { width }) => sum + width, 0);

/** Rooms that a table may be wide, so that columns are scrolled to rather than left out. */
export const SIDEWAYS = 1.5;

/**
 * The columns that go into `room` em, or not much more of it: what is beside the name can be scrolled sideways. The dispensable ones are left
 * out first. What cannot be left out may be wider still.
 */
export function fittingColumns(all: readonly Column[], room: number): readonly Column[] {
  let shown = all;
  const leaving = all.filter(({ order }) => order !== undefined).sort((a, b) => a.order! - b.order!);
  for (const next of leaving) {
    if (totalWidth(shown) <= room * SIDEWAYS) break;
    shown = shown.filter(({ id }) => id !== next.id);
  }
  return shown;
}
