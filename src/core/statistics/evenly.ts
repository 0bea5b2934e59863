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

/** At most `blocks` runs of `length` neighbours, one from each of so many equal stretches and from another place in each, as `evenly` does it with single values. */
export function evenBlocks(x: Float32Array, blocks: number, length: number): Float32Array {
  if (x.length <= blocks * length) return x;
  const out = new Float32Array(blocks * length);
  const stride = x.length / blocks;
  for (let b = 0; b < blocks; b++) {
    const from = Math.floor(b * stride + offset(b) * (stride - length));
    out.set(x.subarray(from, from + length), b * length);
  }
  return out;
}
