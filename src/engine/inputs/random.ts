/** Seeded random numbers: the same on every machine, in every process, for every order of asking. */

/** The finalizer of MurmurHash3 (Appleby): every bit of the input moves every bit of the result. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Next 32 bits, as an unsigned integer. */
export type Bits = () => number;

/** xoshiro128** 1.1 (Blackman and Vigna 2018), period 2^128 − 1, from four words that are not all zero. */
export function xoshiro128(a: number, b: number, c: number, d: number): Bits {
  return () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** The generator of one stream: its own for every path of numbers below the same seed, e.g. (sample, input). */
export function stream(seed: number, ...path: readonly number[]): Bits {
  const words = [1, 2, 3, 4].map((word) =>
    path.reduce((state, step) => mix(Math.imul(state, 5) + step + 0x9e3779b9), mix(mix(seed) + word * 0x9e3779b9)),
  );
  // not all zero
  return xoshiro128(words[0] | 1, words[1], words[2], words[3]);
}

/** Uniform in [0, 1): 53 bits. */
export function uniform(bits: Bits): number {
  return ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

/** Standard normal numbers, by Marsaglia's polar method. */
export function normal(bits: Bits): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const [u, v] = [2 * uniform(bits) - 1, 2 * uniform(bits) - 1];
      const square = u * u + v * v;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = v * factor;
      return u * factor;
    }
  };
}
