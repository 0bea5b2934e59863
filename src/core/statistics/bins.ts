/** Bin of `v` among `bins` equal ones over [lo, hi]; values beyond the ends belong to the outermost, and all to the first when the range is a point. */
export function binOf(v: number, lo: number, hi: number, bins: number): number {
  const at = Math.floor(((v - lo) / (hi - lo)) * bins);
  return at >= bins ? bins - 1 : at > 0 ? at : 0;
}

/** Counts of the finite values of `x` within [lo, hi], in `bins` equal bins. */
export function countInBins(x: Float32Array, lo: number, hi: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (const v of x) if (v >= lo && v <= hi) counts[binOf(v, lo, hi, bins)]++;
  return counts;
}

/** Whole counts with the same running sums, to half a count: for counts that were told from coarser ones. */
export function wholeCounts(counts: ArrayLike<number>): number[] {
  let sum = 0;
  let before = 0;
  return Array.from(counts, (count) => {
    sum += count;
    const upTo = Math.round(sum);
    const own = upTo - before;
    before = upTo;
    return own;
  });
}
