/**
 * Bit allocation as a multiple-choice knapsack: one choice for every group of layers, costs and losses add up.
 *
 * A group is what must share a scheme (a weight used twice, the projections of one attention); a pinned layer is a group with one choice, a
 * forbidden scheme a choice left out.
 */

/** One scheme for one group. */
export interface Choice {
  /** What the budget is in: bits, bytes, bit operations, pJ. */
  readonly cost: number;
  /** Predicted noise, relative to the signal. */
  readonly loss: number;
}

export type Group = readonly Choice[];

/** Index of the choice of every group. */
export type Selection = readonly number[];

/** A selection with the sums of its choices. */
export interface Allocation {
  readonly selection: Selection;
  readonly cost: number;
  readonly loss: number;
}

const isUsable = ({ cost, loss }: Choice): boolean => Number.isFinite(cost) && Number.isFinite(loss);

export function allocation(groups: readonly Group[], selection: Selection): Allocation {
  let [cost, loss] = [0, 0];
  groups.forEach((group, g) => {
    cost += group[selection[g]].cost;
    loss += group[selection[g]].loss;
  });
  return { selection, cost, loss };
}

/**
 * Indices of the choices of a group that no other choice beats, by rising cost and falling loss. Choices whose cost or loss is not a finite
 * number are left out.
 *
 * Throws RangeError when none is left.
 */
export function efficient(group: Group): number[] {
  const order = group.map((_, i) => i).filter((i) => isUsable(group[i]));
  if (order.length === 0) throw new RangeError('a group of layers has no choice whose cost and loss are finite');
  order.sort((a, b) => group[a].cost - group[b].cost || group[a].loss - group[b].loss || a - b);
  const kept: number[] = [];
  for (const i of order) {
    const last = kept.at(-1);
    if (last === undefined || group[i].loss < group[last].loss) kept.push(i);
  }
  return kept;
}

/** Those of `efficient` that lie on the lower convex hull of loss over cost: from one to the next, each unit of cost buys less and less. */
export function convexHull(group: Group): number[] {
  const hull: number[] = [];
  const slope = (a: number, b: number): number => (group[b].loss - group[a].loss) / (group[b].cost - group[a].cost);
  for (const i of efficient(group)) {
    while (hull.length > 1 && slope(hull[hull.length - 2], hull[hull.length - 1]) >= slope(hull[hull.length - 1], i)) hull.pop();
    hull.push(i);
  }
  return hull;
}
