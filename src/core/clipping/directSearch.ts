import { codec, scaleOf, type ClipRange, type Format, type Rounding } from '../formats/index.js';
import { bitsFromFloat } from '../kernels/bits.js';

const COARSE = Array.from({ length: 36 }, (_, i) => 0.9 ** i);
const FINE = [0.93, 0.96, 0.98, 1.02, 1.04, 1.07];
const MOST_LATTICES = 128;

/**
 * The clip range with the least squared error on the values themselves, for runs too short or too discrete for a distribution to stand for them, and
 * for formats that are not grids. Tries shrunken ranges, and for symmetric integers also the steps that divide the largest magnitude: values that
 * already lie on a grid come out exact.
 */
export function directClip(format: Format, rounding: Rounding, x: Float32Array, range: ClipRange): ClipRange {
  const out = new Float32Array(x.length);
  const scaled = (factor: number): ClipRange => ({ lo: range.lo * factor, hi: range.hi * factor });
  const error = (clip: ClipRange): number => {
    codec(format).fit(x, clip).fakeQuantize(x, out, rounding);
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (out[i] - x[i]) ** 2;
    return sum;
  };
  let best = 1;
  let least = Infinity;
  const attempt = (factor: number): void => {
    const e = error(scaled(factor));
    if (e < least) [best, least] = [factor, e];
  };
  for (const factor of COARSE) attempt(factor);
  const middle = best;
  for (const factor of FINE) attempt(middle * factor);
  const affine = scaleOf(format, range);
  if (affine && format.kind === 'integer' && format.symmetric) {
    const steps = affine.qmax - affine.zeroPoint;
    for (let k = 1; k < Math.min(steps, MOST_LATTICES) && least > 0; k++) attempt(steps / k);
  }
  return scaled(best);
}

const PROBES = 128;
const seen = new Uint32Array(512);

/** Whether many of the values are equal, as in tensors that were quantized before. Zeros do not count: pruned tensors have many. */
export function isDiscrete(x: Float32Array): boolean {
  const stride = Math.max(1, Math.floor(x.length / (2 * PROBES)));
  let taken = 0;
  let repeats = 0;
  seen.fill(0);
  for (let i = 0; i < x.length && taken < PROBES; i += stride) {
    if (x[i] === 0) continue;
    taken++;
    const bits = bitsFromFloat(Math.abs(x[i]));
    let slot = Math.imul(bits, 0x9e3779b1) >>> 23;
    while (seen[slot] !== 0 && seen[slot] !== bits) slot = (slot + 1) & 511;
    if (seen[slot] === bits) repeats++;
    seen[slot] = bits;
  }
  return taken >= 4 && repeats > taken / 4;
}
