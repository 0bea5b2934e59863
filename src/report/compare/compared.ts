/** Models, reports and plans as a comparison sees them. */
import type { Assignment, Plan } from '../plan.js';
import type { Evidence, LayerReport, Report } from '../types.js';

/** A layer; what a file does not say is null, tables hold what it does say. */
export interface ComparedLayer {
  readonly name: string;
  readonly op: string | null;
  readonly shape: readonly number[] | null;
  readonly dataType: string | null;
  readonly parameters: number | null;
  readonly macs: number | null;
  readonly weights: { readonly min: number; readonly max: number; readonly mean: number; readonly std: number } | null;
  /** SQNR of the weight by scheme, dB; null for an error of zero. */
  readonly errors: Readonly<Record<string, number | null>>;
  /** SQNR at the outputs with this layer's weight alone quantized, by scheme, dB; null when nothing changes. */
  readonly effects: Readonly<Record<string, number | null>>;
  readonly suggested: string | null;
  /** What a plan says of it; null without a plan. A scheme of null leaves weight or input as it is. */
  readonly planned: { readonly weight: string | null; readonly activation: string | null } | null;
}

type PlanFacts = Pick<Plan, 'budget' | 'runtime' | 'predicted' | 'measured'>;

export interface Compared {
  /** File name, for people. */
  readonly title: string;
  readonly kind: 'model' | 'report' | 'plan';
  /** Of the model it is of; null while it is not known. */
  readonly sha256: string | null;
  readonly evidence: Evidence;
  readonly samples: number;
  readonly layers: readonly ComparedLayer[];
  /** Bytes of the model file and of its external data. */
  readonly bytes: number | null;
  readonly parameters: number;
  readonly opset: number | null;
  /** Accuracy of the float model, where it is known. */
  readonly accuracy: number | null;
  readonly plan: PlanFacts | null;
}

function layerOf(layer: LayerReport, planned: ReadonlyMap<string, Assignment> | null): ComparedLayer {
  const { name, op, shape, dataType, parameters, macs, weightStats, errors, sensitivity, advice } = layer;
  const assigned = planned?.get(name);
  return {
    name,
    op,
    shape,
    dataType,
    parameters,
    macs,
    weights: weightStats && { min: weightStats.min, max: weightStats.max, mean: weightStats.mean, std: weightStats.std },
    errors: Object.fromEntries(errors.filter(({ target }) => target === 'weight').map(({ scheme, sqnrDb }) => [scheme, sqnrDb])),
    effects: Object.fromEntries(
      sensitivity.filter(({ target }) => target === 'weight').map(({ scheme, outputSqnrDb }) => [scheme, outputSqnrDb]),
    ),
    suggested: advice?.scheme ?? null,
    planned: planned && { weight: assigned?.weight ?? null, activation: assigned?.activation ?? null },
  };
}

const planFacts = ({ budget, runtime, predicted, measured }: Plan): PlanFacts => ({ budget, runtime, predicted, measured });

function layersOf({ layers }: Report, plan: Plan | null): ComparedLayer[] {
  const planned = plan && new Map(plan.assignments.map((assignment) => [assignment.layer, assignment]));
  return layers.map((layer) => layerOf(layer, planned));
}

/**
 * A model that was analyzed, or a report from a file.
 *
 * @param plan the one that goes with it, if any
 */
export const comparedReport = (title: string, kind: 'model' | 'report', report: Report, plan: Plan | null = null): Compared => ({
  title,
  kind,
  sha256: report.model.sha256,
  evidence: report.evidence,
  samples: report.samples,
  layers: layersOf(report, plan),
  bytes: report.model.bytes,
  parameters: report.model.parameters,
  opset: report.model.opset,
  accuracy: report.run?.accuracy ? report.run.accuracy.correct / report.run.accuracy.samples : null,
  plan: plan && planFacts(plan),
});

/** A plan by itself, which knows its layers by their names only. */
export const comparedPlan = (title: string, plan: Plan): Compared => ({
  title,
  kind: 'plan',
  sha256: plan.model.sha256,
  evidence: plan.evidence,
  samples: plan.samples,
  layers: plan.assignments.map(({ layer, weight, activation }) => ({
    name: layer,
    op: null,
    shape: null,
    dataType: null,
    parameters: null,
    macs: null,
    weights: null,
    errors: {},
    effects: {},
    suggested: null,
    planned: { weight, activation },
  })),
  bytes: null,
  parameters: plan.model.parameters,
  opset: null,
  accuracy: null,
  plan: plan && planFacts(plan),
});
