/** What of a comparison is shown, as data and sentences. */
import { isDifferent, type LayerComparison } from '../../../src/report/compare/compare.js';
import { distance, type Difference, type DifferenceKind } from '../../../src/report/compare/differences.js';
import { writeChange } from '../../../src/report/compare/text.js';
import type { ComparisonHead } from '../../../src/rpc/compare.js';
import type { ChartTable } from '../charts/chartTable.js';
import { formatCount } from '../text/format.js';
import { t } from '../text/l10n.js';
import { differenceWords, matchWords, valueText } from './words.js';

/** The layer's name, on whichever side it is. */
export const nameOf = ({ a, b }: LayerComparison): string => (a ?? b)!.name;

/** What tells a layer from the others, also when both are compared again. */
export const keyOf = ({ a, b }: LayerComparison): string => JSON.stringify([a?.name ?? null, b?.name ?? null]);

/** Kinds of differences, each once. */
export const kindsOf = ({ differences }: LayerComparison): DifferenceKind[] => [...new Set(differences.map(({ what }) => what))];

/** What a layer differs in, in words. */
export function differsIn(layer: LayerComparison): string {
  if (!layer.b) return t('only in A');
  if (!layer.a) return t('only in B');
  const kinds = kindsOf(layer);
  return kinds.length === 0 ? t('alike') : kinds.map((kind) => differenceWords[kind]()).join(', ');
}

/** The figure in decibels that differs most; at the outputs before that of the weight. */
export function largestChange({ differences }: LayerComparison): Difference | null {
  const of = (kind: DifferenceKind): Difference[] => differences.filter(({ what }) => what === kind);
  const figures = of('effect').length > 0 ? of('effect') : of('error');
  return figures.reduce<Difference | null>((most, one) => (most && distance(most.a, most.b) >= distance(one.a, one.b) ? most : one), null);
}

/** A change in a few characters. */
export const changeText = ({ a, b, unit }: Difference): string =>
  writeChange(a, b, unit) || `${valueText(a, unit)} → ${valueText(b, unit)}`;

/** Whether a layer has every word of the filter in its names, its operator or what it differs in. */
export function matchesFilter(layer: LayerComparison, filter: string): boolean {
  const { a, b, differences } = layer;
  const text = [a?.name, b?.name, a?.op, b?.op, differsIn(layer), ...differences.map(({ of }) => of)].join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

/** The comparison in one sentence. */
export function reading({ a, b, different }: ComparisonHead, layers: readonly LayerComparison[]): string {
  const only = layers.filter((layer) => !layer.a || !layer.b).length;
  const same = a.sha256 !== null && a.sha256 === b.sha256 ? ` ${t('Both are of one model file.')}` : '';
  if (different === 0) return t('No difference in {0} layers.', formatCount(layers.length)) + same;
  const found = t(
    '{0} of {1} layers differ, {2} of them are on one side only.',
    formatCount(different),
    formatCount(layers.length),
    formatCount(only),
  );
  return found + same;
}

/** All differences, one a line: for spreadsheets. */
export const comparisonTable = (layers: readonly LayerComparison[]): ChartTable => ({
  columns: [t('Layer in A'), t('Layer in B'), t('Match'), t('Differs in'), t('Of'), 'A', 'B'].map((label) => ({ label })),
  rows: () =>
    layers.filter(isDifferent).flatMap((layer) => {
      const head = [layer.a?.name ?? '', layer.b?.name ?? '', layer.by ? matchWords[layer.by]() : ''];
      if (!layer.a || !layer.b) return [[...head, differsIn(layer), '', '', '']];
      return layer.differences.map(({ what, of, unit, a, b }) => {
        const value = (one: Difference['a']) => one ?? (unit === 'dB' ? Infinity : valueText(one, unit));
        return [...head, differenceWords[what](), of ?? '', value(a), value(b)];
      });
    }),
});
