import { compressionRatio, effectiveCompressionRatio, type FloatNetwork } from '../../core/costs/compression.js';
import type { Hardware } from '../../core/costs/hardware.js';
import { openModel } from '../../model/open.js';
import type { Model } from '../../model/types.js';
import { PLAN_SCHEMA, type Assignment, type Comparison, type ParetoPoint, type Plan, type ValueRanges } from '../../report/plan.js';
import type { Report } from '../../report/types.js';
import type { PlanUpdate } from '../../report/update.js';
import { VERSION } from '../../report/version.js';
import type { StartLanes } from '../lanes.js';
import { analyzeModel, type ModelInput } from '../pipeline.js';
import { addEffects, type RunOptions } from '../run.js';
import { allocate, evenly, frontOf } from './allocate.js';
import { withBench, type PlanBench, type Trial } from './bench.js';
import { checkBudgets, PlanError, type Budget } from './budget.js';
import { buildSubject } from './buildSubject.js';
import { comparisonOf, int8Everywhere, naivePlans, type Naive } from './comparisons.js';
import { contest } from './contest.js';
import { planCosts } from './costs.js';
import { requireLayers, type Rules } from './rules.js';
import { schemesFor, type RuntimeName } from './runtimes.js';
import { settle, type Settled } from './settle.js';
import { floatAssigned, type Assigned, type Subject } from './subject.js';
import { storedBitsOf, totalsOf } from './totals.js';

export interface PlanOptions {
  readonly budgets: readonly Budget[];
  readonly runtime: RuntimeName;
  readonly weightRules: Rules;
  readonly activationRules: Rules;
  readonly hardware: Hardware;
  /** Samples that run at once. */
  readonly batch: number;
  /** How to run the model; null: plan from the weights alone. */
  readonly run: RunOptions | null;
  /** Float models of other sizes, to tell the effective compression ratio by. */
  readonly floatCurve: readonly FloatNetwork[] | null;
  /** See `AnalysisOptions`. */
  readonly startLanes?: StartLanes;
}

/** A plan and the report its figures come from. */
export interface PlannedModel {
  readonly plan: Plan;
  readonly report: Report;
}

/** Points of the front that are written out; it has one for every step of every layer. */
const PARETO_POINTS = 64;

/**
 * A plan: every scheme the runtime takes is measured on every weight, then one is chosen for each layer. With a run, noises are those at the outputs, activations
 * are planned too, and the plan is run and corrected until it does what is predicted.
 *
 * Throws ModelError for a file that cannot be read, PlanError for a plan that cannot be, InputError for inputs that are not the model's, and the signal's
 * reason when cancelled.
 */
export async function planModel(
  input: ModelInput,
  options: PlanOptions,
  emit: (update: PlanUpdate) => void,
  signal: AbortSignal,
): Promise<PlannedModel> {
  const { budgets, runtime, weightRules, activationRules, run, startLanes } = options;
  checkBudgets(budgets);
  if (run === null) requireNoRun(budgets, activationRules);
  const model = await openModel(input.source, input.siblings);
  if (model.layers.length === 0) throw new PlanError('there are no weights to quantize in this model');
  requireLayers(weightRules, model.layers);
  requireLayers(activationRules, model.layers);
  const schemes = schemesOf(runtime, 'weights', weightRules);
  const { report: weights } = await analyzeModel(input, { schemes, targetSqnr: 25, ...(startLanes ? { startLanes } : {}) }, emit, signal);
  if (run === null) {
    const subject = buildSubject(model, weights, options);
    const allocated = await allocate(subject, budgets);
    signal.throwIfAborted();
    return { report: weights, plan: planOf(model, weights, { ...allocated, subject, notes: [] }, null, options) };
  }

  const settings = {
    ...run.settings,
    targets: ['weight', 'activation'] as const,
    activationSchemes: schemesOf(runtime, 'activations', activationRules),
    together: null,
  };
  const report = await addEffects(input, weights, { ...run, settings }, emit, signal);
  if (report.run?.problem !== undefined) {
    throw new PlanError(`the model was not run: ${report.run.problem}; plan from the weights alone, without inputs`);
  }
  const subject = buildSubject(model, report, options);
  const tell = (done: number, total: number) => emit({ kind: 'progress', stage: 'plan', done, total });
  return withBench(model, subject, { ...run, settings }, tell, signal, async (bench) => {
    const settled = await settle(subject, budgets, bench);
    const ran = await compare(report, settled, bench, options);
    signal.throwIfAborted();
    return { report, plan: planOf(model, report, ran.settled, ran, options) };
  });
}

/** What only a run can tell must not be asked for without one. */
function requireNoRun(budgets: readonly Budget[], { pins, forbids }: Rules): void {
  const floor = budgets.find(({ kind }) => kind === 'drop');
  if (floor) throw new PlanError(`${floor.text} is a floor of accuracy: give --inputs with --labels`);
  const [rule] = [...pins, ...forbids];
  if (rule) {
    throw new PlanError(
      `activations are planned when the model is run: give --inputs or --evidence synthetic, or leave the rule for ${JSON.stringify(rule.pattern)} out`,
    );
  }
}

/** Schemes that are tried: what the runtime offers, and, where it takes all there are, what is pinned. */
const schemesOf = (runtime: RuntimeName, target: 'weights' | 'activations', { pins }: Rules): string[] => [
  ...new Set([...schemesFor(runtime, target), ...(runtime === 'generic' ? pins.flatMap(({ scheme }) => scheme ?? []) : [])]),
];

/** What the plan and what else a user would do did when they were run. */
interface Ran {
  readonly settled: Settled;
  readonly comparisons: readonly Comparison[];
}

/** Lets the plan compete with what a user would do instead, which is told beside it. */
async function compare(report: Report, planned: Settled, bench: PlanBench, { budgets, runtime }: PlanOptions): Promise<Ran> {
  const { subject } = planned;
  const naive = (assigned: Assigned): Naive[] => [
    { name: 'int8 everywhere', assigned: int8Of(report, subject, assigned, runtime) },
    ...naivePlans(report.layers, subject, assigned),
  ];
  const { settled, rivals } = await contest(planned, naive, budgets, bench);
  return { settled, comparisons: rivals.map((rival) => comparisonOf(subject, rival, rival.trial.figures)) };
}

const int8Of = ({ layers, evidence }: Report, subject: Subject, assigned: Assigned, runtime: RuntimeName): Assigned =>
  int8Everywhere(layers, subject, assigned, runtime, evidence);

function planOf(
  model: Model,
  report: Report,
  { subject, assigned, solver, notes }: Omit<Settled, 'trial' | 'rounds'>,
  ran: Ran | null,
  { budgets, runtime, floatCurve }: PlanOptions,
): Plan {
  const { file, sha256, parameters } = report.model;
  const { evidence, samples } = report;
  const totals = (what: Assigned) => totalsOf(subject, what, evidence);
  const float = floatAssigned(subject);
  const bits = ({ weights }: Assigned) => storedBitsOf(subject.layers, weights);
  const { trial, rounds } = ran?.settled ?? { trial: null, rounds: 0 };
  const pareto = paretoOf(subject, budgets, totals);
  return {
    schema: PLAN_SCHEMA,
    tool: { version: VERSION },
    model: { file, sha256, parameters },
    evidence,
    samples,
    runtime,
    budget: budgets.map(({ text }) => text).join(', '),
    assignments: assignmentsOf(subject, assigned),
    predicted: totals(assigned),
    measured: trial && { ...trial.figures, worst: trial.worst, rounds },
    notes,
    solver,
    baselines: { float32: totals(float), int8: totals(int8Of(report, subject, assigned, runtime)) },
    comparisons: ran?.comparisons ?? [],
    compression: {
      ratio: compressionRatio(bits(float), bits(assigned)),
      effectiveRatio: floatCurve && effectiveRatio(floatCurve, bits(assigned), trial),
    },
    costs: planCosts(model, subject, assigned),
    pareto,
    ranges: rangesOf(subject, pareto),
  };
}

/** What the points of a front clip values to. */
function rangesOf({ sites }: Subject, pareto: readonly ParetoPoint[]): ValueRanges[] {
  return sites.map(({ value, layers: [layer], options }) => {
    const used = new Set(pareto.map(({ activations }) => activations[layer]));
    return {
      input: value,
      clips: options.flatMap(({ scheme, clip }) =>
        scheme === null || clip === null || !used.has(scheme) ? [] : [{ scheme, lo: clip.lo, hi: clip.hi }],
      ),
    };
  });
}

/** Throws PlanError when the accuracy of the plan is not known, or lies outside the curve. */
function effectiveRatio(curve: readonly FloatNetwork[], bits: number, trial: Trial | null): number {
  const accuracy = trial?.figures.accuracy ?? null;
  if (accuracy === null) {
    throw new PlanError(
      'an effective compression ratio compares accuracies: give --inputs with --labels of a model whose output tells classes',
    );
  }
  try {
    return effectiveCompressionRatio(curve, { bits, accuracy });
  } catch (error) {
    throw error instanceof RangeError ? new PlanError(error.message) : error;
  }
}

function assignmentsOf({ layers, sites }: Subject, { weights, activations }: Assigned): Assignment[] {
  return layers.map(({ name, site }, i) => {
    const { scheme: activation = null, clip = null } = site === null ? {} : activations[site];
    const quantized = site !== null && activation !== null && clip !== null;
    return {
      layer: name,
      weight: weights[i].scheme,
      activation: quantized ? activation : null,
      input: quantized ? sites[site].value : null,
      clip: quantized ? clip : null,
    };
  });
}

function paretoOf(
  subject: Subject,
  [budget]: readonly Budget[],
  totals: (assigned: Assigned) => ParetoPoint | Plan['predicted'],
): ParetoPoint[] {
  const front = frontOf(subject, budget.cost);
  return evenly(front.length, PARETO_POINTS).map((i) => {
    const assigned = front.at(i);
    return {
      ...totals(assigned),
      weights: assigned.weights.map(({ scheme }) => scheme),
      activations: subject.layers.map(({ site }) => (site === null ? null : assigned.activations[site].scheme)),
    };
  });
}
