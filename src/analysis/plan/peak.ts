import { allocateGreedily, exchanged } from '../../core/planning/greedy.js';
import {
  decisiveMoments,
  descend,
  ladder,
  peakAllocation,
  refill,
  type Moment,
  type PeakAllocation,
  type PeakProblem,
} from '../../core/planning/peak.js';
import type { Group } from '../../core/planning/problem.js';
import { solve, type Program, type Term } from './program.js';

/** The best allocation that was found, and how good it can be at most. */
export interface PeakSolution {
  readonly allocation: PeakAllocation;
  readonly greedy: PeakAllocation;
  /** No allocation that keeps the limit goes below this: a loss, or the bytes of a peak. */
  readonly bound: number;
  readonly proven: boolean;
}

/** How far from the optimum, relative to it, an allocation counts as optimal. */
const tolerance = 1e-6;

const variable = (group: number, choice: number): string => `x${group}_${choice}`;

/** What a moment holds as terms, each in `unit` bytes. */
const heldTerms = ({ groups }: PeakProblem, { share }: Moment, open: readonly (readonly number[])[], unit: number): Term[] =>
  [...share].flatMap(([g, bytes]) => open[g].map((i): Term => [(bytes * groups[g][i].bits) / unit, variable(g, i)]));

/** One choice of each group. */
function skeleton(open: readonly (readonly number[])[]): Pick<Program, 'rows' | 'binary'> {
  return {
    rows: open.map((choices, g) => ({ terms: choices.map((i): Term => [1, variable(g, i)]), relation: '=', limit: 1 })),
    binary: open.flatMap((choices, g) => choices.map((i) => variable(g, i))),
  };
}

/** The groups that a moment holds, as costs in bytes; and what the others lose at least. */
function atMoment({ groups }: PeakProblem, { share }: Moment): { readonly held: Group[]; readonly rest: number } {
  const least = groups.map((group, g) => group[ladder(group)[0]].loss * (share.has(g) ? 0 : 1));
  return {
    held: [...share].map(([g, bytes]) => groups[g].map(({ bits, loss }) => ({ cost: bytes * bits, loss }))),
    rest: least.reduce((a, b) => a + b, 0),
  };
}

const reduced = (problem: PeakProblem): PeakProblem => ({ groups: problem.groups, moments: decisiveMoments(problem.moments) });

/** The least loss with a peak of at most `limit` bytes; null when no allocation has one. */
export async function leastLoss(whole: PeakProblem, limit: number, seconds: number): Promise<PeakSolution | null> {
  const problem = reduced(whole);
  const { groups, moments } = problem;
  const fitting = descend(problem).find(
    ({ peak, selection }) => peak <= limit * (1 + tolerance) && peakAllocation(problem, selection).peak <= limit,
  );
  if (!fitting) return null;
  const greedy = refill(problem, fitting, limit);
  const bounds = moments.map((moment) => {
    const { held, rest } = atMoment(problem, moment);
    return rest + (allocateGreedily(held, limit - moment.base)?.bound ?? 0);
  });
  const bound = Math.max(0, ...bounds);
  if (greedy.loss <= bound * (1 + tolerance)) return { allocation: greedy, greedy, bound, proven: true };

  const open = groups.map(ladder);
  const unit = Math.max(...open.flatMap((choices, g) => choices.map((i) => groups[g][i].loss))) || 1;
  const { rows, binary } = skeleton(open);
  const held = moments.map((moment) => ({
    terms: heldTerms(problem, moment, open, limit),
    relation: '<=' as const,
    limit: 1 - moment.base / limit - 1e-9,
  }));
  const objective = open.flatMap((choices, g) => choices.map((i): Term => [(1000 * groups[g][i].loss) / unit, variable(g, i)]));
  const { optimal, taken } = await solve(
    { objective, rows: [...held.filter(({ terms }) => terms.length > 0), ...rows], binary },
    (1000 * tolerance * greedy.loss) / unit,
    seconds,
  );
  const found = peakAllocation(
    problem,
    open.map((choices, g) => choices.find((i) => taken(variable(g, i))) ?? greedy.selection[g]),
  );
  const better = found.peak <= limit && found.loss < greedy.loss;
  return { allocation: better ? found : greedy, greedy, bound, proven: optimal && found.peak <= limit };
}

/** The lowest peak with a loss of at most `limit`; null when no allocation has one. */
export async function lowestPeak(whole: PeakProblem, limit: number, seconds: number): Promise<PeakSolution | null> {
  const problem = reduced(whole);
  const { groups, moments } = problem;
  // The peak falls from one to the next.
  const last = descend(problem).findLast(
    ({ loss, selection }) => loss <= limit * (1 + tolerance) && peakAllocation(problem, selection).loss <= limit,
  );
  if (!last) return null;
  const greedy = peakAllocation(problem, last.selection);
  const bounds = moments.map((moment) => {
    const { held, rest } = atMoment(problem, moment);
    return moment.base + (allocateGreedily(exchanged(held), limit - rest)?.bound ?? 0);
  });
  const bound = Math.max(0, ...bounds);
  if (greedy.peak <= bound * (1 + tolerance) || limit <= 0) return { allocation: greedy, greedy, bound, proven: true };

  const open = groups.map(ladder);
  const { rows, binary } = skeleton(open);
  const held = moments.map((moment) => ({
    terms: [...heldTerms(problem, moment, open, greedy.peak), [-1, 'peak'] as Term],
    relation: '<=' as const,
    limit: -moment.base / greedy.peak,
  }));
  const lost = open.flatMap((choices, g) => choices.map((i): Term => [groups[g][i].loss / limit, variable(g, i)]));
  const { optimal, taken } = await solve(
    {
      objective: [[1, 'peak']],
      rows: [...held, { terms: lost, relation: '<=', limit: 1 - 1e-9 }, ...rows],
      binary,
    },
    tolerance,
    seconds,
  );
  const found = peakAllocation(
    problem,
    open.map((choices, g) => choices.find((i) => taken(variable(g, i))) ?? greedy.selection[g]),
  );
  const better = found.loss <= limit && found.peak < greedy.peak;
  return { allocation: better ? found : greedy, greedy, bound, proven: optimal && found.loss <= limit };
}
