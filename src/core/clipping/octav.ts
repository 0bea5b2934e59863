import { payloadBits } from '../formats/index.js';
import { countAbove, weightAbove, type Distribution } from './distribution.js';
import type { ClippingMethod } from './run.js';

const MOST_ROUNDS = 100;

/**
 * OCTAV's clip (Sakr et al. 2022): the fixed point of s = Σ|x|·1[|x| > s] / (4^−B/3·#{0 < |x| ≤ s} + #{|x| > s}), on a distribution of magnitudes of which
 * `nonzero` values are not exactly zero.
 */
export function octavClip(d: Distribution, nonzero: number, bits: number): number {
  if (!(nonzero > 0)) return 0;
  const share = 4 ** -bits / 3;
  let s = d.above1[0] / nonzero;
  for (let i = 0; i < MOST_ROUNDS; i++) {
    const above = countAbove(d, s);
    const next = weightAbove(d, s, 0, 1) / (share * (nonzero - above) + above);
    if (Math.abs(next - s) <= 1e-9 * s) return next;
    s = next;
  }
  return s;
}

/** Clipping method `octav`: ±clip, not beyond the values. */
export const octav: ClippingMethod = ({ format }, run) => {
  const largest = Math.max(-run.min, run.max);
  if (run.count === 0 || largest === 0) return { lo: run.min, hi: run.max };
  const clip = Math.min(largest, octavClip(run.magnitudes(), run.count - run.zeros, payloadBits(format)));
  return { lo: Math.max(-clip, run.min), hi: Math.min(clip, run.max) };
};
