/** Values that flow into and out of a layer, as figures. */
import type { LayerReport, ValueStats } from '../../../src/report/types.js';
import { formatCount, formatInterval, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';

export function kindWord(kind: ValueStats['kind']): string {
  switch (kind) {
    case 'two-sided':
      return t('two-sided');
    case 'one-sided':
      return t('one-sided');
    case 'bounded':
      return t('bounded');
  }
}

export const rangeOf = ({ min, max }: ValueStats): string => formatInterval({ lo: min, hi: max });

/** A line for hovering. */
export const statsTitle = ({ mean, std, kind, elements }: ValueStats): string =>
  t('mean {0}, std. deviation {1}, {2}, {3} values', formatReal(mean), formatReal(std), kindWord(kind), formatCount(elements));

/** Rows of figures, the input's and the output's side by side. */
export function activationRows({ activationStats }: LayerReport): readonly (readonly [string, ...string[]])[] {
  const values = [activationStats?.input ?? null, activationStats?.output ?? null];
  const row = (label: string, figure: (stats: ValueStats) => string): readonly [string, ...string[]] => [
    label,
    ...values.map((stats) => (stats ? figure(stats) : '')),
  ];
  const odd = values.some((stats) => stats !== null && stats.nan + stats.inf > 0);
  return [
    row(t('Range'), rangeOf),
    row(t('Kind'), ({ kind }) => kindWord(kind)),
    row(t('Mean'), ({ mean }) => formatReal(mean)),
    row(t('Std. deviation'), ({ std }) => formatReal(std)),
    row(t('Excess kurtosis'), ({ kurtosis }) => (kurtosis === null ? t('constant') : formatReal(kurtosis))),
    row(t('Zeros'), ({ zeros, count }) => formatShare(count > 0 ? zeros / count : null)),
    row(t('Values'), ({ elements }) => formatCount(elements)),
    ...(odd ? [row(t('NaN or infinite'), ({ nan, inf }) => formatCount(nan + inf))] : []),
  ];
}
