import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { klClip } from '../../../../src/core/clipping/kl.js';
import { octavClip } from '../../../../src/core/clipping/octav.js';
import { percentileClip } from '../../../../src/core/clipping/percentile.js';
import { fromHistogram } from '../../../../src/core/clipping/distribution.js';
import { toSparse } from '../../../../src/core/statistics/sparse.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { histogram16 } from '../../../../src/core/kernels/twins.js';
import { gaussian, laplace, tensorOf } from '../random.js';

const largestOf = (x: Float32Array): number => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

function bins(x: Float32Array, count: number): Float64Array {
  const largest = largestOf(x);
  const counts = new Float64Array(count);
  for (const v of x) counts[Math.min(count - 1, Math.floor((Math.abs(v) / largest) * count))]++;
  return counts;
}

/** TensorRT's calibration as its slides spell it out: build P and Q, take KL(P ‖ Q). */
function klByTheBook(counts: Float64Array, largest: number, levels: number): number {
  let best = counts.length;
  let least = Infinity;
  for (let i = levels; i <= counts.length; i++) {
    const p = counts.slice(0, i);
    const reference = counts.slice(0, i);
    reference[i - 1] += counts.subarray(i).reduce((a, b) => a + b, 0);
    const q = new Float64Array(i);
    const merged = Math.floor(i / levels);
    for (let level = 0; level < levels; level++) {
      const from = level * merged;
      const to = level === levels - 1 ? i : from + merged;
      const part = p.subarray(from, to);
      const filled = part.reduce((n, c) => n + (c > 0 ? 1 : 0), 0);
      const total = part.reduce((a, b) => a + b, 0);
      for (let j = from; j < to; j++) if (p[j] > 0) q[j] = total / filled;
    }
    const sumP = reference.reduce((a, b) => a + b, 0);
    const sumQ = q.reduce((a, b) => a + b, 0);
    let kl = 0;
    for (let j = 0; j < i; j++) if (reference[j] > 0) kl += (reference[j] / sumP) * Math.log(reference[j] / sumP / (q[j] / sumQ));
    if (kl < least - 1e-13) {
      least = kl;
      best = i;
    }
  }
  return best === counts.length ? largest : ((best + 0.5) * largest) / counts.length;
}

describe('kl clipping', () => {
  it.each([
    ['Laplace', laplace(60000, 1), 128, 512],
    ['Gaussian', gaussian(60000, 2), 128, 512],
    ['Laplace with empty bins', laplace(700, 3), 16, 300],
    ['Laplace, few levels', laplace(60000, 4), 8, 300],
  ])('is TensorRT’s: %s', (_, x, levels, count) => {
    const counts = bins(x, count);
    expect(klClip(counts, largestOf(x), levels)).toBeCloseTo(klByTheBook(counts, largestOf(x), levels), 10);
  });

  it('cuts the tail of a Laplace distribution in 2048 bins, and leaves values that fill 128 bins alone', () => {
    const x = laplace(200000, 5);
    expect(klClip(bins(x, 2048), largestOf(x), 128)).toBeLessThan(0.8 * largestOf(x));
    // ONNX Runtime's default of 128 bins cannot clip.
    expect(klClip(bins(x, 128), largestOf(x), 128)).toBe(largestOf(x));
  });
});

describe('percentile clipping', () => {
  it('is the edge of the bin in which the share is reached', () => {
    expect(percentileClip([50, 40, 9, 1], 4, 90)).toBe(1);
    expect(percentileClip([50, 40, 9, 1], 4, 90.5)).toBe(2);
    expect(percentileClip([50, 40, 9, 1], 4, 100)).toBe(3);
  });

  it('leaves one value in 100,000 outside by default', async () => {
    const { errors } = await analyzeTensor(tensorOf(gaussian(1 << 20, 6)), [
      parseScheme('int8/tensor/percentile'),
      parseScheme('int8/tensor/percentile:99'),
    ]);
    // The normal distribution's quantiles at 1 − 0.5e-5 and 0.995; bins are 0.0024 wide.
    expect(errors[0].clip.hi).toBeCloseTo(4.417, 1);
    expect(errors[1].clip.hi).toBeCloseTo(2.576, 2);
    expect(errors[1].clippedFraction).toBeCloseTo(0.01, 3);
  });
});

describe('octav clipping', () => {
  it('ends at a fixed point of its definition, on the values themselves', () => {
    const x = laplace(300000, 7).map((v, i) => (i % 3 ? v : 0));
    const d = fromHistogram(toSparse({ counts: histogram16(x) }), largestOf(x), false);
    for (const bits of [2, 4, 8]) {
      const s = octavClip(d, x.filter((v) => v !== 0).length, bits);
      let outer = 0;
      let outside = 0;
      let inside = 0;
      for (const v of x) {
        if (Math.abs(v) > s) {
          outer += Math.abs(v);
          outside++;
        } else if (v !== 0) inside++;
      }
      expect(Math.abs(outer / ((4 ** -bits / 3) * inside + outside) / s - 1)).toBeLessThan(0.005);
    }
  });
});

describe('aciq clipping', () => {
  it('tells a Gaussian from a Laplace distribution, and a half of one from a whole', async () => {
    const clipOf = async (x: Float32Array): Promise<{ lo: number; hi: number }> =>
      (await analyzeTensor(tensorOf(x), [parseScheme('uint4/tensor/aciq')])).errors[0].clip;
    const near = (found: number, expected: number): void => expect(Math.abs(found / expected - 1)).toBeLessThan(0.01);
    near((await clipOf(gaussian(200000, 8))).hi, 2.559);
    near((await clipOf(laplace(200000, 9))).hi, 5.029 / Math.SQRT2);
    const half = await clipOf(gaussian(200000, 10).map((v) => Math.max(0, v)));
    expect(half.lo).toBe(0);
    near((await clipOf(gaussian(200000, 11).map(Math.abs))).hi, 2.936);
  });
});
