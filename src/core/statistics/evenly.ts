/** The golden ratio's multiples are spread evenly over the circle, and in step with no period. */
const GOLDEN = 0.6180339887498949;

/**
 * At most `most` of the values, one from each of so many equal stretches. Where in its stretch it lies changes from one to the next: with a fixed stride every value taken
 * from the images of a batch could be the same pixel.
 */
export function evenly(x: Float32Array, most: number): Float32Array {
  if (x.length <= most) return x;
  const stride = x.length / most;
  const out = new Float32Array(most);
  for (let i = 0; i < most; i++) out[i] = x[Math.floor((i + ((i * GOLDEN) % 1)) * stride)];
  return out;
}
