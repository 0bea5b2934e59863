/** Things that are put together, pair by pair, into groups. */
export interface Unions {
  tie(members: readonly number[]): void;
  /** Every thing is in one group; groups and their members in rising order. */
  groups(): number[][];
}

/** @param count things, numbered from 0 */
export function unions(count: number): Unions {
  const leader = Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => (leader[i] === i ? i : (leader[i] = find(leader[i])));
  return {
    tie(members) {
      for (const i of members) {
        const [a, b] = [find(members[0]), find(i)];
        leader[Math.max(a, b)] = Math.min(a, b);
      }
    },
    groups: () => groupBy(leader.map((_, i) => find(i))),
  };
}

/** Indices of equal keys, in the order in which the keys come first; null belongs to none. */
export function groupBy(keys: readonly (string | number | null)[]): number[][] {
  const groups = new Map<string | number, number[]>();
  keys.forEach((key, i) => {
    if (key === null) return;
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  return [...groups.values()];
}
