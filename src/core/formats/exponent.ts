const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** ⌊log2 v⌋ of a positive number that is a float32 or a quotient of two (so never subnormal as a float64). Exact. */
export function floorLog2(v: number): number {
  double[0] = v;
  return ((words[1] >>> 20) & 2047) - 1023;
}

/** ⌈log2 v⌉, under the same conditions. */
export function ceilLog2(v: number): number {
  const floor = floorLog2(v);
  return powerOfTwo(floor) < v ? floor + 1 : floor;
}

const powers = Float64Array.from({ length: 801 }, (_, i) => 2 ** (i - 400));

/** 2^n for −400 ≤ n ≤ 400, by look-up. */
export function powerOfTwo(n: number): number {
  return powers[n + 400];
}
