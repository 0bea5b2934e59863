import { openChoices } from '../../core/planning/core.js';
import { allocation, type Allocation, type Group } from '../../core/planning/problem.js';

/** What the exact solver found. */
export interface Exact {
  readonly allocation: Allocation;
  /** Whether nothing better (by more than a millionth of the loss) was left when it stopped. */
  readonly proven: boolean;
}

/** How far from the optimum, relative to its loss, an allocation counts as optimal: 4 millionths of a decibel. */
const tolerance = 1e-6;

/** An objective in CPLEX LP format keeps its lines short: HiGHS cuts lines of more than 560 characters. */
const sum = (terms: readonly string[]): string => terms.join('\n');

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
  const terms = (of: 'cost' | 'loss', unit: number) =>
    undecided.flatMap((g) => open[g].map((i) => `+ ${((groups[g][i][of] - least(g, of)) / unit).toExponential()} ${name(g, i)}`));
  const names = undecided.flatMap((g) => open[g].map((i) => name(g, i)));
  const one = undecided.map((g) => `g${g}: ${sum(open[g].map((i) => `+ ${name(g, i)}`))} = 1`);
  const problem = (limit: number) =>
    `Minimize\nloss:\n${sum(terms('loss', lossUnit))}\nSubject To\nbudget:\n${sum(terms('cost', costUnit))}\n<= ${limit.toExponential()}\n${one.join('\n')}\nBinary\n${names.join('\n')}\nEnd\n`;

  const { default: load } = await import('highs');
  const highs = await load();
  let best = known;
  let limit = room;
  // What HiGHS takes for fitting may miss the budget by its tolerance: then it is asked again for a little less.
  for (let attempt = 0; attempt < 4; attempt++) {
    const { Status, Columns } = highs.solve(problem(limit), {
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: (tolerance * known.loss) / lossUnit,
      time_limit: seconds,
    });
    const taken = (g: number, i: number) => {
      const column = Columns[name(g, i)];
      return column && 'Primal' in column && column.Primal > 0.5;
    };
    const selection = groups.map((_, g) => open[g].find((i) => taken(g, i)) ?? open[g][0]);
    const found = allocation(groups, selection);
    if (found.cost <= budget) {
      if (found.loss < best.loss) best = found;
      return { allocation: best, proven: Status === 'Optimal' && attempt === 0 };
    }
    limit -= 2e-6 * 4 ** attempt;
  }
  return { allocation: best, proven: false };
}
