import { paretoFront } from './front.js';
import { allocation, efficient, type Allocation, type Group } from './problem.js';

/** The greedy answer, and a loss that no allocation within the budget goes below. */
export interface Greedy {
  readonly allocation: Allocation;
  readonly bound: number;
}

/**
 * The least loss for at most `budget` of cost, nearly: the last point of the Pareto front that fits, then single groups take dearer or
 * cheaper choices as long as that fits and helps most. Null when no allocation fits.
 *
 * The bound is that of the relaxed problem, in which the step that no longer fits is taken in part.
 */
export function allocateGreedily(groups: readonly Group[], budget: number): Greedy | null {
  const front = paretoFront(groups);
  if (!(front.at(0).cost <= budget)) return null;
  let i = front.length - 1;
  while (i > 0 && front.costs[i] > budget) i--;
  const bound = Math.max(0, front.losses[i] - front.price(i) * (budget - front.costs[i]));
  // The running sums of the front may be off by rounding; a point has to fit by its own.
  while (i > 0 && front.at(i).cost > budget) i--;
  return { allocation: improve(groups, front.at(i), budget), bound };
}

/** Takes, one after the other, the change of one group that lowers the loss most and still fits. */
function improve(groups: readonly Group[], start: Allocation, budget: number): Allocation {
  const choices = groups.map(efficient);
  let best = start;
  for (;;) {
    let gain = 0;
    let change: readonly [group: number, choice: number] | null = null;
    for (const [g, group] of groups.entries()) {
      const now = group[best.selection[g]];
      for (const choice of choices[g]) {
        const less = now.loss - group[choice].loss;
        if (less <= gain || best.cost - now.cost + group[choice].cost > budget) continue;
        gain = less;
        change = [g, choice];
      }
    }
    const next = change && allocation(groups, best.selection.with(...change));
    if (!next || next.cost > budget || next.loss >= best.loss) return best;
    best = next;
  }
}

/** The same problem with cost and loss changed: the least cost for at most so much loss. */
export const exchanged = (groups: readonly Group[]): Group[] =>
  groups.map((group) => group.map(({ cost, loss }) => ({ cost: loss, loss: cost })));
