import type { Random, Rounding } from './types.js';

/** Adding and taking away 1.5·2^52 rounds a float64 below 2^51 to an integer, ties to even: the sum has no room for a fraction. */
export const HALF_EVEN = 6755399441055744;

export function roundHalfEven(v: number): number {
  return Math.abs(v) < 2251799813685248 ? v + HALF_EVEN - HALF_EVEN : v;
}

export function roundHalfAway(v: number): number {
  return v < 0 ? -Math.floor(0.5 - v) : Math.floor(v + 0.5);
}

/**
 * A rounder to integers for float32 (or scaled by a power of two) arguments. NaN and infinities pass through. Without `random`, stochastic
 * rounding draws the same numbers every time.
 */
export function rounder(rounding: Rounding, random: Random = seeded(1)): (v: number) => number {
  switch (rounding) {
    case 'nearest-even':
      return roundHalfEven;
    case 'nearest-away':
      return roundHalfAway;
    case 'floor':
      return Math.floor;
    case 'toward-zero':
      return Math.trunc;
    case 'stochastic':
      return (v) => {
        const below = Math.floor(v);
        return random() < v - below ? below + 1 : below;
      };
  }
}

/** Mulberry32: a small seeded generator, the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
