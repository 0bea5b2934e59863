/** What is known of a layer, as a list of terms and values. */
import type { LayerError, LayerReport } from '../../../src/report/types.js';
import { dash, formatCompact, formatCount, formatInterval, formatReal, formatShape, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import type { Term } from '../text/terms.js';
import { advisedError } from './schemes.js';

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly term?: Term;
  /** The value is a name from the model. */
  readonly isName?: boolean;
  /** Something to look at. */
  readonly alarm?: boolean;
}

/** The facts of `layer`: those of the suggestion, or of what is planned instead, which loses `advised` (null: not known), first, then the distribution, then the tensor. Those not known are left out. */
export function facts(layer: LayerReport, advised: LayerError | null = advisedError(layer) ?? null): Fact[] {
  const { advice, weightStats: stats, parameters, macs, channelAxis } = layer;
  const all: Fact[] = [];
  if (advice && !Number.isNaN(advice.clip.lo)) all.push({ label: t('Clip range'), value: formatInterval(advice.clip), term: 'clip' });
  if (advice && advised) {
    all.push(
      { label: t('Clipped'), value: formatShare(advised.clippedFraction), term: 'clipped' },
      { label: t('Largest error'), value: formatReal(advised.maxError), term: 'maxError' },
      { label: t('Effective bits'), value: formatReal(advised.effectiveBits), term: 'effectiveBits' },
    );
  }
  if (stats) {
    all.push(
      { label: t('Minimum'), value: formatReal(stats.min) },
      { label: t('Maximum'), value: formatReal(stats.max) },
      { label: t('Mean'), value: formatReal(stats.mean) },
      { label: t('Std. deviation'), value: formatReal(stats.std), term: 'std' },
      { label: t('Excess kurtosis'), value: stats.kurtosis === null ? t('constant') : formatReal(stats.kurtosis), term: 'kurtosis' },
      { label: t('Zeros'), value: parameters > 0 ? formatShare(stats.zeros / parameters) : dash },
    );
    if (stats.nan > 0) all.push({ label: t('NaN values'), value: formatCount(stats.nan), alarm: true });
    if (stats.inf > 0) all.push({ label: t('Infinite values'), value: formatCount(stats.inf), alarm: true });
  }
  all.push(
    { label: t('Weight'), value: displayName(layer.weight), isName: true },
    { label: t('Shape'), value: formatShape(layer.shape) },
    { label: t('Stored as'), value: displayName(layer.dataType, 40) },
    { label: t('Parameters'), value: formatCount(parameters), term: 'parameters' },
  );
  if (macs !== null) all.push({ label: t('MACs'), value: formatCompact(macs), term: 'macs' });
  if (channelAxis !== null) {
    all.push({
      label: t('Channel axis'),
      value: t('{0} ({1} channels)', channelAxis, formatCount(layer.shape[channelAxis])),
      term: 'channelAxis',
    });
  }
  return all;
}
