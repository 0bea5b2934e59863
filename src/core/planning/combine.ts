import { convexHull, efficient, type Choice, type Group } from './problem.js';

/** Choices of several groups that are taken together. */
export interface Combined extends Choice {
  /** Index of the choice of every group. */
  readonly picks: readonly number[];
}

export interface Combination {
  /** By rising cost and falling loss. */
  readonly choices: readonly Combined[];
  /** Whether none that no other beats was left out. */
  readonly complete: boolean;
}

/** Combinations that are kept of one step to the next. */
const MOST = 1024;

/** Those of a group that no other beats, thinned evenly to `most` if they are more; the hull stays. */
function kept(group: readonly Combined[], most: number): Combination {
  const all = efficient(group);
  if (all.length <= most) return { choices: all.map((i) => group[i]), complete: true };
  const hull = new Set(convexHull(group));
  const every = Math.ceil(all.length / Math.max(1, most - hull.size));
  return { choices: all.filter((i, rank) => hull.has(i) || rank % every === 0).map((i) => group[i]), complete: false };
}

/**
 * Groups that are chosen together as one: every combination that no other beats, costs and losses added up.
 *
 * Throws RangeError when a group has no choice with a finite cost and loss.
 */
export function combine(groups: readonly Group[], most: number = MOST): Combination {
  let sums: readonly Combined[] = [{ cost: 0, loss: 0, picks: [] }];
  let complete = true;
  for (const group of groups) {
    const found = kept(
      efficient(group).flatMap((choice) =>
        sums.map(({ cost, loss, picks }) => ({
          cost: cost + group[choice].cost,
          loss: loss + group[choice].loss,
          picks: [...picks, choice],
        })),
      ),
      most,
    );
    sums = found.choices;
    complete &&= found.complete;
  }
  return { choices: sums, complete };
}
