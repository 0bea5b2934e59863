import { BUCKETS, type Histogram } from './histogram.js';

/** A histogram without its empty buckets, to be kept: most tensors fill a few hundred of the 65,536. */
export interface SparseHistogram {
  readonly buckets: Uint16Array;
  readonly counts: Uint32Array;
}

const found = new Uint16Array(BUCKETS);

/** Leaves the empty buckets out. */
export function toSparse({ counts }: Histogram): SparseHistogram {
  let filled = 0;
  // Most are empty, and are passed over eight at a time.
  for (let b = 0; b < BUCKETS; b += 8) {
    const any = counts[b] | counts[b + 1] | counts[b + 2] | counts[b + 3] | counts[b + 4] | counts[b + 5] | counts[b + 6] | counts[b + 7];
    if (any === 0) continue;
    for (let i = b; i < b + 8; i++) if (counts[i] !== 0) found[filled++] = i;
  }
  const buckets = found.slice(0, filled);
  const full = new Uint32Array(filled);
  for (let i = 0; i < filled; i++) full[i] = counts[buckets[i]];
  return { buckets, counts: full };
}

/** The inverse of `toSparse`. */
export function toDense({ buckets, counts }: SparseHistogram): Histogram {
  const dense = new Uint32Array(BUCKETS);
  buckets.forEach((bucket, i) => (dense[bucket] = counts[i]));
  return { counts: dense };
}
