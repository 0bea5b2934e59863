import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { laplace, tensorOf } from '../random.js';

/** Every third value is not finite in the second tensor; the others are those of the first. */
const [channels, n] = [3, 400];
const clean = laplace(channels * n, 4).map((v) => v + 0.3);
const dirty = new Float32Array((channels * n * 3) / 2);
for (let i = 0, at = 0; at < dirty.length; at++) dirty[at] = at % 3 === 1 ? [NaN, Infinity, -Infinity][(at % 9) % 3] : clean[i++];

const methods = ['minmax', 'percentile:99', 'mse', 'kl', 'aciq', 'octav'];
const texts = ['int4', 'uint4', 'fp4e2m1'].flatMap((format) =>
  ['tensor', 'channel', 'block'].flatMap((granularity) => methods.map((method) => `${format}/${granularity}/${method}`)),
);

describe('clip ranges', () => {
  it.each([undefined, 700])('do not see values that are not finite (in chunks of %s)', async (chunk) => {
    // With chunks that cut channels, or with channels as a whole.
    const shape = (length: number): number[] => (chunk === undefined ? [channels, length] : [length, channels]);
    const axis = chunk === undefined ? 0 : 1;
    const schemes = (size: number) => texts.map((text) => parseScheme(text.replace('block', `block:${size}`)));
    const options = chunk === undefined ? {} : { chunk };
    const sources = [clean, dirty].map((values) => tensorOf(values, shape(values.length / channels), axis));
    // Rows of the transposed tensor hold whole groups of three, so that every channel has the same finite values in both.
    if (chunk !== undefined) {
      const columns = [clean, dirty].map((values) =>
        Float32Array.from(values, (_, i) => values[(i % channels) * (values.length / channels) + Math.floor(i / channels)]),
      );
      sources.splice(0, 2, ...columns.map((values) => tensorOf(values, shape(values.length / channels), axis)));
    }
    const [a, b] = [await analyzeTensor(sources[0], schemes(100), options), await analyzeTensor(sources[1], schemes(150), options)];
    a.errors.forEach(({ scheme, clip, clips, mse, clippedFraction }, i) => {
      // What is remembered of channels in several chunks are other samples of them.
      if (chunk !== undefined && scheme.includes('block')) return;
      const found = b.errors[i];
      expect(found.clip.lo, scheme).toBeCloseTo(clip.lo, 6);
      expect(found.clip.hi, scheme).toBeCloseTo(clip.hi, 6);
      clips?.forEach(([lo, hi], c) => {
        expect(found.clips![c][0], scheme).toBeCloseTo(lo, 6);
        expect(found.clips![c][1], scheme).toBeCloseTo(hi, 6);
      });
      expect(found.clippedFraction, scheme).toBeCloseTo(clippedFraction, 6);
      expect(Math.abs(found.mse / mse - 1), scheme).toBeLessThan(1e-5);
    });
  });
});
