import { describe, expect, it } from 'vitest';
import { gaussian, laplace, uniform } from '../../core/random.js';
import { node } from '../../model/build.js';
import { finding, fromWeights, named, network } from './plant.js';

const [OUT, IN] = [16, 1024];

/** A matrix product whose weight is planted. */
const planted = (values: ArrayLike<number>): Uint8Array =>
  network([node('Gemm', ['x', 'w'], ['y'], { transB: 1 }, 'layer')], { w: [[OUT, IN], values] }, ['N', IN]);

/** SQNR of the symmetric grid of 15 levels that ends at `clip`, written without the core. */
function sqnr(values: Float32Array, clip: number): number {
  const step = clip / 7;
  let [signal, noise] = [0, 0];
  for (const x of values) {
    signal += x * x;
    noise += (Math.min(7, Math.max(-7, Math.round(x / step))) * step - x) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

const largest = (values: Float32Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** What the best clip of all gains. */
function clipGain(values: Float32Array): number {
  const most = largest(values);
  const best = Math.max(...Array.from({ length: 200 }, (_, i) => sqnr(values, (most * (i + 1)) / 200)));
  return best - sqnr(values, most);
}

describe('causes that the weights alone tell', () => {
  it.each([
    ['a Gaussian weight', gaussian(OUT * IN, 1)],
    ['a uniform one', uniform(OUT * IN, 1)],
    ['a constant one', new Float32Array(OUT * IN).fill(0.5)],
    ['one of zeros', new Float32Array(OUT * IN)],
  ])('are none in %s', async (_, values) => {
    expect(named(await fromWeights(planted(values)))).toEqual([]);
  });

  it('are outliers where few values reach far, and the gain is that of the best clip', async () => {
    const values = gaussian(OUT * IN, 1);
    values[5000] = 30;
    values[9000] = -28;
    const report = await fromWeights(planted(values));
    expect(named(report)).toEqual(['layer outliers of weight']);
    const { gainDb, gainOf, numbers, apply, text, remedy } = finding(report, 'outliers');
    expect(gainDb!).toBeCloseTo(clipGain(values), 0);
    expect(gainOf).toBe('weight');
    // 99.9 % of a Gaussian lie within 3.29 standard deviations.
    expect(numbers.ratio).toBeCloseTo(30 / 3.29, 0);
    expect(apply).toEqual({ target: 'weight', scheme: 'int4/tensor/mse', instead: 'int4/tensor/minmax' });
    expect(text).toBe(`The largest of the weights reaches ${numbers.ratio.toFixed(1)} times as far as 99.9 % of them.`);
    expect(remedy).toBe(`Clipping for the least squared error gains ${gainDb!.toFixed(1)} dB at 4 bits.`);
    expect(report.layers[0].advice!.causes).toEqual([text]);
  });

  it('are heavy tails where many values reach far: the best clip of a Laplacian leaves 15.6 dB', async () => {
    const values = laplace(OUT * IN, 1);
    const report = await fromWeights(planted(values));
    expect(named(report)).toEqual(['layer heavy-tails of weight']);
    const { gainDb, numbers } = finding(report, 'heavy-tails');
    expect(gainDb!).toBeCloseTo(15.623 - sqnr(values, largest(values)), 0);
    expect(numbers.kurtosis).toBeCloseTo(3, 0);
  });

  it('are channels of different widths: a scale for each gains as much as its mean square is below the widest one’s', async () => {
    const values = uniform(OUT * IN, 1).map((x, i) => (i < IN ? 4 * x : x));
    const report = await fromWeights(planted(values));
    expect(named(report)).toEqual(['layer channel-imbalance of weight']);
    const { gainDb, numbers } = finding(report, 'channel-imbalance');
    expect(gainDb!).toBeCloseTo(10 * Math.log10(16 / ((16 + OUT - 1) / OUT)), 0);
    expect(numbers.ratio).toBeCloseTo(4, 2);
    expect(numbers.bits).toBeCloseTo(2, 2);
  });

  it('are weights on one side of zero: a zero point makes the step smaller', async () => {
    const report = await fromWeights(planted(uniform(OUT * IN, 1, -0.2, 1)));
    expect(named(report)).toEqual(['layer asymmetry of weight']);
    const { gainDb, numbers, apply } = finding(report, 'asymmetry');
    // Steps of 2/14 and of 1.2/15.
    expect(gainDb!).toBeCloseTo(20 * Math.log10(2 / 14 / (1.2 / 15)), 0);
    expect(numbers.unused).toBeCloseTo(0.4, 3);
    expect(apply).toMatchObject({ scheme: 'uint4/tensor/minmax' });
  });

  it('are channels that are all but zero, which cost weights but no decibels', async () => {
    const values = gaussian(OUT * IN, 1).map((x, i) => (i < 3 * IN ? (i < IN ? 0 : 1e-6 * x) : x));
    const report = await fromWeights(planted(values));
    expect(named(report)).toEqual(['layer dead-channels of weight']);
    const { gainDb, gainOf, apply, text, remedy } = finding(report, 'dead-channels');
    expect([gainDb, gainOf, apply]).toEqual([null, undefined, undefined]);
    expect(text).toBe('3 of 16 output channels are all but zero.');
    expect(remedy).toBe('Removing them saves 3072 of 16384 weights.');
  });

  it('are told of every layer that shares a weight', async () => {
    const values = uniform(OUT * OUT, 1).map((x, i) => (i < OUT ? 4 * x : x));
    const nodes = [node('Gemm', ['x', 'w'], ['a'], { transB: 1 }, 'one'), node('Gemm', ['a', 'w'], ['y'], { transB: 1 }, 'two')];
    expect(named(await fromWeights(network(nodes, { w: [[OUT, OUT], values] }, ['N', OUT])))).toEqual([
      'one channel-imbalance of weight',
      'two channel-imbalance of weight',
    ]);
  });
});
