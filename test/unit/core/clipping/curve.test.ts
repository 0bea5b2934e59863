import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { errorAt, errorCurve } from '../../../../src/core/clipping/curve.js';
import { tensorRun } from '../../../../src/core/clipping/runs.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { histogram16 } from '../../../../src/core/kernels/twins.js';
import { gaussian, laplace, tensorOf } from '../random.js';

const runOf = (x: Float32Array): ReturnType<typeof tensorRun> =>
  tensorRun({ count: x.length, zeros: 0, min: Math.min(...x), max: Math.max(...x) }, histogram16(x), () => x, null);

describe('error over the clip', () => {
  it.each([2, 3, 4, 6, 8])('is that of the values at %i bits, granular and overload together', async (bits) => {
    const x = laplace(40000, bits);
    const run = runOf(x);
    for (const clip of [1, 2, 4, 6]) {
      for (const format of [`int${bits}`, `uint${bits}`, `int${bits}-full`]) {
        const scheme = parseScheme(`${format}/tensor/fixed:${-clip}..${clip}`);
        const { errors } = await analyzeTensor(tensorOf(x), [scheme]);
        const { granular, overload } = errorAt(scheme, run, -clip, clip)!;
        expect(Math.abs((granular + overload) / errors[0].mse - 1), scheme.text).toBeLessThan(0.03);
      }
    }
  });

  it('has overload that falls to nothing and granular error that grows with the clip', () => {
    const curve = errorCurve(parseScheme('int4/tensor/mse'), runOf(gaussian(40000, 1)), 40)!;
    expect(curve.clips).toHaveLength(40);
    expect(curve.overload[39]).toBe(0);
    for (let i = 1; i < 40; i++) {
      expect(curve.clips[i]).toBeGreaterThan(curve.clips[i - 1]);
      expect(curve.overload[i]).toBeLessThanOrEqual(curve.overload[i - 1]);
    }
    for (let i = 10; i < 40; i++) expect(curve.granular[i]).toBeGreaterThan(curve.granular[i - 1]);
  });

  it('is not defined for formats without a clip range', () => {
    expect(errorCurve(parseScheme('bf16'), runOf(gaussian(100, 2)), 10)).toBeNull();
  });
});
