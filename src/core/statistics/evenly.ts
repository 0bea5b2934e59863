/** At most `most` of the values, evenly spaced. */
export function evenly(x: Float32Array, most: number): Float32Array {
  if (x.length <= most) return x;
  const stride = x.length / most;
  const out = new Float32Array(most);
  for (let i = 0; i < most; i++) out[i] = x[Math.floor(i * stride)];
  return out;
}
