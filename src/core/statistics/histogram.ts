/** Counts of values by their upper 16 bits (sign, exponent, 7 bits of mantissa): no range has to be known before, and two of them add up exactly. */
export interface Histogram {
  /** 65,536 counts, indexed by `float32bits >>> 16`. Non-finite values are not counted. */
  readonly counts: Uint32Array;
}

/** Number of buckets of a histogram. */
export const BUCKETS = 65536;
