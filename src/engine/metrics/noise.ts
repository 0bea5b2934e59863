/** Sums over one value and its changed twin. */
export interface Noise {
  /** Σy². */
  readonly signal: number;
  /** Σ(y−ŷ)². */
  readonly squares: number;
}

type Numbers = Float32Array | Float64Array;

/** Sums of one run, added to those `before`. Values that are not finite are left out. */
export function noiseOf(y: Numbers, z: Numbers, before?: Noise): Noise {
  let signal = before?.signal ?? 0;
  let squares = before?.squares ?? 0;
  for (let i = 0; i < y.length; i++) {
    const e = z[i] - y[i];
    if (!Number.isFinite(e)) continue;
    signal += y[i] * y[i];
    squares += e * e;
  }
  return { signal, squares };
}
