/** Plans as points of a front: what each costs, what it keeps, and what it assigns to the layers. */
import type { Choices, LayerChoice } from '../../../src/report/choices.js';
import type { Plan, Totals } from '../../../src/report/plan.js';
import { assignmentsAt } from '../../../src/report/frontPoint.js';
import type { PlanBase, PlanOf } from '../../../src/rpc/page.js';
import { formatBytes, formatCompact, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { plannerText } from '../text/planner.js';
import { wasRun } from './planWords.js';

/** What plans are seen by. */
export type Axis = 'bits' | 'bytes' | 'activations' | 'bops' | 'energy' | 'time';

export const axes: readonly Axis[] = ['bits', 'bytes', 'activations', 'bops', 'energy', 'time'];

export const isAxis = (value: unknown): value is Axis => axes.some((axis) => axis === value);

export function axisWord(axis: Axis): string {
  switch (axis) {
    case 'bits':
      return t('Bits a weight');
    case 'bytes':
      return t('Size of the weights');
    case 'activations':
      return t('Peak activation memory');
    case 'bops':
      return t('Bit operations');
    case 'energy':
      return t('Energy');
    case 'time':
      return t('Time');
  }
}

/** A figure in its largest unit that keeps it above one. */
const scaled = (value: number, units: readonly (readonly [number, string])[]): string => {
  const [size, unit] = units.find(([least]) => value >= least) ?? units[units.length - 1];
  return t('{0} {1}', formatReal(value / size), unit);
};

export const formatEnergy = (picojoules: number): string =>
  scaled(picojoules, [
    [1e9, 'mJ'],
    [1e6, 'µJ'],
    [1e3, 'nJ'],
    [1, 'pJ'],
  ]);

export const formatSeconds = (seconds: number): string =>
  scaled(seconds, [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
    [1e-9, 'ns'],
  ]);

export function formatAxis(axis: Axis, value: number): string {
  switch (axis) {
    case 'bits':
      return formatReal(value);
    case 'bytes':
    case 'activations':
      return formatBytes(value);
    case 'bops':
      return formatCompact(value);
    case 'energy':
      return formatEnergy(value);
    case 'time':
      return formatSeconds(value);
  }
}

/** Null where it is not known. */
export function axisValue(axis: Axis, totals: Totals): number | null {
  switch (axis) {
    case 'bits':
      return totals.effectiveBits;
    case 'bytes':
      return totals.bytes;
    case 'activations':
      return totals.peakActivationBytes;
    case 'bops':
      return totals.bops;
    case 'energy':
      return totals.energyPj;
    case 'time':
      return totals.seconds;
  }
}

/** The axis that a plan's own budget counts. */
export function axisOf({ budget }: Pick<Plan, 'budget'>): Axis {
  const kind = /^[a-z]+/.exec(budget)?.[0];
  return kind === 'size' ? 'bytes' : isAxis(kind) ? kind : 'bits';
}

/** What is predicted of a plan, dB: at the outputs where the model was run, else of the weights. Null without any noise. */
export const predictedDb = (plan: Pick<Plan, 'evidence'>, totals: Totals): number | null =>
  wasRun(plan) ? totals.outputSqnrDb : totals.weightSqnrDb;

/** A point of the front; an index into `pareto`. */
export interface FrontPoint {
  readonly index: number;
  readonly x: number;
  readonly db: number;
}

/** The points that have a place on the axis, from left to right. An error of none has no decibels. */
export function frontPoints(plan: Plan, axis: Axis): readonly FrontPoint[] {
  return plan.pareto
    .flatMap((point, index) => {
      const x = axisValue(axis, point);
      const db = predictedDb(plan, point);
      return x === null || db === null ? [] : [{ index, x, db }];
    })
    .sort((a, b) => a.x - b.x || a.db - b.db);
}

/** What else stands beside the front. */
export interface Landmark {
  readonly label: string;
  readonly x: number;
  readonly db: number;
  readonly how: 'measured' | 'predicted';
  readonly of: 'plan' | 'shown' | 'baseline' | 'comparison';
}

/**
 * The plan that was found as predicted and as measured, the one that is looked at in its place, int8 everywhere, and what a user would pick by hand.
 * Comparisons tell of weights only.
 *
 * @param shown the plan that is looked at, with its name
 */
export function landmarks(plan: Plan, axis: Axis, shown?: { readonly plan: Plan; readonly point: boolean }): readonly Landmark[] {
  const at = (label: string, x: number | null, db: number | null, how: Landmark['how'], of: Landmark['of']): Landmark[] =>
    x === null || db === null ? [] : [{ label, x, db, how, of }];
  const { predicted, measured, baselines, comparisons } = plan;
  const x = axisValue(axis, predicted);
  // a point of the front is predicted where the front is
  const looked = ({ plan: other, point }: NonNullable<typeof shown>): Landmark[] => {
    const there = axisValue(axis, other.predicted);
    return [
      ...(point ? [] : at(t('Your plan, predicted'), there, predictedDb(other, other.predicted), 'predicted', 'shown')),
      ...(other.measured
        ? at(point ? t('This point, measured') : t('Your plan, measured'), there, other.measured.outputSqnrDb, 'measured', 'shown')
        : []),
    ];
  };
  return [
    ...at(t('Found plan, predicted'), x, predictedDb(plan, predicted), 'predicted', 'plan'),
    ...(measured ? at(t('Found plan, measured'), x, measured.outputSqnrDb, 'measured', 'plan') : []),
    ...(shown ? looked(shown) : []),
    ...at(t('int8 everywhere, predicted'), axisValue(axis, baselines.int8), predictedDb(plan, baselines.int8), 'predicted', 'baseline'),
    ...(axis === 'bits' || axis === 'bytes'
      ? comparisons.flatMap(({ name, bytes, effectiveBits, outputSqnrDb }) =>
          at(plannerText(name), axis === 'bits' ? effectiveBits : bytes, outputSqnrDb, 'measured', 'comparison'),
        )
      : []),
  ];
}

/** The plan that was found, the user's own, or a point of the front. */
export type Candidate = PlanOf;

export interface AssignedSchemes {
  readonly weights: readonly (string | null)[];
  readonly activations: readonly (string | null)[];
}

export const schemesAt = (plan: Plan, candidate: Exclude<Candidate, 'yours'>): AssignedSchemes =>
  candidate === 'found'
    ? { weights: plan.assignments.map(({ weight }) => weight), activations: plan.assignments.map(({ activation }) => activation) }
    : plan.pareto[candidate];

/** Choices for all layers that make the candidate the user's plan. @param inputs the value each layer takes in, where that is known */
export const choicesFor = (plan: Plan, candidate: Exclude<Candidate, 'yours'>, inputs: readonly (string | undefined)[]): Choices =>
  (candidate === 'found' ? plan.assignments : assignmentsAt(plan, candidate, inputs)).map(
    ({ layer, weight, activation, input, clip }): LayerChoice => ({
      layer,
      weight,
      activation,
      ...(activation !== null && input !== null && clip !== null ? { taken: { input, clip } } : {}),
    }),
  );

/** What the user's plan gives the layers: what was decided, over the plan it lies over, over nothing. */
export function userSchemes(choices: Choices, base: PlanBase | null, names: readonly string[]): AssignedSchemes | null {
  const mine = new Map(choices.map((choice) => [choice.layer, choice]));
  const weights: (string | null)[] = [];
  const activations: (string | null)[] = [];
  for (const [i, name] of names.entries()) {
    const choice = mine.get(name);
    if (choice?.weightClip || choice?.transforms) return null; // a range or a remedy of one's own is no plan's
    const weight = choice?.weight === undefined ? base?.assignments[i]?.weight : choice.weight;
    if (weight === undefined) return null;
    weights.push(weight);
    activations.push(choice?.activation === undefined ? (base?.assignments[i]?.activation ?? null) : choice.activation);
  }
  return { weights, activations };
}

export const sameSchemes = (a: AssignedSchemes | null, b: AssignedSchemes): boolean =>
  a !== null &&
  a.weights.length === b.weights.length &&
  a.weights.every((scheme, i) => scheme === b.weights[i]) &&
  a.activations.every((scheme, i) => scheme === b.activations[i]);

/** Bits of one code of a scheme; of a value that stays as it is, those of float32. */
export function codeBits(scheme: string | null): number {
  if (scheme === null) return 32;
  const [format] = scheme.split('/');
  if (format === 'binary') return 1;
  if (format === 'ternary') return 2;
  const [, kind, digits] = /^(codebook:|\D*)(\d+)/.exec(format) ?? [];
  return digits === undefined ? 32 : kind === 'codebook:' ? Math.ceil(Math.log2(Number(digits))) : Number(digits);
}

/** Nearest of ascending points by their place on the axis; -1 of none. */
export function nearestPoint(points: readonly FrontPoint[], x: number): number {
  let best = -1;
  points.forEach((point, i) => {
    if (best < 0 || Math.abs(point.x - x) < Math.abs(points[best].x - x)) best = i;
  });
  return best;
}
