/** The golden ratio's multiples are spread evenly over the circle, and in step with no period. */
const GOLDEN = 0.6180339887498949;

/** Where in the `i`-th of equal stretches to look, 0 to 1. */
const offset = (i: number): number => (i * GOLDEN) % 1;

/**
 * At most `most` of the values, one from each of so many equal stretches. Where in its stretch it lies changes from one to the next: with a fixed stride every value taken
 * from the images of a batch could be the same pixel.
 */
export function evenly(x: Float32Array, most: number): Float32Array {
  if (x.length <= most) return x;
  const stride = x.length / most;
  const out = new Float32Array(most);
  for (let i = 0; i < most; i++) out[i] = x[Math.floor((i + offset(i)) * stride)];
  return out;
}

/**
 * Where `blocks` runs of `length` neighbours begin among `total` values, one in each of so many equal stretches and at another place in each, as `evenly` does it with single
 * values; null when there are no more values than that.
 */
export function evenBlockStarts(total: number, blocks: number, length: number): number[] | null {
  if (total <= blocks * length) return null;
  const stride = total / blocks;
  return Array.from({ length: blocks }, (_, b) => Math.floor(b * stride + offset(b) * (stride - length)));
}
