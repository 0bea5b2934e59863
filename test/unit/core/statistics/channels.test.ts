import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { wholeCounts } from '../../../../src/core/statistics/bins.js';
import { channelHistograms } from '../../../../src/core/statistics/channelHistograms.js';
import type { ChannelStatistics } from '../../../../src/core/tensor.js';
import { laplace, tensorOf } from '../random.js';

/** Channels along the middle axis that differ in size, one of them constant, one with values that are not finite, one with none that is. */
const [outer, channels, inner] = [30, 7, 20];
const x = laplace(outer * channels * inner, 1).map((v, i) => {
  const channel = ((i / inner) | 0) % channels;
  if (channel === 2) return 0.25;
  if (channel === 3 && i % 9 === 4) return i % 2 ? NaN : -Infinity;
  if (channel === 4) return NaN;
  return v * (1 + channel) + (channel === 5 ? 40 : 0);
});
const tensor = tensorOf(x, [outer, channels, inner], 1);
const ownOf = (channel: number): Float32Array => x.filter((v, i) => ((i / inner) | 0) % channels === channel && Number.isFinite(v));
const count = outer * inner;

const sum = (values: Float32Array, of: (v: number) => number): number => values.reduce((total, v) => total + of(v), 0);
const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0);

async function statistics(chunk?: number): Promise<ChannelStatistics> {
  const options = { details: true, ...(chunk === undefined ? {} : { chunk }) };
  return (await analyzeTensor(tensor, [], options)).channels!;
}

describe('statistics of channels', () => {
  it('are those of the definitions', async () => {
    const each = await statistics();
    for (let c = 0; c < channels; c++) {
      const own = ownOf(c);
      expect(each.nan[c] + each.inf[c]).toBe(count - own.length);
      if (own.length === 0) continue;
      const mean = sum(own, (v) => v) / own.length;
      const central = (k: number): number => sum(own, (v) => (v - mean) ** k) / own.length;
      expect([each.min[c], each.max[c]]).toEqual([Math.min(...own), Math.max(...own)]);
      expect(each.mean[c]).toBeCloseTo(mean, 10);
      expect(each.std[c]).toBeCloseTo(Math.sqrt(central(2)), 10);
      expect(each.zeros[c]).toBe(own.filter((v) => v === 0).length);
      if (c === 2) expect([each.skewness[c], each.kurtosis[c]]).toEqual([null, null]);
      else {
        expect(each.skewness[c]!).toBeCloseTo(central(3) / central(2) ** 1.5, 8);
        expect(each.kurtosis[c]!).toBeCloseTo(central(4) / central(2) ** 2 - 3, 8);
      }
    }
    expect(each.nan[4]).toBe(count);
    expect([each.min[4], each.max[4], each.std[4]]).toEqual([0, 0, 0]);
  });

  it('have exact quantiles and counts in equal bins', async () => {
    const { quantiles, histograms, min, max } = await statistics();
    expect(quantiles.exact).toBe(true);
    for (let c = 0; c < channels; c++) {
      const ascending = ownOf(c).sort();
      const ranks = quantiles.probabilities.map((p) => Math.max(0, Math.ceil(p * ascending.length) - 1));
      expect(quantiles.values[c]).toEqual(c === 4 ? [] : ranks.map((rank) => ascending[rank]));
      const bins = histograms[c].length;
      const expected = new Array<number>(bins).fill(0);
      for (const v of ascending) expected[c === 2 ? 0 : Math.min(bins - 1, Math.floor(((v - min[c]) / (max[c] - min[c])) * bins))]++;
      expect(histograms[c]).toEqual(expected);
    }
    expect(histograms[0]).toHaveLength(25);
  });

  it('are the same chunk by chunk, quantiles and counts to their bound', async () => {
    const once = await statistics();
    for (const chunk of [9, 150, 1000]) {
      const pieces = await statistics(chunk);
      for (const key of ['min', 'max', 'zeros', 'nan', 'inf'] as const) expect(pieces[key]).toEqual(once[key]);
      for (const key of ['mean', 'std', 'skewness', 'kurtosis'] as const)
        pieces[key].forEach((v, c) => (v === null ? expect(once[key][c]).toBeNull() : expect(v).toBeCloseTo(once[key][c]!, 9)));
      expect(pieces.quantiles.exact).toBe(false);
      once.quantiles.values.forEach((exact, c) => {
        const largest = Math.max(-once.min[c], once.max[c]);
        expect(pieces.quantiles.values[c]).toHaveLength(exact.length);
        exact.forEach((q, i) =>
          expect(Math.abs(pieces.quantiles.values[c][i] - q)).toBeLessThanOrEqual(Math.max(Math.abs(q) / 64, largest * 2 ** -13)),
        );
        expect(total(pieces.histograms[c])).toBe(total(once.histograms[c]));
        // A bucket is at most as wide as a bin here: what lies on the wrong side of an edge is part of one.
        let drift = 0;
        once.histograms[c].forEach((n, bin) => {
          drift += pieces.histograms[c][bin] - n;
          expect(Math.abs(drift)).toBeLessThan(0.1 * count);
        });
      });
    }
  });

  it('do not depend on the order of the values in the tensor', async () => {
    const turned = {
      ...tensor,
      read: async (from: number, to: number) =>
        Promise.resolve(
          Float32Array.from({ length: to - from }, (_, i) => {
            const at = from + i;
            // The outermost rows from last to first: chunks come in the opposite order.
            const row = outer - 1 - Math.floor(at / (channels * inner));
            return x[row * channels * inner + (at % (channels * inner))];
          }),
        ),
    };
    const [a, b] = [await statistics(280), (await analyzeTensor(turned, [], { details: true, chunk: 280 })).channels!];
    expect(b.quantiles).toEqual(a.quantiles);
    expect(b.histograms).toEqual(a.histograms);
    b.kurtosis.forEach((v, c) => (v === null ? expect(a.kurtosis[c]).toBeNull() : expect(v).toBeCloseTo(a.kurtosis[c]!, 9)));
  });

  it('are there for tensors that are empty', async () => {
    const empty = (await analyzeTensor(tensorOf(new Float32Array(0), [3, 0], 0), [parseScheme('int4/channel')], { details: true }))
      .channels!;
    expect([empty.min, empty.nan, empty.quantiles.values]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [[], [], []],
    ]);
  });
});

describe('channelHistograms', () => {
  const signal = new AbortController().signal;

  it('counts channels over their own range, whatever the axis', async () => {
    for (const axis of [0, 1, 2]) {
      const shape = [outer, channels, inner];
      const source = tensorOf(x, shape, axis);
      const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const found = await channelHistograms(source, { from: 1, to: 6, bins: 11, range: null }, signal);
      expect(found).toHaveLength(5);
      found.forEach(({ lo, hi, counts }, at) => {
        const own = x.filter((v, i) => Math.floor(i / stride) % shape[axis] === at + 1 && Number.isFinite(v));
        const expected = new Array<number>(11).fill(0);
        if (own.length > 0) expect([lo, hi]).toEqual([Math.min(...own), Math.max(...own)]);
        for (const v of own) expected[hi > lo ? Math.min(10, Math.floor(((v - lo) / (hi - lo)) * 11)) : 0]++;
        expect([...counts]).toEqual(expected);
      });
    }
  });

  it('counts them side by side over one range, and leaves out what lies beyond', async () => {
    const found = await channelHistograms(tensor, { from: 0, to: channels, bins: 8, range: { lo: -2, hi: 2 } }, signal);
    found.forEach(({ lo, hi, counts }, c) => {
      expect([lo, hi]).toEqual([-2, 2]);
      expect(total(counts)).toBe(ownOf(c).filter((v) => Math.abs(v) <= 2).length);
    });
  });

  it('reads no more than the channels it is asked for where they lie one behind the other', async () => {
    const reads: [number, number][] = [];
    const source = tensorOf(x, [42, 100], 0);
    const spied = { ...source, read: (from: number, to: number) => (reads.push([from, to]), source.read(from, to)) };
    await channelHistograms(spied, { from: 5, to: 8, bins: 4, range: null }, signal);
    expect(reads).toEqual([[500, 800]]);
  });

  it('takes a tensor without channels as one, and refuses channels that are none', async () => {
    const [{ counts }] = await channelHistograms(tensorOf(x), { from: 0, to: 1, bins: 4, range: null }, signal);
    expect(total(counts)).toBe(x.filter(Number.isFinite).length);
    await expect(channelHistograms(tensor, { from: 3, to: 8, bins: 4, range: null }, signal)).rejects.toThrow(
      'there are no channels 3 to 8; the tensor has 7',
    );
    await expect(channelHistograms(tensor, { from: 0, to: 1, bins: 4, range: null }, AbortSignal.abort())).rejects.toThrow('abort');
  });
});

it('whole counts keep the sum', () => {
  expect(wholeCounts([0.4, 0.4, 0.4, 1.8, 0, 3])).toEqual([0, 1, 0, 2, 0, 3]);
});
