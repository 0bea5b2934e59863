const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** The float32 with these bits. */
export function floatFromBits(b: number): number {
  bits[0] = b;
  return value[0];
}

/** The bits of a float32; other numbers are rounded to one first. */
export function bitsFromFloat(x: number): number {
  value[0] = x;
  return bits[0];
}
