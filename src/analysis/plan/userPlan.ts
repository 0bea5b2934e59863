import { compressionRatio } from '../../core/costs/compression.js';
import { parseScheme, payloadBits } from '../../core/formats/index.js';
import { openModel } from '../../model/open.js';
import type { Layer, Model } from '../../model/types.js';
import { PLAN_SCHEMA, type Assignment, type Plan, type Solver } from '../../report/plan.js';
import type { LayerError, LayerReport, Report, Sensitivity } from '../../report/types.js';
import type { ExtraError, UserPlan, UserPlanJob } from '../../report/userPlanJob.js';
import { VERSION } from '../../report/version.js';
import { weightScheme } from '../../report/weightScheme.js';
import type { ModelInput } from '../pipeline.js';
import { buildSubject } from './buildSubject.js';
import { int8Everywhere } from './comparisons.js';
import { planCosts } from './costs.js';
import { canRun, runtimeNames, type RuntimeName } from './runtimes.js';
import { floatAssigned, type Assigned, type Subject } from './subject.js';
import { storedBitsOf, totalsOf } from './totals.js';

/** Measures a scheme on the weight of a layer. */
export type MeasureWeight = (layer: Layer, scheme: string) => Promise<LayerError>;

const noRules = { pins: [], forbids: [] };

/** A plan that a user's assignments make, with what it was worked out from. */
export interface Drafted extends UserPlan {
  readonly model: Model;
  readonly report: Report;
  readonly subject: Subject;
  readonly assigned: Assigned;
  /** What can run all of it. */
  readonly runtime: RuntimeName;
}

/**
 * The plan that assignments make: what it costs, and what its noises add up to, as with a plan that is found.
 *
 * @param report of the same model; schemes that it has no figures of are measured
 * @throws ModelError for a file that cannot be read, RangeError for assignments of another model
 */
export async function userPlan(input: ModelInput, report: Report, job: UserPlanJob, measure: MeasureWeight): Promise<UserPlan> {
  const { plan, measured } = await draftPlan(input, report, job, measure);
  return { plan, measured };
}

/** As `userPlan`, with what the plan was worked out from. */
export async function draftPlan(input: ModelInput, report: Report, job: UserPlanJob, measure: MeasureWeight): Promise<Drafted> {
  const { assignments, found, hardware, batch } = job;
  const model = await openModel(input.source, input.siblings);
  if (assignments.length !== model.layers.length || assignments.some(({ layer }, i) => layer !== model.layers[i].name))
    throw new RangeError('the plan is of other layers than the model has; open the model again');
  const layers: LayerReport[] = [];
  const measured: ExtraError[] = [];
  for (const [i, layer] of report.layers.entries()) {
    const figured = await withAssigned(layer, assignments[i], async (scheme) => {
      const error = await measure(model.layers[i], scheme);
      measured.push({ layer: layer.name, error });
      return error;
    });
    layers.push(figured);
  }
  const known: Report = { ...report, layers };
  const subject = buildSubject(model, known, { runtime: 'generic', hardware, batch, weightRules: noRules, activationRules: noRules });
  const assigned = assignedIn(subject, assignments);
  const totals = (what: Assigned) => totalsOf(subject, what, report.evidence);
  const bits = ({ weights }: Assigned) => storedBitsOf(subject.layers, weights);
  const float = floatAssigned(subject);
  const runtime = runtimeFor(found?.runtime ?? job.runtime, assignments, known.layers);
  const decided = assignments.filter(({ chosen = [] }) => chosen.length > 0).length;
  const { file, sha256, parameters } = report.model;
  const plan: Plan = {
    schema: PLAN_SCHEMA,
    tool: { version: VERSION },
    model: { file, sha256, parameters },
    evidence: report.evidence,
    samples: report.samples,
    runtime,
    budget: found?.budget ?? '',
    assignments,
    predicted: totals(assigned),
    measured: null,
    notes: [
      ...(found?.notes ?? []),
      ...transformNotes(assignments),
      `the user decided ${decided} of ${assignments.length} layers; the others are as ${found ? `planned for ${found.budget}` : 'suggested'}`,
    ],
    solver: solverOf(assigned, found),
    baselines: { float32: totals(float), int8: totals(int8Everywhere(layers, subject, assigned, runtime, report.evidence)) },
    comparisons: found?.comparisons ?? [],
    compression: { ratio: compressionRatio(bits(float), bits(assigned)), effectiveRatio: null },
    costs: planCosts(model, subject, assigned),
    pareto: found?.pareto ?? [],
  };
  return { plan, measured, model, report: known, subject, assigned, runtime };
}

/** What is predicted knows schemes alone. */
function transformNotes(assignments: readonly Assignment[]): string[] {
  const count = assignments.filter(({ transforms = [] }) => transforms.length > 0).length;
  if (count === 0) return [];
  return [
    `layers that are equalized, or whose bias is corrected or fitted: ${count}; what is predicted leaves that out, what is measured does not`,
  ];
}

/** A layer with figures of what is assigned to it. */
async function withAssigned(
  layer: LayerReport,
  assignment: Assignment,
  measure: (scheme: string) => Promise<LayerError>,
): Promise<LayerReport> {
  const scheme = weightScheme(assignment);
  const known = (target: LayerError['target'], text: string) =>
    layer.errors.some((error) => error.target === target && error.scheme === text);
  let { errors, sensitivity, activationStats } = layer;
  if (scheme !== null && layer.problem === undefined && !known('weight', scheme)) {
    const error = await measure(scheme);
    errors = [...errors, error];
    sensitivity = [...sensitivity, ...likeliest(layer, assignment.weight, error)];
  }
  const { activation, input, clip } = assignment;
  if (activation !== null && input !== null && clip !== null) {
    if (!known('activation', activation)) errors = [...errors, unmeasured(activation, clip)];
    // what the plan says of values holds whether the model was run here or not
    if (activationStats?.input?.value !== input)
      activationStats = {
        output: activationStats?.output ?? null,
        input: { value: input } as NonNullable<typeof activationStats>['input'],
      };
  }
  return { ...layer, errors, sensitivity, activationStats };
}

/** A scheme of a value that nobody has measured here. */
function unmeasured(scheme: string, clip: { readonly lo: number; readonly hi: number }): LayerError {
  const bits = payloadBits(parseScheme(scheme).format);
  return {
    scheme,
    target: 'activation',
    bits,
    effectiveBits: bits,
    sqnrDb: null,
    mse: NaN,
    maxError: NaN,
    cosine: null,
    clippedFraction: NaN,
    clip,
  };
}

/**
 * The effect at the outputs of a weight's scheme that was not tried there: that of the nearest one that was, of the scheme itself where only the range
 * is another, less what the weight loses. Small noise goes through a network linearly.
 */
function likeliest(layer: LayerReport, named: string | null, { scheme, sqnrDb }: LayerError): Sensitivity[] {
  if (sqnrDb === null) return [];
  const tried = layer.sensitivity.flatMap((entry) => {
    const error = layer.errors.find((one) => one.target === 'weight' && one.scheme === entry.scheme);
    if (entry.target !== 'weight' || entry.outputSqnrDb === null || error?.sqnrDb === undefined || error.sqnrDb === null) return [];
    return [{ entry, gain: entry.outputSqnrDb - error.sqnrDb, distance: entry.scheme === named ? 0 : Math.abs(error.sqnrDb - sqnrDb) }];
  });
  const [nearest] = tried.sort((a, b) => a.distance - b.distance);
  if (!nearest) return [];
  const unknown = { kl: null, top1Agreement: null, accuracyDrop: null, accuracyInterval: null };
  return [{ scheme, target: 'weight', outputSqnrDb: sqnrDb + nearest.gain, ...unknown, how: 'predicted' }];
}

function assignedIn({ layers, sites }: Subject, assignments: readonly Assignment[]): Assigned {
  const transforms = assignments.flatMap(({ transforms = [] }, layer) => (transforms.length > 0 ? [{ layer, transforms }] : []));
  const stored = (options: Subject['layers'][number]['options']) => options[options.length - 1];
  return {
    weights: layers.map(({ options }, i) => {
      const scheme = weightScheme(assignments[i]);
      return options.find((option) => option.scheme === scheme) ?? stored(options);
    }),
    activations: sites.map(({ layers: members, options }) => {
      const { activation: scheme = null, clip = null } =
        members.map((i) => assignments[i]).find(({ activation }) => activation !== null) ?? {};
      const option = options.find((one) => one.scheme === scheme) ?? options[options.length - 1];
      return clip && option.scheme !== null ? { ...option, clip } : option;
    }),
    transforms,
  };
}

/** What the plan was found for, or is to be for, where that can run all of it. */
function runtimeFor(wanted: string, assignments: readonly Assignment[], layers: readonly LayerReport[]): RuntimeName {
  const runtime = runtimeNames.find((name) => name === wanted) ?? 'generic';
  const runs = assignments.every(
    ({ weight, activation }, i) =>
      (weight === null || canRun(runtime, weight, layers[i].op)) &&
      (activation === null || canRun(runtime, activation, layers[i].op, 'activations')),
  );
  return runs ? runtime : 'generic';
}

/** Without a budget nothing is lost by leaving all as it is: that is what the greedy answer and the bound are of. */
function solverOf({ weights, activations }: Assigned, found: Plan | null): Solver {
  const noise = [...weights, ...activations].reduce((sum, option) => sum + option.noise, 0);
  const ofWeights = weights.reduce((sum, { weightNoise }) => sum + weightNoise, 0);
  return {
    method: 'user',
    loss: Number.isFinite(noise) ? noise : ofWeights,
    greedyLoss: found?.solver.greedyLoss ?? 0,
    bound: found?.solver.bound ?? 0,
  };
}
