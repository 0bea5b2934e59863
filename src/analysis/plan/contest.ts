import type { PlanBench, Trial } from './bench.js';
import { isFloor, type Budget } from './budget.js';
import type { Naive } from './comparisons.js';
import { retaken } from './correct.js';
import { costIn, fits, isAllowed, keyOf, measuredDb, refine, type Tried } from './refine.js';
import type { Settled } from './settle.js';
import type { Assigned } from './subject.js';

/** What else a user would do, run. */
export interface Rival extends Naive {
  readonly trial: Trial;
}

/** A bench that does not run again what it ran. */
function remembering(bench: PlanBench): PlanBench {
  const known = new Map<string, Trial>();
  return {
    ...bench,
    async run(assignments) {
      const open = new Map(assignments.map((assigned) => [keyOf(assigned), assigned] as const).filter(([key]) => !known.has(key)));
      const trials = await bench.run([...open.values()]);
      [...open.keys()].forEach((key, i) => known.set(key, trials[i]));
      return assignments.map((assigned) => known.get(keyOf(assigned))!);
    },
  };
}

/** What a plan is to be best in: the least measured noise under a budget, the least cost that keeps a floor. */
function isBetter(subject: Settled['subject'], budget: Budget): (a: Tried, b: Tried) => boolean {
  if (!isFloor(budget)) return (a, b) => measuredDb(a) > measuredDb(b);
  const keeps = (one: Tried): boolean =>
    budget.kind === 'drop' ? (one.trial.figures.accuracyDrop ?? Infinity) <= budget.limit : measuredDb(one) >= budget.limit;
  const cost = ({ assigned }: Tried): number => costIn(subject, assigned, budget);
  return (a, b) => keeps(a) && (!keeps(b) || cost(a) < cost(b));
}

/**
 * Lets what a user would do instead compete with a plan, and what is near the better of them: when one is better and could have been planned, it is the plan.
 *
 * @param naive what a user would do with as many bytes as an assignment takes
 * @returns the plan, and what else a user would do in its place
 */
export async function contest(
  settled: Settled,
  naive: (assigned: Assigned) => readonly Naive[],
  budgets: readonly Budget[],
  bench: PlanBench,
): Promise<{ readonly settled: Settled; readonly rivals: readonly Rival[] }> {
  const { subject } = settled;
  const [budget] = budgets;
  const better = isBetter(subject, budget);
  const memory = remembering(bench);
  const notes: string[] = [];
  let best: Tried = settled;
  for (let refined = false; ;) {
    const plans = naive(best.assigned);
    const trials = await memory.run(plans.map(({ assigned }) => assigned));
    const rivals = plans.map((plan, i): Rival => ({ ...plan, trial: trials[i] }));
    const before = best;
    for (const { name, assigned, trial } of rivals) {
      const one = { assigned: retaken(subject, assigned), trial };
      if (!better(one, best) || !isAllowed(subject, assigned) || !fits(subject, assigned, budgets)) continue;
      best = one;
      notes.push(`What was predicted to be best gave less than “${name}” when both were run: the plan starts from that.`);
    }
    if (!refined && !isFloor(budget)) {
      refined = true;
      const found = await refine(subject, budgets, best, memory);
      if (found.best !== best) {
        const gain = measuredDb(found.best) - measuredDb(best);
        notes.push(
          `${found.trials} assignments near it were run too: the best of them${Number.isFinite(gain) ? ` gives ${gain.toFixed(1)} dB more and` : ''} is the plan.`,
        );
        best = found.best;
      }
    }
    if (best === before) return { settled: best === settled ? settled : chosenByRunning(settled, best, notes), rivals };
  }
}

/** The plan with another assignment, which runs better than what is predicted to be best. */
function chosenByRunning(settled: Settled, { assigned, trial }: Tried, notes: readonly string[]): Settled {
  const noise = [...assigned.weights, ...assigned.activations].reduce((sum, option) => sum + option.noise, 0);
  return {
    ...settled,
    assigned,
    trial,
    solver: { ...settled.solver, method: 'measured', loss: noise },
    notes: [...settled.notes, ...notes],
  };
}
