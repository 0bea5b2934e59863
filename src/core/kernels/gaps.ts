// Values that are not finite have a place in no figure but their own counts. Kernels see zeros there; whoever looks at single values leaves them out.

/** Values without those at `gaps`, which ascend. */
export function without<T extends Float32Array | Int32Array>(values: T, gaps: Uint32Array): T {
  if (gaps.length === 0) return values;
  let next = 0;
  return values.filter((_: number, i: number) => {
    if (gaps[next] !== i) return true;
    next++;
    return false;
  }) as T;
}

/** Offsets of values that are not finite, ascending. */
export function gapsOf(values: Float32Array): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) found.push(i);
  return Uint32Array.from(found);
}

/** Those of `gaps` in [from, to), as offsets from `from`. */
export function gapsBetween(gaps: Uint32Array, from: number, to: number): Uint32Array {
  if (gaps.length === 0) return gaps;
  const first = lowerBound(gaps, from);
  return gaps.subarray(first, lowerBound(gaps, to)).map((at) => at - from);
}

function lowerBound(sorted: Uint32Array, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}
