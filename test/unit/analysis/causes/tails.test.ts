import { describe, expect, it } from 'vitest';
import { kurtosisWithin } from '../../../../src/analysis/causes/channelImbalance.js';
import { kurtosisOfHalf } from '../../../../src/analysis/causes/oneSided.js';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { toSparse } from '../../../../src/core/statistics/sparse.js';
import { tailMagnitude } from '../../../../src/core/statistics/tail.js';
import { gaussian, laplace, tensorOf } from '../../core/random.js';

const seen = async (values: Float32Array) => analyzeTensor(tensorOf(values), []);

describe('tails', () => {
  it('of values on one side are those of the distribution they are half of', async () => {
    const rectified = await seen(gaussian(1 << 16, 1).map((x) => Math.max(0, x)));
    expect(rectified.statistics.kurtosis!).toBeGreaterThan(1);
    expect(kurtosisOfHalf(rectified.statistics)!).toBeCloseTo(0, 1);
    expect(kurtosisOfHalf((await seen(laplace(1 << 16, 1).map((x) => Math.max(0, x)))).statistics)!).toBeCloseTo(3, 0);
    expect(kurtosisOfHalf((await seen(new Float32Array(8))).statistics)).toBeNull();
  });

  it('of channels of different widths are those of the channels', async () => {
    const values = gaussian(1 << 16, 1).map((x, i) => (i < 1 << 12 ? 8 * x : x));
    const { statistics } = await seen(values);
    const std = Array.from({ length: 16 }, (_, c) => (c === 0 ? 8 : 1));
    expect(statistics.kurtosis!).toBeGreaterThan(10);
    expect(kurtosisWithin(statistics.kurtosis, { min: [], max: [], std })!).toBeCloseTo(0, 0);
  });

  it('end where a thousandth of the values lie beyond, or one value at least', async () => {
    const tail = async (values: Float32Array) => tailMagnitude(toSparse((await seen(values)).histogram));
    expect((await tail(gaussian(1 << 16, 1)))! / 3.2905).toBeCloseTo(1, 1);
    expect((await tail(Float32Array.of(1, -2, 3, 100)))! / 3).toBeCloseTo(1, 2);
    expect(await tail(Float32Array.of(5))).toBeNull();
    expect(await tail(new Float32Array(0))).toBeNull();
  });
});
