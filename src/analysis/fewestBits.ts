/** One scheme to choose from. */
export interface Candidate {
  readonly bits: number;
  readonly integer: boolean;
  /** dB that it keeps; null for an error of zero, which keeps every target. */
  readonly sqnrDb: number | null;
}

const kept = ({ sqnrDb }: Candidate): number => sqnrDb ?? Infinity;

/**
 * The integer scheme of fewest bits that keeps `target` dB; of several with as many bits, the one with the least error. When none keeps it, the
 * best scheme of all.
 * @returns its index, and whether the target is kept; null when there is nothing to choose from
 */
export function fewestBits(candidates: readonly Candidate[], target: number): { readonly index: number; readonly keeps: boolean } | null {
  if (candidates.length === 0) return null;
  const better = (a: number, b: number): number => kept(candidates[b]) - kept(candidates[a]);
  const enough = [...candidates.keys()]
    .filter((i) => candidates[i].integer && kept(candidates[i]) >= target)
    .sort((a, b) => candidates[a].bits - candidates[b].bits || better(a, b));
  if (enough.length > 0) return { index: enough[0], keeps: true };
  return { index: [...candidates.keys()].reduce((best, i) => (kept(candidates[i]) > kept(candidates[best]) ? i : best)), keeps: false };
}

/** The best scheme of the next fewer bits than that of `index`; undefined when there is none. Its index. */
export function oneBitLess(candidates: readonly Candidate[], index: number): number | undefined {
  const fewer = [...candidates.keys()].filter((i) => candidates[i].integer && candidates[i].bits < candidates[index].bits);
  const bits = Math.max(...fewer.map((i) => candidates[i].bits));
  return fewer
    .filter((i) => candidates[i].bits === bits)
    .sort((a, b) => kept(candidates[b]) - kept(candidates[a]))
    .at(0);
}
