import type { PlanBench, Trial } from './bench.js';
import { isFloor, type Budget } from './budget.js';
import { layerOptions, siteOptions } from './problem.js';
import type { ActivationOption, Assigned, Subject, WeightOption } from './subject.js';
import { elementsOf, peakActivations, storedBitsOf, totalsOf } from './totals.js';

/** An assignment that was run. */
export interface Tried {
  readonly assigned: Assigned;
  readonly trial: Trial;
}

/** Rounds of trials, and trials in one. */
const MOST_ROUNDS = 4;
const TRIALS = 12;
/** Things that are moved: those that matter most. */
const MOST_MOVED = 24;

/** Costs that are added up in one round: of models of a thousand layers that takes a while. */
const MOST_CHECKS = 2000;

/** What changes at once, and how: all members of a tie. */
interface Unit {
  readonly kind: 'weights' | 'activations';
  readonly members: readonly number[];
  /** Each with an option for every member. */
  readonly options: readonly (readonly Option[])[];
}

type Option = WeightOption | ActivationOption;

interface Move {
  readonly changes: readonly { readonly unit: Unit; readonly option: readonly Option[] }[];
  readonly assigned: Assigned;
  /** What is predicted of it. */
  readonly noise: number;
}

const noiseOf = (options: readonly { readonly noise: number }[]): number => options.reduce((sum, { noise }) => sum + noise, 0);
const widthOf = (options: readonly Option[]): number => options.reduce((sum, { width }) => sum + width.bits, 0);

export const measuredDb = ({ trial }: Tried): number => trial.figures.outputSqnrDb ?? Infinity;

/** Whether an assignment costs no more than the budgets allow; floors are no matter of cost. */
export function fits(subject: Subject, assigned: Assigned, budgets: readonly Budget[]): boolean {
  return budgets.every((budget) => isFloor(budget) || costIn(subject, assigned, budget) <= limitIn(subject, budget));
}

/** In the unit of the limit, but bits of all weights for `bits` and `size`. NaN, which fits nowhere, where it is not known. */
export function costIn(subject: Subject, assigned: Assigned, { cost }: Budget): number {
  if (cost === 'size') return storedBitsOf(subject.layers, assigned.weights);
  if (cost === 'activations') return peakActivations(subject, assigned.activations)?.bytes ?? NaN;
  const { bops, energyPj, seconds } = totalsOf(subject, assigned, 'data');
  return { bops, energy: energyPj, time: seconds }[cost] ?? NaN;
}

const limitIn = ({ layers }: Subject, { kind, limit }: Budget): number =>
  kind === 'bits' ? limit * elementsOf(layers) : kind === 'size' ? 8 * Math.floor(limit) : limit;

/** Whether an assignment is one that could have been planned: options that are allowed, the same for all members of a tie. */
export function isAllowed({ layers, sites, layerTies, siteTies }: Subject, { weights, activations }: Assigned): boolean {
  const alike = (ties: Subject['layerTies'], taken: readonly Option[]): boolean =>
    ties.every((tie) => tie.every((i) => taken[i].scheme === taken[tie[0]].scheme));
  return (
    layers.every(({ options }, i) => options.some(({ scheme }) => scheme === weights[i].scheme)) &&
    sites.every(({ options }, s) =>
      options.some(({ scheme, clip }) => scheme === activations[s].scheme && clip?.hi === activations[s].clip?.hi),
    ) &&
    alike(layerTies, weights) &&
    alike(siteTies, activations)
  );
}

/**
 * Looks for something better near an assignment by running what is predicted to be near: one thing goes up, or is clipped otherwise, and another goes down as far as
 * the budgets want it to. Moves that each gain are then made together. Noises do not quite add up, so what is predicted to be the best is rarely the best.
 *
 * @returns the best that was run, `start` itself if nothing was better; and how many were run
 */
export async function refine(
  subject: Subject,
  budgets: readonly Budget[],
  start: Tried,
  bench: PlanBench,
): Promise<{ readonly best: Tried; readonly trials: number }> {
  const units = unitsOf(subject);
  const seen = new Set([keyOf(start.assigned)]);
  let best = start;
  let trials = 0;
  const run = async (some: readonly Move[]): Promise<Tried[]> => {
    for (const { assigned } of some) seen.add(keyOf(assigned));
    trials += some.length;
    const ran = await bench.run(some.map(({ assigned }) => assigned));
    return some.map(({ assigned }, i) => ({ assigned, trial: ran[i] }));
  };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const from = best;
    const moves = movesFrom(subject, units, from.assigned, budgets).filter(({ assigned }) => !seen.has(keyOf(assigned)));
    const tried = moves.slice(0, TRIALS);
    if (tried.length === 0) break;
    const ran = await run(tried);
    const gaining = ran
      .map((one, i) => ({ one, move: tried[i] }))
      .filter(({ one }) => measuredDb(one) > measuredDb(from))
      .sort((a, b) => measuredDb(b.one) - measuredDb(a.one));
    // What is predicted to be less near has its turn then.
    if (gaining.length === 0) continue;
    const together = combined(
      subject,
      from.assigned,
      gaining.map(({ move }) => move),
      budgets,
    );
    const candidates = [gaining[0].one, ...(together && !seen.has(keyOf(together.assigned)) ? await run([together]) : [])];
    best = candidates.reduce((a, b) => (measuredDb(b) > measuredDb(a) ? b : a));
  }
  return { best, trials };
}

/** Schemes of an assignment. */
export const keyOf = ({ weights, activations }: Assigned): string =>
  JSON.stringify([weights.map(({ scheme }) => scheme), activations.map(({ scheme }) => scheme)]);

function unitsOf(subject: Subject): Unit[] {
  const usable = (options: readonly (readonly Option[])[]) => options.filter((option) => Number.isFinite(noiseOf(option)));
  return [
    ...layerOptions(subject).map((options, t): Unit => ({ kind: 'weights', members: subject.layerTies[t], options: usable(options) })),
    ...siteOptions(subject).map((options, t): Unit => ({ kind: 'activations', members: subject.siteTies[t], options: usable(options) })),
  ];
}

const taken = ({ kind, members }: Unit, assigned: Assigned): readonly Option[] => members.map((i) => assigned[kind][i]);

function changed({ weights, activations }: Assigned, changes: Move['changes']): Assigned {
  const next = { weights: [...weights], activations: [...activations] };
  for (const { unit, option } of changes) unit.members.forEach((i, m) => ((next[unit.kind] as Option[])[i] = option[m]));
  return next;
}

/** Options of a unit: those that make less noise or are as wide, and those that are narrower; of each the nearest few. */
function alternatives(
  unit: Unit,
  assigned: Assigned,
): { readonly better: readonly (readonly Option[])[]; readonly cheaper: readonly (readonly Option[])[] } {
  const now = taken(unit, assigned);
  const [noise, width] = [noiseOf(now), widthOf(now)];
  const others = unit.options.filter((option) => option[0].scheme !== now[0].scheme);
  const aside = others.filter((option) => widthOf(option) === width);
  const wider = others
    .filter((option) => widthOf(option) > width && noiseOf(option) < noise)
    .sort((a, b) => widthOf(a) - widthOf(b) || noiseOf(a) - noiseOf(b));
  const narrower = others.filter((option) => widthOf(option) < width).sort((a, b) => widthOf(b) - widthOf(a) || noiseOf(a) - noiseOf(b));
  return { better: [...aside, ...wider.slice(0, 3)], cheaper: narrower.slice(0, 4) };
}

/** What can be done within the budgets, the least noise that is predicted first. */
function movesFrom(subject: Subject, units: readonly Unit[], assigned: Assigned, budgets: readonly Budget[]): Move[] {
  const total = noiseOf([...assigned.weights, ...assigned.activations]);
  const change = (unit: Unit, option: readonly Option[]): number => noiseOf(option) - noiseOf(taken(unit, assigned));
  const loud = [...units].sort((a, b) => noiseOf(taken(b, assigned)) - noiseOf(taken(a, assigned))).slice(0, MOST_MOVED);
  const down = units
    .flatMap((unit) => alternatives(unit, assigned).cheaper.map((option) => ({ unit, option, noise: change(unit, option) })))
    .sort((a, b) => a.noise - b.noise)
    .slice(0, 4 * MOST_MOVED);
  const moves: Move[] = [];
  let checks = 0;
  for (const unit of loud) {
    for (const option of alternatives(unit, assigned).better) {
      const up = { unit, option };
      const alone = changed(assigned, [up]);
      const noise = total + change(unit, option);
      if (fits(subject, alone, budgets)) {
        moves.push({ changes: [up], assigned: alone, noise });
        continue;
      }
      let found = 0;
      for (const other of down) {
        if (other.unit === unit) continue;
        if (++checks > MOST_CHECKS) break;
        const both = changed(assigned, [up, other]);
        if (!fits(subject, both, budgets)) continue;
        moves.push({ changes: [up, other], assigned: both, noise: noise + other.noise });
        if (++found === 3) break;
      }
    }
  }
  return moves.sort((a, b) => a.noise - b.noise);
}

/** Those moves at once that change different things and fit together; null when that is one only. */
function combined(subject: Subject, from: Assigned, moves: readonly Move[], budgets: readonly Budget[]): Move | null {
  const [first, ...others] = moves;
  let all = first;
  for (const { changes } of others) {
    if (changes.some(({ unit }) => all.changes.some((one) => one.unit === unit))) continue;
    const together = [...all.changes, ...changes];
    const assigned = changed(from, together);
    if (fits(subject, assigned, budgets)) all = { changes: together, assigned, noise: NaN };
  }
  return all === first ? null : all;
}
