import { describe, expect, it } from 'vitest';
import { addShift, expectedShift, meanShift, squaresCorrected, type Shift } from '../../../../src/core/remedies/biasCorrection.js';
import { biasBits, fittingScales, int32Bias } from '../../../../src/core/remedies/integerBias.js';
import { gaussian } from '../random.js';

describe('bias correction', () => {
  const linear = { shape: [3, 4], outputAxis: 0, inputAxis: 1, groups: 1 };
  const weight = gaussian(12, 1);
  const quantized = weight.map((w) => Math.round(w * 2) / 2);
  const samples = 50;
  const x = gaussian(samples * 4, 2).map((v, i) => v + (i % 4));
  const product = (w: Float32Array): Float32Array =>
    Float32Array.from({ length: samples * 3 }, (_, i) => {
      const [n, o] = [Math.floor(i / 3), i % 3];
      return [0, 1, 2, 3].reduce((sum, k) => sum + w[o * 4 + k] * x[n * 4 + k], 0);
    });
  const [y, changed] = [product(weight), product(quantized)];
  const shift = addShift(y, changed, [samples, 3], 1);

  it('shifts means by the weight’s error times the inputs’ means', () => {
    const means = [0, 1, 2, 3].map((k) => x.filter((_, i) => i % 4 === k).reduce((a, b) => a + b, 0) / samples);
    const expected = expectedShift(weight, quantized, linear, means);
    meanShift(shift).forEach((m, o) => expect(m).toBeCloseTo(expected[o], 4));
  });

  it('corrects every sample by what the others tell', () => {
    let left = 0;
    for (let n = 0; n < samples; n++)
      for (let o = 0; o < 3; o++) {
        const error = (m: number): number => changed[m * 3 + o] - y[m * 3 + o];
        let others = 0;
        for (let m = 0; m < samples; m++) if (m !== n) others += error(m);
        left += (error(n) - others / (samples - 1)) ** 2;
      }
    expect(squaresCorrected(shift)).toBeCloseTo(left, 4);
    expect(squaresCorrected(shift)!).toBeLessThan(shift.squares);
  });

  it('is the same run by run as in one run', () => {
    const runs = [0, 1].reduce<Shift | undefined>((before, half) => {
      const part = (values: Float32Array): Float32Array => values.subarray(half * 75, half * 75 + 75);
      return addShift(part(y), part(changed), [25, 3], 1, before);
    }, undefined);
    expect(runs!.sums).toEqual(shift.sums);
    expect(squaresCorrected(runs!)).toBeCloseTo(squaresCorrected(shift)!, 6);
  });

  it('cannot be told from one sample', () => {
    expect(squaresCorrected(addShift(y.subarray(0, 3), changed.subarray(0, 3), [1, 3], 1))).toBeNull();
  });

  it('takes the channels of images from axis 1', () => {
    const image = addShift(new Float32Array(8), Float32Array.of(1, 1, 2, 2, 3, 3, 4, 4), [2, 2, 2], 1);
    expect([...meanShift(image)]).toEqual([2, 3]);
  });
});

describe('biases as int32', () => {
  const bias = Float32Array.of(1, -0.5, 0.25);
  const scales = [1e-3, 1e-9, 0];

  it('take as many bits as their codes', () => {
    // 1 / (0.01 · 0.001) = 100,000 codes.
    const bits = biasBits(bias, 0.01, scales);
    expect(bits[0]).toBeCloseTo(Math.log2(100_000) + 1, 9);
    expect(bits[1]).toBeCloseTo(Math.log2(5e10) + 1, 9);
    expect(bits[2]).toBe(0);
  });

  it('saturate where they leave int32, and fit at the scales that are made to', () => {
    const saturated = int32Bias(bias, 0.01, scales);
    expect(saturated[0]).toBeCloseTo(1, 6);
    expect(saturated[1]).toBeCloseTo(-(2 ** 31) * 1e-11, 9);
    const wider = fittingScales(bias, 0.01, scales);
    expect(wider[0]).toBe(scales[0]);
    const fitted = int32Bias(bias, 0.01, wider);
    fitted.forEach((b, c) => expect(b).toBeCloseTo(bias[c], 6));
    // Nearly all of the bits, and never more, whatever float32 makes of the scales.
    expect(biasBits(bias, 0.01, wider)[1]).toBeCloseTo(32, 5);
    expect(biasBits(bias, 0.01, Array.from(wider, Math.fround)).every((bits) => bits < 32)).toBe(true);
  });
});
