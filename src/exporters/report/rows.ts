import { effectiveBits, parseScheme } from '../../core/formats/index.js';
import type { Plan, Transform } from '../../report/plan.js';
import type { LayerError, LayerReport, Report, Sensitivity } from '../../report/types.js';

/** A report, and the plan that goes with it. */
export interface ReportDocument {
  readonly report: Report;
  readonly plan: Plan | null;
}

/** A layer with what is to be done with it. */
export interface PlannedLayer {
  readonly layer: LayerReport;
  /** Schemes of the plan: null where it leaves weight or input as they are; undefined without a plan. */
  readonly weight: string | null | undefined;
  readonly activation: string | null | undefined;
  /** What the plan does to the layer besides, a few words each. */
  readonly transforms: readonly string[];
  /** The scheme that counts: that of the plan, or else the suggested one. */
  readonly scheme: string | null;
  /** The error of the weight under it. */
  readonly error: LayerError | null;
  /** Effect at the outputs under it. */
  readonly effect: Sensitivity | null;
}

/** Every layer of a report with its part of the plan. */
export function plannedLayers({ report, plan }: ReportDocument): PlannedLayer[] {
  const assignments = new Map(plan?.assignments.map((assignment) => [assignment.layer, assignment]));
  return report.layers.map((layer): PlannedLayer => {
    const assignment = plan ? (assignments.get(layer.name) ?? { weight: null, activation: null }) : undefined;
    const scheme = assignment ? assignment.weight : (layer.advice?.scheme ?? null);
    const is = (other: { readonly scheme: string; readonly target: string }): boolean =>
      other.target === 'weight' && other.scheme === scheme;
    return {
      layer,
      weight: assignment?.weight,
      activation: assignment?.activation,
      transforms: (assignments.get(layer.name)?.transforms ?? []).map(transformText),
      scheme,
      error: layer.errors.find(is) ?? null,
      effect: layer.sensitivity.find(is) ?? null,
    };
  });
}

function transformText(one: Transform): string {
  switch (one.transform) {
    case 'equalize':
      return `equalized with ${one.with}`;
    case 'correct-bias':
      return 'bias corrected by the mean error';
    case 'fit-bias':
      return 'scales wide enough for the bias';
  }
}

/** What a plan makes of the weight, in words. */
export const plannedText = ({ scheme, transforms }: PlannedLayer): string => [scheme ?? 'as it is', ...transforms].join('; ');

/** Bits of a layer's weight under the scheme that counts, scales included; as stored when it is left alone. Null when nobody knows. */
export function bitsOf({ layer, scheme, error }: PlannedLayer): number | null {
  if (error) return error.effectiveBits;
  if (scheme !== null) return effectiveBits(parseScheme(scheme), layer.shape, layer.channelAxis);
  return layer.dataType === 'float32' ? 32 : null;
}
