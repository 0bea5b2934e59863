import { allocation, convexHull, type Allocation, type Group } from './problem.js';

/** One group takes a dearer choice. */
interface Step {
  readonly group: number;
  readonly choice: number;
  /** What the step costs and what loss it takes away. */
  readonly cost: number;
  readonly gain: number;
}

/**
 * The Pareto front of a problem: the allocations that a weighted sum of cost and loss prefers, by rising cost. Between two neighbours lie only
 * allocations above the line that joins them (Shoham, Gersho 1988); each point differs from the one before in one group.
 */
export interface Front {
  readonly length: number;
  /** Cost and loss of point `i`; the point before the first step is 0. */
  readonly costs: Float64Array;
  readonly losses: Float64Array;
  /** Point `i` as a whole. Throws RangeError for no such point. */
  at(i: number): Allocation;
  /** Loss one unit of cost takes away between point `i` and the next; 0 behind the last. */
  price(i: number): number;
}

/** In O(n·log n) for n choices in all. Throws RangeError when a group has no choice with a finite cost and loss. */
export function paretoFront(groups: readonly Group[]): Front {
  const steps: Step[] = [];
  const start = groups.map((group, g) => {
    const hull = convexHull(group);
    for (let k = 1; k < hull.length; k++) {
      const [a, b] = [group[hull[k - 1]], group[hull[k]]];
      steps.push({ group: g, choice: hull[k], cost: b.cost - a.cost, gain: a.loss - b.loss });
    }
    return hull[0];
  });
  // Stable: the steps of one group stay in their order where rounding makes two slopes equal.
  steps.sort((a, b) => b.gain / b.cost - a.gain / a.cost);

  const first = allocation(groups, start);
  const costs = new Float64Array(steps.length + 1);
  const losses = new Float64Array(steps.length + 1);
  costs[0] = first.cost;
  losses[0] = first.loss;
  // Losses are summed from the last point: there they are smallest, and subtracting would leave nothing but rounding.
  steps.forEach((step, i) => (costs[i + 1] = costs[i] + step.cost));
  const at = (i: number): Allocation => {
    if (!(i >= 0 && i <= steps.length)) throw new RangeError(`the front has ${steps.length + 1} points; there is no point ${i}`);
    const selection = [...start];
    for (const { group, choice } of steps.slice(0, i)) selection[group] = choice;
    return allocation(groups, selection);
  };
  losses[steps.length] = at(steps.length).loss;
  for (let i = steps.length; i > 0; i--) losses[i - 1] = losses[i] + steps[i - 1].gain;
  return {
    length: steps.length + 1,
    costs,
    losses,
    at,
    price: (i) => (i in steps ? steps[i].gain / steps[i].cost : 0),
  };
}
