import { BUCKETS, type Histogram } from './histogram.js';

/** A histogram without its empty buckets, to be kept: most tensors fill a few hundred of the 65,536. */
export interface SparseHistogram {
  readonly buckets: Uint16Array;
  readonly counts: Uint32Array;
}

/** Leaves the empty buckets out. */
export function toSparse({ counts }: Histogram): SparseHistogram {
  let filled = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) if (counts[bucket] !== 0) filled++;
  const sparse = { buckets: new Uint16Array(filled), counts: new Uint32Array(filled) };
  for (let bucket = 0, at = 0; at < filled; bucket++) {
    if (counts[bucket] === 0) continue;
    sparse.buckets[at] = bucket;
    sparse.counts[at++] = counts[bucket];
  }
  return sparse;
}

/** The inverse of `toSparse`. */
export function toDense({ buckets, counts }: SparseHistogram): Histogram {
  const dense = new Uint32Array(BUCKETS);
  buckets.forEach((bucket, i) => (dense[bucket] = counts[i]));
  return { counts: dense };
}
