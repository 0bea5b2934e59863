import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { gaussian, laplace, tensorOf } from '../../unit/core/random.js';

const schemes = [
  'int4/tensor/mse',
  'int8/channel/minmax',
  'int4/channel/mse',
  'int4/block:32/minmax',
  'mxfp4',
  'nf4/block:64',
  'bf16',
  'binary',
].map((text) => parseScheme(text));

/** Channels that differ tenfold in size, with the heavy tails of Laplace numbers. */
const weights = (channels: number, n: number): Float32Array => laplace(channels * n, 3).map((v, i) => v * (1 + 9 * ((i / n) | 0)) * 0.01);

describe('a sampled estimate', () => {
  it('has an interval that holds the SQNR of all values 95 times in 100, by tensor, channel and block', { timeout: 30_000 }, async () => {
    const [channels, n] = [4, 2048];
    const tensor = tensorOf(weights(channels, n), [channels, n], 0);
    const truth = (await analyzeTensor(tensor, schemes)).errors;
    const repeats = 60;
    const held = schemes.map(() => 0);
    for (let seed = 0; seed < repeats; seed++) {
      const { errors } = await analyzeTensor(tensor, schemes, { sample: { elements: 2048 }, seed: seed * 100 });
      errors.forEach(({ sampled }, i) => {
        const [lo, hi] = sampled!.sqnrInterval!;
        // The truth is summed in float32 over short stretches: good to a ten-thousandth of a dB.
        if (lo - 1e-4 <= truth[i].sqnrDb! && truth[i].sqnrDb! <= hi + 1e-4) held[i]++;
      });
    }
    // Three standard deviations of a binomial with 60 trials at 95 % are 5.
    const few = schemes.filter((_, i) => held[i] < 0.95 * repeats - 5).map(({ text }) => text);
    expect(few, held.join()).toEqual([]);
    // It is no use if it says nothing.
    const { errors } = await analyzeTensor(tensor, schemes, { sample: { elements: 2048 }, seed: 1 });
    for (const { sampled, scheme } of errors) expect(sampled!.sqnrInterval![1] - sampled!.sqnrInterval![0], scheme).toBeLessThan(2);
  });

  it('leaves statistics and clip ranges those of all values, and small tensors alone', async () => {
    const x = gaussian(6000, 1);
    const tensor = tensorOf(x, [6, 1000], 0);
    const all = await analyzeTensor(tensor, schemes);
    const some = await analyzeTensor(tensor, schemes, { sample: { elements: 500 }, seed: 1 });
    expect(some.statistics).toEqual(all.statistics);
    some.errors.forEach(({ clips, scheme }, i) => {
      if (!scheme.includes('mse')) expect(clips).toEqual(all.errors[i].clips);
    });
    // All that is outside the clip range, and 83 of each channel's others.
    expect(some.errors[0].sampled!.elements).toBeGreaterThan(450);
    expect(some.errors[0].sampled!.elements).toBeLessThan(900);
    expect((await analyzeTensor(tensor, schemes, { sample: { elements: 6000 }, seed: 1 })).errors).toEqual(all.errors);
  });

  it('is the same for the same seed, and exact when a sample takes every value', async () => {
    const tensor = tensorOf(gaussian(48, 5), [6, 8], 0);
    const estimate = (seed: number) => analyzeTensor(tensor, schemes, { sample: { elements: 20 }, seed });
    const truth = (await analyzeTensor(tensor, schemes)).errors;
    const { errors } = await estimate(1);
    expect(await estimate(1)).toEqual({ ...(await estimate(1)) });
    errors.forEach(({ sqnrDb, sampled, cosine, clippedFraction }, i) => {
      expect(sqnrDb).toBeCloseTo(truth[i].sqnrDb!, 3);
      expect(sampled!.sqnrInterval![1] - sampled!.sqnrInterval![0]).toBe(0);
      expect(cosine).toBeCloseTo(truth[i].cosine!, 5);
      expect(clippedFraction).toBeCloseTo(truth[i].clippedFraction, 6);
    });
  });
});

describe('stochastic rounding', () => {
  it('is told as mean and spread over repeats, with the noise that theory has', async () => {
    const x = gaussian(1 << 14, 2).map((v) => v * 40);
    const [random, near] = ['fixed<16,0>/stochastic', 'fixed<16,0>'].map((text) => parseScheme(text));
    const [error, nearest] = (await analyzeTensor(tensorOf(x), [random, near], { details: true })).errors;
    expect(Math.abs(error.mse / (1 / 6) - 1)).toBeLessThan(0.02);
    expect(Math.abs(nearest.mse / (1 / 12) - 1)).toBeLessThan(0.02);
    // E[x̂] = x: the mean of 16,384 errors of variance 1/6 is within four of its standard deviations.
    expect(Math.abs(error.details!.bias)).toBeLessThan(4 * Math.sqrt(1 / 6 / x.length));
    // 10·log10 of a mean of n squares e² has σ = 4.34·σ(e²)/(E[e²]·√n); here σ(e²)/E[e²] = √(E[e⁴]·36 − 1) with E[e⁴] = 1/15.
    const expected = ((10 / Math.LN10) * Math.sqrt(36 / 15 - 1)) / Math.sqrt(x.length);
    expect(error.sqnrDbStd!).toBeGreaterThan(expected / 4);
    expect(error.sqnrDbStd!).toBeLessThan(expected * 2.5);
    expect(nearest.sqnrDbStd).toBeUndefined();
  });

  it('draws other numbers for every part of a tensor', async () => {
    const x = new Float32Array(1 << 15).fill(0.3);
    const scheme = parseScheme('fixed<8,0>/stochastic');
    const [{ details }] = (await analyzeTensor(tensorOf(x), [scheme], { details: true })).errors;
    // 0.3 becomes 1 three times in ten: were the numbers the same for every block of a thousandth, the share would be off by far more.
    expect(Math.abs(details!.bias)).toBeLessThan(4 * Math.sqrt(0.21 / x.length));
    expect(1 - details!.sparsity).toBeCloseTo(0.3, 2);
  });
});
