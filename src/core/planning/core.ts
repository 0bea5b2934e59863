import { paretoFront } from './front.js';
import { efficient, type Allocation, type Group } from './problem.js';

/**
 * Indices of the choices of each group that an allocation better than `known` may still hold; the optimum is among them or is `known` itself.
 *
 * With λ the price of cost where the front meets the budget, every allocation within the budget loses at least
 * Σ min(loss + λ·cost) − λ·budget; one that holds a given choice, that much more by which the choice exceeds its group's minimum. Choices that lift the
 * bound above the known loss are left out (reduced-cost fixing), which leaves little for an exact solver to do.
 */
export function openChoices(groups: readonly Group[], budget: number, known: Allocation): number[][] {
  const front = paretoFront(groups);
  let i = front.length - 1;
  while (i > 0 && front.costs[i] > budget) i--;
  const price = front.price(i);
  const kept = groups.map(efficient);
  const reduced = groups.map((group, g) => kept[g].map((choice) => group[choice].loss + price * group[choice].cost));
  const least = reduced.map((values) => Math.min(...values));
  const bound = least.reduce((a, b) => a + b, 0) - price * budget;
  // room for rounding: a choice too many does no harm
  const room = known.loss - bound + 1e-9 * (Math.abs(known.loss) + Math.abs(price * budget));
  return kept.map((choices, g) => choices.filter((choice, k) => choice === known.selection[g] || reduced[g][k] - least[g] <= room));
}
