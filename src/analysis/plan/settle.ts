import { allocate, frontOf, type Allocated } from './allocate.js';
import type { PlanBench, Trial } from './bench.js';
import { isFloor, PlanError, spellBudget, unkept, type Budget } from './budget.js';
import { correct, retaken } from './correct.js';
import type { Assigned, Subject } from './subject.js';
import { costIn } from './refine.js';
import { totalsOf } from './totals.js';

/** A plan that was run. */
export interface Settled extends Allocated {
  /** With noises as they are thought to be after what was measured. */
  readonly subject: Subject;
  readonly trial: Trial;
  readonly rounds: number;
  /** What happened on the way, one line each. */
  readonly notes: readonly string[];
}

/** How far a measured value may be from its prediction, dB. */
const TOLERANCE_DB = 3;
const MOST_ROUNDS = 3;

/**
 * Plans, runs the plan, and while it does not do what was predicted, or misses its floor, measures its worst pairs of layer and scheme and plans again. Of
 * all plans that were run, the best one counts: the one with the least measured noise under a budget, the cheapest one that keeps a floor.
 *
 * Throws PlanError as `allocate` does.
 */
export async function settle(start: Subject, budgets: readonly Budget[], bench: PlanBench): Promise<Settled> {
  const [budget] = budgets;
  if (budget.kind === 'drop') return leastForDrop(start, budget, bench);
  let subject = start;
  let limit = budget.limit;
  let pairs = 0;
  const tried: Candidate[] = [];
  for (let rounds = 0; ; rounds++) {
    const asked = isFloor(budget) ? [{ ...budget, limit }, ...budgets.slice(1)] : budgets;
    const allocated = await allocateOr(tried, () => allocate(subject, asked));
    if (!allocated) break;
    const known = tried.find(({ assigned }) => sameSchemes(assigned, allocated.assigned));
    const trial = known?.trial ?? (await bench.run([allocated.assigned]))[0];
    const predictedDb = totalsOf(subject, allocated.assigned, 'data').outputSqnrDb;
    tried.push({ ...allocated, trial, predictedDb });
    const shortfall = isFloor(budget) ? budget.limit - (trial.figures.outputSqnrDb ?? Infinity) : 0;
    if ((missOf(predictedDb, trial) <= TOLERANCE_DB && shortfall <= 0) || rounds === MOST_ROUNDS) break;
    if (known && shortfall <= 0) break;
    const correction = await correct(subject, allocated.assigned, trial, bench);
    subject = correction.subject;
    pairs += correction.pairs;
    // What the corrected noises still leave out is asked for on top.
    if (shortfall > 0 && known) limit += shortfall;
  }
  const best = bestOf(tried, budget);
  return {
    ...best,
    assigned: retaken(subject, best.assigned),
    subject,
    rounds: tried.length - 1,
    notes: notesOf(tried, best, budget, pairs),
  };
}

interface Candidate extends Allocated {
  readonly trial: Trial;
  readonly predictedDb: number | null;
}

/** A budget that cannot be kept any more after a correction ends the rounds; at the start it is the user's. */
async function allocateOr(tried: readonly Candidate[], ask: () => Promise<Allocated>): Promise<Allocated | null> {
  try {
    return await ask();
  } catch (error) {
    if (tried.length > 0 && error instanceof PlanError) return null;
    throw error;
  }
}

function missOf(predictedDb: number | null, { figures }: Trial): number {
  const measuredDb = figures.outputSqnrDb;
  if (predictedDb === null || measuredDb === null) return predictedDb === measuredDb ? 0 : Infinity;
  return Math.abs(predictedDb - measuredDb);
}

const sameSchemes = (a: Assigned, b: Assigned): boolean =>
  a.weights.every(({ scheme }, i) => scheme === b.weights[i].scheme) &&
  a.activations.every(({ scheme }, i) => scheme === b.activations[i].scheme);

const measuredDb = ({ trial }: Candidate): number => trial.figures.outputSqnrDb ?? Infinity;

function bestOf(tried: readonly Candidate[], budget: Budget): Candidate {
  const quietest = (some: readonly Candidate[]) => some.reduce((a, b) => (measuredDb(b) > measuredDb(a) ? b : a));
  if (!isFloor(budget)) return quietest(tried);
  const keeping = tried.filter((candidate) => measuredDb(candidate) >= budget.limit);
  return keeping.length > 0 ? keeping.reduce((a, b) => (b.solver.loss < a.solver.loss ? b : a)) : quietest(tried);
}

const inWords = (decibels: number | null): string => (decibels === null ? 'exact outputs' : `${decibels.toFixed(1)} dB`);

function notesOf(tried: readonly Candidate[], best: Candidate, budget: Budget, pairs: number): string[] {
  const notes: string[] = [];
  const [first] = tried;
  if (tried.length > 1) {
    const last = tried[tried.length - 1];
    const outcome =
      missOf(last.predictedDb, last.trial) <= TOLERANCE_DB
        ? `the corrected plan was predicted ${inWords(last.predictedDb)} and gave ${inWords(last.trial.figures.outputSqnrDb)}`
        : `it still misses: predicted ${inWords(last.predictedDb)}, measured ${inWords(last.trial.figures.outputSqnrDb)}`;
    notes.push(
      `The first plan was predicted ${inWords(first.predictedDb)} and gave ${inWords(first.trial.figures.outputSqnrDb)}: ${pairs} pairs of layer and scheme were measured again, and it was planned anew ${tried.length - 1} time${tried.length === 2 ? '' : 's'}; ${outcome}.`,
    );
    if (best !== last) notes.push('An earlier plan did better when it was run: it is the one given here.');
  }
  if (isFloor(budget) && measuredDb(best) < budget.limit) {
    notes.push(`The plan was predicted to keep ${budget.text}, but gave ${inWords(best.trial.figures.outputSqnrDb)} when it was run.`);
  }
  return notes;
}

/** The cheapest plan of the front whose measured accuracy drop is no more than asked for, found by halving. */
async function leastForDrop(subject: Subject, budget: Budget, bench: PlanBench): Promise<Settled> {
  if (!bench.judgesAccuracy) {
    throw new PlanError(`${budget.text} is a floor of accuracy: give --inputs with --labels of a model whose output tells classes`);
  }
  const front = frontOf(subject, budget.cost);
  const trials = new Map<number, Trial>();
  const dropAt = async (i: number): Promise<number> => {
    const trial = trials.get(i) ?? (await bench.run([front.at(i)]))[0];
    trials.set(i, trial);
    return trial.figures.accuracyDrop ?? Infinity;
  };
  let high = front.length - 1;
  const least = await dropAt(high);
  if (least > budget.limit) {
    throw unkept(budget.text, spellBudget('drop', least));
  }
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await dropAt(middle)) <= budget.limit) high = middle;
    else low = middle;
  }
  const assigned = front.at(high);
  const costAt = (i: number): number => costIn(subject, front.at(i), budget);
  return {
    assigned,
    subject,
    trial: trials.get(high)!,
    rounds: 0,
    solver: { method: 'greedy', loss: costAt(high), greedyLoss: costAt(high), bound: costAt(Math.max(0, high - 1)) },
    notes: [
      `${trials.size} plans along the front were run; this is the cheapest of them that loses no more than ${budget.text.replace(/^drop=/iu, '')} points of accuracy.`,
    ],
  };
}
