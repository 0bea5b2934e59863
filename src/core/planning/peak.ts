/**
 * Bit allocation where what counts is the largest of many sums: values that are held in memory together, moment by moment. Each group is a stored value (or
 * several that share a width), each choice a width.
 */

/** One width for one group. */
export interface PeakChoice {
  readonly bits: number;
  readonly loss: number;
}

/** What is held at one moment: `base` bytes whatever is chosen, and `share[g]` bytes for each bit of group g. */
export interface Moment {
  readonly base: number;
  readonly share: ReadonlyMap<number, number>;
}

export interface PeakProblem {
  readonly groups: readonly (readonly PeakChoice[])[];
  readonly moments: readonly Moment[];
}

export interface PeakAllocation {
  /** Index of the choice of every group. */
  readonly selection: readonly number[];
  /** Bytes. */
  readonly peak: number;
  readonly loss: number;
}

const heldAt = ({ base, share }: Moment, bits: (group: number) => number): number =>
  [...share].reduce((sum, [group, bytes]) => sum + bytes * bits(group), base);

export function peakAllocation({ groups, moments }: PeakProblem, selection: readonly number[]): PeakAllocation {
  const bits = (group: number): number => groups[group][selection[group]].bits;
  return {
    selection,
    peak: moments.reduce((most, moment) => Math.max(most, heldAt(moment, bits)), 0),
    loss: selection.reduce((sum, choice, group) => sum + groups[group][choice].loss, 0),
  };
}

/** Choices of a group that no other beats, widest first. Choices whose loss is not a finite number are left out. Throws RangeError when none is left. */
export function ladder(group: readonly PeakChoice[]): number[] {
  const usable = group.map((_, i) => i).filter((i) => Number.isFinite(group[i].loss));
  if (usable.length === 0) throw new RangeError('a group of values has no choice whose loss is finite');
  usable.sort((a, b) => group[a].bits - group[b].bits || group[a].loss - group[b].loss);
  const rungs: number[] = [];
  for (const i of usable) if (rungs.length === 0 || group[i].loss < group[rungs[rungs.length - 1]].loss) rungs.push(i);
  return rungs.reverse();
}

/** A selection that changes group by group, with what is held at every moment. */
function tracker({ groups, moments }: PeakProblem, start: readonly number[]) {
  const selection = [...start];
  const held = moments.map((moment) => heldAt(moment, (group) => groups[group][selection[group]].bits));
  const at = new Map<number, { readonly moment: number; readonly bytes: number }[]>();
  moments.forEach(({ share }, moment) => {
    for (const [group, bytes] of share) {
      const places = at.get(group);
      if (places) places.push({ moment, bytes });
      else at.set(group, [{ moment, bytes }]);
    }
  });
  const places = (group: number) => at.get(group) ?? [];
  const widened = (group: number, choice: number): number => groups[group][choice].bits - groups[group][selection[group]].bits;
  return {
    selection: selection as readonly number[],
    held: held as readonly number[],
    /** Whether everything stays within `limit` when the group takes a choice. */
    fits: (group: number, choice: number, limit: number): boolean => {
      const more = widened(group, choice);
      return places(group).every(({ moment, bytes }) => held[moment] + bytes * more <= limit);
    },
    set(group: number, choice: number): void {
      const more = widened(group, choice);
      for (const { moment, bytes } of places(group)) held[moment] += bytes * more;
      selection[group] = choice;
    },
  };
}

/**
 * Allocations from the one with the least loss to the one with the least peak, each with a lower peak than the one before. Where most is held, the group
 * whose narrower width costs least loss for each byte goes down. Peaks and losses are sums that grew step by step: `peakAllocation` gives them unrounded.
 */
export function descend(problem: PeakProblem): PeakAllocation[] {
  const { groups, moments } = problem;
  const ladders = groups.map(ladder);
  const state = tracker(
    problem,
    ladders.map(([widest]) => widest),
  );
  const found: PeakAllocation[] = [];
  let loss = state.selection.reduce((sum, choice, group) => sum + groups[group][choice].loss, 0);
  for (;;) {
    const fullest = state.held.reduce((best, bytes, i) => (bytes > state.held[best] ? i : best), 0);
    const peak = state.held[fullest] ?? 0;
    if (found.length === 0 || peak < found[found.length - 1].peak) found.push({ selection: state.selection.slice(), peak, loss });
    let cheapest: { readonly group: number; readonly choice: number; readonly price: number } | null = null;
    for (const [group, share] of moments[fullest]?.share ?? []) {
      const from = groups[group][state.selection[group]];
      for (const choice of ladders[group]) {
        const to = groups[group][choice];
        if (to.bits >= from.bits) continue;
        const price = (to.loss - from.loss) / (share * (from.bits - to.bits));
        if (cheapest === null || price < cheapest.price) cheapest = { group, choice, price };
      }
    }
    if (cheapest === null) return found;
    const { group, choice } = cheapest;
    loss += groups[group][choice].loss - groups[group][state.selection[group]].loss;
    state.set(group, choice);
  }
}

/** Groups go up again, the one that helps most first, as long as the peak stays within `limit`. */
export function refill(problem: PeakProblem, start: PeakAllocation, limit: number): PeakAllocation {
  const { groups } = problem;
  const ladders = groups.map(ladder);
  const state = tracker(problem, start.selection);
  for (;;) {
    let best: { readonly group: number; readonly choice: number; readonly gain: number } | null = null;
    for (const [group, choices] of ladders.entries()) {
      for (const choice of choices) {
        const gain = groups[group][state.selection[group]].loss - groups[group][choice].loss;
        if (gain > (best?.gain ?? 0) && state.fits(group, choice, limit)) best = { group, choice, gain };
      }
    }
    if (best === null) return peakAllocation(problem, state.selection.slice());
    state.set(best.group, best.choice);
  }
}

/** The moments that can be the fullest: those are left out at which another one holds at least as much, whatever is chosen. */
export function decisiveMoments(moments: readonly Moment[]): Moment[] {
  const covers = (a: Moment, b: Moment): boolean =>
    a.base >= b.base && [...b.share].every(([group, bytes]) => (a.share.get(group) ?? 0) >= bytes);
  const kept: Moment[] = [];
  for (const moment of moments) {
    if (kept.some((other) => covers(other, moment))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (covers(moment, kept[i])) kept.splice(i, 1);
    kept.push(moment);
  }
  return kept;
}
