import type { LayerReport, Report } from '../../report/types.js';

/**
 * `report` with the figures that were found while a plan was sought, which come first: plans then cost what the search said. Itself where the two rest on
 * different runs.
 */
export function withPlanned(report: Report, planned: Report | undefined): Report {
  if (
    !planned ||
    planned.evidence !== report.evidence ||
    planned.samples !== report.samples ||
    planned.layers.length !== report.layers.length
  )
    return report;
  return { ...report, layers: report.layers.map((layer, i) => merged(layer, planned.layers[i])) };
}

const keyOf = ({ target, scheme }: { readonly target: string; readonly scheme: string }): string => `${target} ${scheme}`;

function joined<T extends { readonly target: string; readonly scheme: string }>(first: readonly T[], others: readonly T[]): readonly T[] {
  const known = new Set(first.map(keyOf));
  return [...first, ...others.filter((one) => !known.has(keyOf(one)))];
}

const merged = (layer: LayerReport, { errors, sensitivity, activationStats }: LayerReport): LayerReport => ({
  ...layer,
  errors: joined(errors, layer.errors),
  sensitivity: joined(sensitivity, layer.sensitivity),
  activationStats: layer.activationStats ?? activationStats,
});
