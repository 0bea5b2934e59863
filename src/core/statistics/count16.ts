/** Counts finite values by their upper 16 bits: see `Histogram`. */
export function count16(x: Float32Array, counts: Uint32Array): void {
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  for (let i = 0; i < bits.length; i++) counts[bits[i] >>> 16]++;
  // The last exponent is that of what is not finite.
  counts.fill(0, 0x7f80, 0x8000);
  counts.fill(0, 0xff80);
}
