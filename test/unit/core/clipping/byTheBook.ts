import { expect } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import type { ErrorCurve } from '../../../../src/core/clipping/errorCurve.js';
import { codec, parseScheme, seeded } from '../../../../src/core/formats/index.js';
import { laplace, tensorOf } from '../random.js';

export const [channels, n] = [6, 2000];
/** Channels that differ in size, on the whole not symmetric. */
export const x = laplace(channels * n, 1).map((v, i) => (v > 0 ? 1.4 * v : v) * (1 + ((i / n) | 0)));

export async function curveOf(text: string, values: Float32Array = x, shape = [channels, n]): Promise<ErrorCurve | undefined> {
  return (await analyzeTensor(tensorOf(values, shape, 0), [parseScheme(text)], { details: true })).errors[0].details!.curve;
}

/** The squared error under the format's own code when every group's range is narrowed to `ratio`, rounding and saturation apart. */
function byTheBook(text: string, ratio: number): { granular: number; overload: number } {
  const { format, granularity, rounding } = parseScheme(text);
  const size = granularity.kind === 'tensor' ? x.length : granularity.kind === 'channel' ? n : granularity.size;
  const sums = { granular: 0, overload: 0 };
  for (let channel = 0; channel * n < x.length; channel++)
    for (let from = channel * n; from < (channel + 1) * n; from += size) {
      const group = size > n ? x : x.subarray(from, Math.min(from + size, (channel + 1) * n));
      if (size > n && channel > 0) continue;
      const [lo, hi] = [Math.min(...group) * ratio, Math.max(...group) * ratio];
      const out = new Float32Array(group.length);
      const symmetric = /^(int|fp|float|direct)/.test(text);
      const end = Math.max(-lo, hi);
      codec(format).fit(group, { lo, hi }).fakeQuantize(group, out, rounding, seeded(3));
      group.forEach((v, i) => {
        const inside = symmetric ? Math.abs(v) <= end : v >= lo && v <= hi;
        sums[inside ? 'granular' : 'overload'] += (out[i] - v) ** 2;
      });
    }
  return { granular: sums.granular / x.length, overload: sums.overload / x.length };
}

/** Formats that have a clip, each with a clipping method and a rounding. */
export const clipped = [
  ['int4', 'minmax'],
  ['uint8', 'mse'],
  ['int3', 'kl', 'floor'],
  ['fp8e4m3fn', 'mse'],
  ['nf4'],
  ['fixed<6,dynamic>', 'minmax'],
  ['int3-full', 'minmax'],
  ['uint2', 'mse'],
  ['int4', 'aciq', 'stochastic'],
  ['direct4'],
  ['fp4e2m1', 'octav', 'toward-zero'],
  ['float<3,2>', 'percentile'],
  ['pow2<4>', 'minmax'],
  ['cut<int8,3,round>', 'minmax'],
  ['int1', 'minmax'],
];

/** Fails when the curve of a scheme is not what its own code makes of narrowed ranges, to 6 % of a part or 1 % of the whole. */
export async function expectCurve(text: string): Promise<void> {
  const curve = (await curveOf(text))!;
  expect(curve.elements).toBe(x.length);
  for (const i of [8, 20, 27, 33, 39]) {
    const { granular, overload } = byTheBook(text, curve.ratios[i]);
    const near = (found: number, expected: number): void =>
      expect(Math.abs(found - expected), `at ${curve.ratios[i]}: ${found}, by the book ${expected}`).toBeLessThan(
        0.06 * expected + 0.01 * (granular + overload),
      );
    near(curve.granular[i], granular);
    near(curve.overload[i], overload);
  }
}
