/** The columns of the layer table. */
import { t } from '../text/l10n.js';
import { explain } from '../text/terms.js';
import { widths } from './schemes.js';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** What the heading means, where that is not plain. */
  readonly hint?: string;
  readonly align: 'start' | 'end' | 'center';
  /** em of the table's font. The layer's name also takes what is left over. */
  readonly width: number;
  /** Which way a first click sorts: figures that are read from the top start with the largest. */
  readonly firstDescending: boolean;
  /** Left out where the page is narrower than a phone held upright twice over; the detail has it all. */
  readonly wideOnly?: boolean;
  /** For heat cells: the width they tell of. */
  readonly bits?: number;
}

/** Below this the columns marked `wideOnly` are left out. CSS pixels. */
export const narrow = 640;

export function columns(pageWidth: number): readonly Column[] {
  const all: readonly Column[] = [
    {
      id: 'index',
      label: t('#'),
      hint: t('Position in the model, in the order of execution.'),
      align: 'end',
      width: 3.4,
      firstDescending: false,
      wideOnly: true,
    },
    { id: 'layer', label: t('Layer'), align: 'start', width: 11, firstDescending: false },
    { id: 'op', label: t('Operator'), align: 'start', width: 6.2, firstDescending: false },
    {
      id: 'shape',
      label: t('Shape'),
      hint: t('Shape of the weight. Sorts by the number of elements.'),
      align: 'start',
      width: 7.2,
      firstDescending: true,
      wideOnly: true,
    },
    {
      id: 'parameters',
      label: t('Parameters'),
      hint: explain('parameters'),
      align: 'end',
      width: 7.6,
      firstDescending: true,
      wideOnly: true,
    },
    { id: 'macs', label: t('MACs'), hint: explain('macs'), align: 'end', width: 5.2, firstDescending: true, wideOnly: true },
    { id: 'suggested', label: t('Suggested'), hint: explain('suggested'), align: 'start', width: 11.2, firstDescending: true },
    { id: 'clip', label: t('Clip range'), hint: explain('clip'), align: 'start', width: 9.4, firstDescending: true },
    { id: 'sqnr', label: t('SQNR'), hint: explain('sqnr'), align: 'end', width: 5.8, firstDescending: false },
    ...widths.map((bits): Column => ({
      id: `bits:${bits}`,
      label: t('{0} bit', bits),
      hint: explain('bits'),
      align: 'center',
      width: 3.2,
      firstDescending: false,
      bits,
    })),
  ];
  return pageWidth < narrow ? all.filter(({ wideOnly }) => !wideOnly) : all;
}
