import { codec, scaleOf, type Affine, type ClipRange, type Format, type Rounding } from '../formats/index.js';

const COARSE = Array.from({ length: 36 }, (_, i) => 0.9 ** i);
const FINE = [0.93, 0.96, 0.98, 1.02, 1.04, 1.07];
const MOST_LATTICES = 128;

/** Squared error under a clip range; may give up with anything above `enough`. */
type SquaredError = (clip: ClipRange, enough: number) => number;

const scaled = ({ lo, hi }: ClipRange, factor: number): ClipRange => ({ lo: lo * factor, hi: hi * factor });

/** The range that has the least `error` among shrunken ones, and among those `more` times as large. */
export function searchFactors(range: ClipRange, error: SquaredError, more: readonly number[] = []): ClipRange {
  let best = 1;
  let least = Infinity;
  const attempt = (factor: number): void => {
    const e = error(scaled(range, factor), least);
    if (e < least) {
      best = factor;
      least = e;
    }
  };
  for (const factor of COARSE) attempt(factor);
  const middle = best;
  for (const factor of FINE) attempt(middle * factor);
  for (let i = 0; i < more.length && least > 0; i++) attempt(more[i]);
  return scaled(range, best);
}

/**
 * The clip range with the least squared error on the values themselves, for runs too short or too discrete for a distribution to stand for them. Tries shrunken ranges, and for
 * symmetric integers also the steps that divide the largest magnitude: values that already lie on a grid come out exact.
 */
export function directClip(format: Format, rounding: Rounding, x: Float32Array, range: ClipRange): ClipRange {
  const affine = scaleOf(format, range);
  const error = affine && rounding === 'nearest-even' ? gridError(format, affine, range, x) : formatError(format, rounding, x);
  const steps = affine && format.kind === 'integer' && format.symmetric ? affine.qmax - affine.zeroPoint : 0;
  const lattices = Array.from({ length: Math.max(0, Math.min(steps, MOST_LATTICES) - 1) }, (_, k) => steps / (k + 1));
  return searchFactors(range, error, lattices);
}

function formatError(format: Format, rounding: Rounding, x: Float32Array): SquaredError {
  const out = new Float32Array(x.length);
  return (clip) => {
    codec(format).fit(x, clip).fakeQuantize(x, out, rounding);
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (out[i] - x[i]) ** 2;
    return sum;
  };
}

/** Adding and taking away 1.5·2^23 rounds a float32 below 2^22 half to even. */
const ROUND = 12582912;

/** As `formatError` for grids of one step, without an object per attempt: there are a hundred attempts for every few weights. */
function gridError(format: Format, { zeroPoint, qmin, qmax }: Affine, range: ClipRange, x: Float32Array): SquaredError {
  const symmetric = format.kind === 'integer' && format.symmetric && !format.match;
  const largest = Math.max(-range.lo, range.hi);
  const low = qmin - zeroPoint;
  const high = qmax - zeroPoint;
  return (clip, enough) => {
    const scale = symmetric ? Math.fround((2 * Math.max(-clip.lo, clip.hi)) / (qmax - qmin)) : (scaleOf(format, clip)?.scale ?? 1);
    if (!(scale > 0) || largest === 0) return Infinity;
    let sum = 0;
    for (let i = 0; i < x.length && sum <= enough; i++) {
      const code = Math.fround(x[i] / scale);
      const q = code <= low ? low : code >= high ? high : Math.fround(Math.fround(code + ROUND) - ROUND);
      sum += (Math.fround(q * scale) - x[i]) ** 2;
    }
    return sum;
  };
}

const PROBES = 128;
const seen = new Uint32Array(512);

/** Whether many of the values are equal, as in tensors that were quantized before. Zeros do not count: pruned tensors have many. */
export function isDiscrete(x: Float32Array): boolean {
  const stride = Math.max(1, Math.floor(x.length / (2 * PROBES)));
  const all = new Uint32Array(x.buffer, x.byteOffset, x.length);
  let taken = 0;
  let repeats = 0;
  seen.fill(0);
  for (let i = 0; i < x.length && taken < PROBES; i += stride) {
    const bits = all[i] & 0x7fffffff;
    if (bits === 0) continue;
    taken++;
    let slot = Math.imul(bits, 0x9e3779b1) >>> 23;
    while (seen[slot] !== 0 && seen[slot] !== bits) slot = (slot + 1) & 511;
    if (seen[slot] === bits) repeats++;
    seen[slot] = bits;
  }
  return taken >= 4 && repeats > taken / 4;
}
