import { paretoFront, type Front } from '../../core/planning/front.js';
import { allocateGreedily, exchanged } from '../../core/planning/greedy.js';
import { descend } from '../../core/planning/peak.js';
import type { Solver } from '../../report/plan.js';
import { isFloor, PlanError, spellBudget, unkept, type Budget, type CostKind } from './budget.js';
import { allocateExactly } from './exact.js';
import { leastLoss, lowestPeak, type PeakSolution } from './peak.js';
import { peakPlanning, planningProblem, type PeakPlanning, type Problem } from './problem.js';
import type { Assigned, Subject } from './subject.js';
import { elementsOf } from './totals.js';

/** An assignment, and how near it is to the best one. */
export interface Allocated {
  readonly assigned: Assigned;
  readonly solver: Solver;
}

const solverSeconds = 5;

/** Noise that a floor of SQNR allows. */
const noiseOf = (decibels: number): number => 10 ** (-decibels / 10);

/**
 * The assignment with the least predicted noise under the budgets; or the cheapest one that keeps a floor of SQNR.
 *
 * Noises add up: the errors of the layers are taken as independent.
 *
 * Throws PlanError when no assignment keeps a budget, naming the nearest one that can be kept, and when a budget counts what is not known of some layer.
 */
export async function allocate(subject: Subject, budgets: readonly Budget[]): Promise<Allocated> {
  const [first, second] = budgets;
  if (budgets.length > 1) {
    const [weights, activations] = first.kind === 'activations' ? [second, first] : [first, second];
    return merged(await underSum(subject, weights), await underPeak(subject, activations));
  }
  return first.cost === 'activations' ? underPeak(subject, first) : underSum(subject, first);
}

/** Weights of one answer, activations of the other: neither costs anything of what the other's budget counts. */
function merged(weights: Allocated, activations: Allocated): Allocated {
  // Each answer leaves the other's part at its least noise, which is none unless something is pinned.
  const noise = ({ assigned }: Allocated, part: 'weights' | 'activations') =>
    assigned[part].reduce((sum: number, option: { readonly noise: number }) => sum + option.noise, 0);
  const overlap = noise(weights, 'activations') + noise(activations, 'weights');
  const sum = (of: 'loss' | 'greedyLoss' | 'bound') => weights.solver[of] + activations.solver[of] - overlap;
  return {
    assigned: { weights: weights.assigned.weights, activations: activations.assigned.activations },
    solver: {
      method: weights.solver.method === 'exact' && activations.solver.method === 'exact' ? 'exact' : 'greedy',
      loss: sum('loss'),
      greedyLoss: sum('greedyLoss'),
      bound: Math.max(0, sum('bound')),
    },
  };
}

type SumKind = Exclude<CostKind, 'activations'>;

async function underSum(subject: Subject, budget: Budget): Promise<Allocated> {
  const kind = budget.cost as SumKind;
  requireCounts(subject, kind);
  const problem = planningProblem(kind, subject);
  const groups = isFloor(budget) ? exchanged(problem.groups) : problem.groups;
  const limit = limitOf(subject, budget);
  const greedy = allocateGreedily(groups, limit);
  if (!greedy) throw impossible(subject, budget, paretoFront(groups).at(0).cost);
  const exact = await allocateExactly(groups, limit, greedy.allocation, solverSeconds);
  return {
    assigned: problem.take(exact.allocation.selection),
    solver: {
      method: exact.proven && problem.complete ? 'exact' : 'greedy',
      loss: exact.allocation.loss,
      greedyLoss: greedy.allocation.loss,
      bound: greedy.bound,
    },
  };
}

async function underPeak(subject: Subject, budget: Budget): Promise<Allocated> {
  const planning = peakPlanning(subject);
  const { problem } = planning;
  const floor = isFloor(budget);
  const solution = floor
    ? await lowestPeak(problem, noiseOf(budget.limit) - planning.loss, solverSeconds)
    : await leastLoss(problem, Math.floor(budget.limit), solverSeconds);
  if (!solution) {
    const all = descend(problem);
    const nearest = floor ? all[0].loss + planning.loss : all[all.length - 1].peak;
    const help =
      !floor && subject.sites.length === 0
        ? '; activations stay float32 unless the model is run: give --inputs or --evidence synthetic'
        : '';
    throw impossible(subject, budget, nearest, help);
  }
  return { assigned: planning.take(solution.allocation.selection), solver: solverOf(solution, planning, floor) };
}

function solverOf({ allocation, greedy, bound, proven }: PeakSolution, { loss }: PeakPlanning, floor: boolean): Solver {
  const value = (found: { readonly peak: number; readonly loss: number }) => (floor ? found.peak : found.loss + loss);
  return {
    method: proven ? 'exact' : 'greedy',
    loss: value(allocation),
    greedyLoss: value(greedy),
    bound: proven ? value(allocation) : floor ? bound : bound + loss,
  };
}

/** Assignments by rising cost and falling noise, none of which another one beats; made when they are asked for. */
export interface PlanFront {
  readonly length: number;
  at(i: number): Assigned;
}

/** The whole front of a cost. Throws PlanError as `allocate` does. */
export function frontOf(subject: Subject, kind: CostKind): PlanFront {
  if (kind === 'activations') {
    const planning = peakPlanning(subject);
    const rising = descend(planning.problem).reverse();
    return { length: rising.length, at: (i) => planning.take(rising[i].selection) };
  }
  requireCounts(subject, kind);
  const problem: Problem = planningProblem(kind, subject);
  const front: Front = paretoFront(problem.groups);
  return { length: front.length, at: (i) => problem.take(front.at(i).selection) };
}

/** Indices of at most `most` points of a front, both ends among them, as evenly over its steps as can be. */
export const evenly = (length: number, most: number): number[] => {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * (length - 1)) / (count - 1))));
};

/** What a cost counts has to be known of every layer. */
function requireCounts({ layers }: Subject, kind: SumKind): void {
  if (kind === 'size') return;
  const unknown = layers.filter(({ macs, inputs, outputs }) => macs === null || (kind === 'time' && (inputs === null || outputs === null)));
  if (unknown.length === 0) return;
  const what = kind === 'time' ? 'multiply-accumulates and the values that layers take and give' : 'multiply-accumulates';
  throw new PlanError(
    `${kind} counts ${what}, and those of ${unknown.length} layers are unknown (${JSON.stringify(unknown[0].name)} is the first): their shapes cannot be inferred; go by size`,
  );
}

/** The limit in the units of the groups' costs. */
function limitOf({ layers }: Subject, { kind, limit }: Budget): number {
  switch (kind) {
    case 'bits':
      return limit * elementsOf(layers);
    case 'size':
      return 8 * Math.floor(limit);
    case 'sqnr':
      return noiseOf(limit);
    default:
      return limit;
  }
}

/**
 * Why there is no plan, and the nearest budget there is one for.
 *
 * @param least the lowest that can be reached, in the units of the groups' costs
 * @param help what else to do
 */
function impossible({ layers }: Subject, { kind, text }: Budget, least: number, help = ''): PlanError {
  const nearest =
    kind === 'bits' ? least / elementsOf(layers) : kind === 'size' ? least / 8 : kind === 'sqnr' ? -10 * Math.log10(least) : least;
  return unkept(text, spellBudget(kind, nearest), help);
}
