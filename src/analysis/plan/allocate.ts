import { energy, type Energy } from '../../core/costs/energy.js';
import { bitOperations, float32, type Width } from '../../core/costs/operations.js';
import { paretoFront, type Front } from '../../core/planning/front.js';
import { allocateGreedily, exchanged, type Greedy } from '../../core/planning/greedy.js';
import type { Group, Selection } from '../../core/planning/problem.js';
import type { ParetoPoint, Totals } from '../../report/plan.js';
import { PlanError, spellBudget, type Budget, type CostKind } from './budget.js';
import { allocateExactly, type Exact } from './exact.js';

/** One way to store a layer's weight. */
export interface Option {
  /** null: as it is stored. */
  readonly scheme: string | null;
  readonly width: Width;
  /** Bits of the whole weight with scales, zero points and codebooks. */
  readonly storedBits: number;
  /** Σ(x−x̂)²/Σx²; NaN where it is not known. */
  readonly noise: number;
}

/** A layer as the planner sees it. */
export interface PlanLayer {
  readonly name: string;
  /** Name of the weight: layers with the same one store it once. */
  readonly weight: string;
  readonly elements: number;
  readonly macs: number | null;
  readonly options: readonly Option[];
}

export interface Planned {
  /** Scheme of each layer's weight. */
  readonly weights: readonly (string | null)[];
  readonly totals: Totals;
  readonly exact: Exact;
  readonly greedy: Greedy;
  readonly pareto: readonly ParetoPoint[];
}

const solverSeconds = 5;
/** Points of the front that are written out; it has one for every step of every layer. */
const paretoPoints = 64;

const addEnergies = (a: Energy, b: Energy): Energy => ({
  arithmetic: a.arithmetic + b.arithmetic,
  sram: a.sram + b.sram,
  dram: a.dram + b.dram,
});

/** Sums over layers, each with the option it takes. Activations stay float32: nothing is known of them without inputs. */
export function totalsOf(layers: readonly PlanLayer[], taken: readonly Option[]): Totals {
  const stored = new Set<string>();
  let [noise, bits, elements] = [0, 0, 0];
  let bops: number | null = 0;
  let parts: Energy | null = { arithmetic: 0, sram: 0, dram: 0 };
  layers.forEach(({ weight, elements: count, macs }, i) => {
    const { width, storedBits, noise: own } = taken[i];
    const first = !stored.has(weight);
    stored.add(weight);
    noise += own;
    if (first) {
      bits += storedBits;
      elements += count;
    }
    bops = bops === null || macs === null ? null : bops + bitOperations(macs, width, float32);
    parts = parts === null || macs === null ? null : addEnergies(parts, energy(macs, width, float32, first ? storedBits : 0));
  });
  const energyParts = parts as Energy | null;
  return {
    outputSqnrDb: null,
    weightSqnrDb: noise > 0 ? -10 * Math.log10(noise) : null,
    bytes: Math.ceil(bits / 8),
    effectiveBits: elements > 0 ? bits / elements : 0,
    bops,
    energyPj: energyParts && energyParts.arithmetic + energyParts.sram + energyParts.dram,
    energyParts,
  };
}

/** The weight as float32, whatever it is stored as. */
export const asFloat32 = ({ elements }: PlanLayer): Option => ({ scheme: null, width: float32, storedBits: 32 * elements, noise: 0 });

/** Schemes that every layer of a tie may take, each with the layers' options. */
function tieOptions(layers: readonly PlanLayer[], tie: readonly number[]): Option[][] {
  const [first, ...others] = tie;
  return layers[first].options.flatMap((option) => {
    const same = others.map((i) => layers[i].options.find(({ scheme }) => scheme === option.scheme));
    return same.every((other) => other !== undefined) ? [[option, ...same]] : [];
  });
}

/** Bits the weights of layers take, shared ones once. */
const storedBitsOf = (layers: readonly PlanLayer[], taken: readonly Option[]): number =>
  [...new Map(layers.map(({ weight }, i) => [weight, taken[i].storedBits])).values()].reduce((a, b) => a + b, 0);

/** What layers cost under their options. */
function costOf(kind: CostKind, layers: readonly PlanLayer[], taken: readonly Option[]): number {
  if (kind === 'bops') return totalsOf(layers, taken).bops ?? NaN;
  if (kind === 'energy') return totalsOf(layers, taken).energyPj ?? NaN;
  return storedBitsOf(layers, taken);
}

/**
 * The assignment with the least predicted noise under a budget; or the cheapest one that keeps a floor of SQNR.
 *
 * Noises add up: the errors of the layers are taken as independent, each as loud at the outputs as in its weight (`weights` evidence).
 *
 * @param ties groups of indices of layers that share a scheme; each layer in one
 * Throws PlanError when no assignment keeps the budget, naming the nearest one that can be kept, and when the budget counts
 * multiply-accumulates of layers that have none known.
 */
export async function planLayers(layers: readonly PlanLayer[], ties: readonly (readonly number[])[], budget: Budget): Promise<Planned> {
  requireMacs(layers, budget);
  const options = ties.map((tie) => tieOptions(layers, tie));
  const groups: Group[] = ties.map((tie, t) => {
    const members = tie.map((i) => layers[i]);
    if (options[t].length === 0) throw new PlanError(`${tieName(members)} share no scheme that all of them may take; pin them alike`);
    return options[t].map((taken) => ({
      cost: costOf(budget.cost, members, taken),
      loss: taken.reduce((sum, { noise }) => sum + noise, 0),
    }));
  });
  const takenBy = (selection: Selection): Option[] => {
    const taken: Option[] = [];
    ties.forEach((tie, t) => tie.forEach((i, m) => (taken[i] = options[t][selection[t]][m])));
    return taken;
  };

  const problem = budget.kind === 'sqnr' ? exchanged(groups) : groups;
  const limit = limitOf(layers, budget);
  const greedy = allocateGreedily(problem, limit);
  if (!greedy) throw new PlanError(impossible(layers, budget, paretoFront(problem)));
  const exact = await allocateExactly(problem, limit, greedy.allocation, solverSeconds);
  const taken = takenBy(exact.allocation.selection);
  return {
    weights: taken.map(({ scheme }) => scheme),
    totals: totalsOf(layers, taken),
    exact,
    greedy,
    pareto: thinned(paretoFront(groups)).map((selection) => {
      const point = takenBy(selection);
      return { ...totalsOf(layers, point), weights: point.map(({ scheme }) => scheme) };
    }),
  };
}

const tieName = (members: readonly PlanLayer[]): string => members.map(({ name }) => JSON.stringify(name)).join(', ');

/** Elements of the layers' weights, shared ones once. */
const elementsOf = (layers: readonly PlanLayer[]): number =>
  [...new Map(layers.map(({ weight, elements }) => [weight, elements])).values()].reduce((a, b) => a + b, 0);

function requireMacs(layers: readonly PlanLayer[], { cost }: Budget): void {
  if (cost === 'size') return;
  const unknown = layers.filter(({ macs }) => macs === null);
  if (unknown.length === 0) return;
  throw new PlanError(
    `${cost} counts multiply-accumulates, and those of ${unknown.length} layers are unknown (${JSON.stringify(unknown[0].name)} is the first): their shapes cannot be inferred; go by size`,
  );
}

/** The limit in the units of the groups' costs. */
function limitOf(layers: readonly PlanLayer[], { kind, limit }: Budget): number {
  switch (kind) {
    case 'bits':
      return limit * elementsOf(layers);
    case 'size':
      return 8 * Math.floor(limit);
    case 'sqnr':
      return 10 ** (-limit / 10);
    case 'bops':
    case 'energy':
      return limit;
  }
}

/** Why there is no plan, and the nearest budget there is one for. */
function impossible(layers: readonly PlanLayer[], { kind, text }: Budget, front: Front): string {
  const least = front.at(0).cost;
  const nearest = { bits: least / elementsOf(layers), size: least / 8, sqnr: -10 * Math.log10(least), bops: least, energy: least }[kind];
  return `no plan keeps ${text}; the nearest budget that can be kept is ${spellBudget(kind, nearest)}`;
}

/** Selections of at most `paretoPoints` points of a front, both ends among them, as evenly over its steps as can be. */
function thinned(front: Front): Selection[] {
  const count = Math.min(front.length, paretoPoints);
  return Array.from({ length: count }, (_, k) => front.at(count === 1 ? 0 : Math.round((k * (front.length - 1)) / (count - 1))).selection);
}
