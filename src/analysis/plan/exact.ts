import { openChoices } from '../../core/planning/core.js';
import { allocation, type Allocation, type Group } from '../../core/planning/problem.js';
import { solve, type Term } from './program.js';

/** What the exact solver found. */
export interface Exact {
  readonly allocation: Allocation;
  /** Whether nothing better (by more than a millionth of the loss) was left when it stopped. */
  readonly proven: boolean;
}

/** How far from the optimum, relative to its loss, an allocation counts as optimal: 4 millionths of a decibel. */
const tolerance = 1e-6;

/**
 * The allocation with the least loss for at most `budget` of cost, by HiGHS (loaded on first use) on the choices that `known` leaves open.
 *
 * @param known an allocation within the budget
 * @param seconds how long the solver may look; the best found until then is returned, never worse than `known`
 */
export async function allocateExactly(groups: readonly Group[], budget: number, known: Allocation, seconds: number): Promise<Exact> {
  const open = openChoices(groups, budget, known);
  const undecided = groups.map((_, g) => g).filter((g) => open[g].length > 1);
  if (undecided.length === 0) return { allocation: known, proven: true };

  const decided = groups.flatMap((group, g) => (open[g].length === 1 ? [group[open[g][0]].cost] : []));
  const left = budget - decided.reduce((a, b) => a + b, 0);
  // HiGHS works to absolute tolerances of about 1e-6: costs and losses are scaled so that the open ones are about 1, less their least.
  const least = (g: number, of: 'cost' | 'loss') => Math.min(...open[g].map((i) => groups[g][i][of]));
  const spread = (of: 'cost' | 'loss') => Math.max(...undecided.flatMap((g) => open[g].map((i) => groups[g][i][of] - least(g, of)))) || 1;
  const costUnit = spread('cost');
  const lossUnit = spread('loss') / 1000;
  const room = (left - undecided.reduce((a, g) => a + least(g, 'cost'), 0)) / costUnit;

  const name = (g: number, i: number) => `x${g}_${i}`;
  const terms = (of: 'cost' | 'loss', unit: number): Term[] =>
    undecided.flatMap((g) => open[g].map((i): Term => [(groups[g][i][of] - least(g, of)) / unit, name(g, i)]));
  const one = undecided.map((g) => ({ terms: open[g].map((i): Term => [1, name(g, i)]), relation: '=' as const, limit: 1 }));
  const program = {
    objective: terms('loss', lossUnit),
    binary: undecided.flatMap((g) => open[g].map((i) => name(g, i))),
  };

  let best = known;
  let limit = room;
  // What HiGHS takes for fitting may miss the budget by its tolerance: then it is asked again for a little less.
  for (let attempt = 0; attempt < 4; attempt++) {
    const rows = [{ terms: terms('cost', costUnit), relation: '<=' as const, limit }, ...one];
    const { optimal, taken } = await solve({ ...program, rows }, (tolerance * known.loss) / lossUnit, seconds);
    const selection = groups.map((_, g) => open[g].find((i) => taken(name(g, i))) ?? open[g][0]);
    const found = allocation(groups, selection);
    if (found.cost <= budget) {
      if (found.loss < best.loss) best = found;
      return { allocation: best, proven: optimal && attempt === 0 };
    }
    limit -= 2e-6 * 4 ** attempt;
  }
  return { allocation: best, proven: false };
}
