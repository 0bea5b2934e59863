import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { seeded } from '../../../../src/core/formats/index.js';
import { histogram16 } from '../../../../src/core/kernels/twins.js';
import { displayHistogram } from '../../../../src/core/statistics/display.js';
import { evenBlockStarts, evenly } from '../../../../src/core/statistics/evenly.js';
import { exactQuantiles, sketchedQuantiles, sorted } from '../../../../src/core/statistics/quantiles.js';
import { stratifiedMean } from '../../../../src/core/statistics/sampling.js';
import { gaussian, laplace, tensorOf, uniform } from '../random.js';

describe('statistics', () => {
  it('are those of the definitions, computed in two passes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, min: Math.fround(-1e6), max: Math.fround(1e6) }), { minLength: 2, maxLength: 400 }),
        async (values) => {
          const x = Float32Array.from(values);
          const { statistics } = await analyzeTensor(tensorOf(x), []);
          const mean = x.reduce((a, b) => a + b, 0) / x.length;
          const central = (k: number): number => x.reduce((sum, v) => sum + (v - mean) ** k, 0) / x.length;
          const size = Math.max(
            1e-30,
            x.reduce((m, v) => Math.max(m, Math.abs(v)), 0),
          );
          expect(Math.abs(statistics.mean - mean)).toBeLessThanOrEqual(1e-12 * size);
          expect(Math.abs(statistics.std - Math.sqrt(central(2)))).toBeLessThanOrEqual(1e-7 * size);
          expect(statistics.min).toBe(Math.min(...x));
          expect(statistics.max).toBe(Math.max(...x));
          expect(statistics.zeros).toBe(x.filter((v) => v === 0).length);
          if (Math.sqrt(central(2)) > 1e-3 * size) {
            expect(statistics.skewness!).toBeCloseTo(central(3) / central(2) ** 1.5, 6);
            expect(statistics.kurtosis!).toBeCloseTo(central(4) / central(2) ** 2 - 3, 5);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keep their digits when the mean is far from zero', async () => {
    const x = gaussian(50000, 1).map((v) => 1000 + v);
    const { statistics } = await analyzeTensor(tensorOf(x), [], { chunk: 7001 });
    expect(statistics.std).toBeCloseTo(1, 3);
    expect(statistics.kurtosis).toBeCloseTo(0, 1);
  });

  it('have excess kurtosis 0, 3 and −1.2 on Gaussian, Laplace and uniform values', async () => {
    for (const [x, kurtosis] of [
      [gaussian(400000, 2), 0],
      [laplace(400000, 3), 3],
      [uniform(400000, 4), -1.2],
    ] as const) {
      expect(Math.abs((await analyzeTensor(tensorOf(x), [])).statistics.kurtosis! - kurtosis)).toBeLessThan(0.03);
    }
  });
});

describe('displayHistogram', () => {
  it('keeps the number of values and follows their distribution', async () => {
    for (const x of [gaussian(20000, 5), uniform(20000, 6, 2, 3), uniform(20000, 7, -1e-3, 5), Float32Array.of(3), new Float32Array(9)]) {
      const { histogram, statistics } = await analyzeTensor(tensorOf(x), []);
      const { edges, counts } = displayHistogram(histogram, statistics, 40);
      expect(counts.reduce((a, b) => a + b, 0)).toBeCloseTo(x.length, 6);
      expect(edges).toHaveLength(41);
      if (x.length < 100) continue;
      expect([edges[0], edges[40]]).toEqual([statistics.min, statistics.max]);
      counts.forEach((c, i) => {
        const exact = x.filter((v) => v >= edges[i] && (i === 39 ? v <= edges[40] : v < edges[i + 1])).length;
        expect(Math.abs(c - exact)).toBeLessThan(60 + 0.1 * exact);
      });
    }
  });
});

describe('quantiles', () => {
  const probabilities = [0, 0.001, 0.25, 0.5, 0.75, 0.999, 1];

  it('are exact ranks', () => {
    expect(exactQuantiles(sorted(Float32Array.of(4, 1, NaN, 3, 2, Infinity)), [0, 0.25, 0.26, 0.5, 1])).toEqual([1, 1, 2, 2, 4]);
    expect(exactQuantiles(new Float32Array(0), [0.5])).toEqual([NaN]);
  });

  it('are within a part in 256 when told from the histogram', () => {
    for (const x of [gaussian(30000, 8), laplace(30000, 9), uniform(30000, 10, 5, 6)]) {
      const exact = exactQuantiles(sorted(x), probabilities);
      sketchedQuantiles({ counts: histogram16(x) }, probabilities).forEach((q, i) =>
        expect(Math.abs(q - exact[i])).toBeLessThanOrEqual(Math.abs(exact[i]) / 256),
      );
    }
  });
});

describe('stratifiedMean', () => {
  it('has an interval that holds the true mean 95 times in 100', () => {
    // Squared values of channels whose size differs a hundredfold: the skewed case that error estimates meet.
    const x = laplace(16 * 2000, 11).map((v, i) => (v * (1 + Math.floor(i / 2000))) ** 2);
    const truth = x.reduce((a, b) => a + b, 0) / x.length;
    const strata = Array.from({ length: 16 }, (_, c) => ({ size: 2000, value: (i: number) => x[c * 2000 + i] }));
    const repeats = 300;
    let held = 0;
    for (let seed = 0; seed < repeats; seed++) {
      const { mean, halfWidth, samples } = stratifiedMean(strata, 6400, seeded(seed));
      expect(samples).toBe(6400);
      if (Math.abs(mean - truth) <= halfWidth) held++;
    }
    // Three standard deviations of a binomial with 300 trials at 95 % are 11.
    expect(held).toBeGreaterThan(285 - 11);
  });

  it('is exact when every value is looked at', () => {
    const { mean, halfWidth } = stratifiedMean(
      [
        { size: 4, value: (i) => i },
        { size: 2, value: () => 10 },
      ],
      6,
      seeded(1),
    );
    expect(mean).toBeCloseTo(26 / 6, 12);
    expect(halfWidth).toBe(0);
  });
});

describe('values taken evenly', () => {
  it('are no fixed pixel of the images of a batch', () => {
    // 64 × 64 maps of 14 × 14 whose corners are empty, which a stride of 196 alone would see.
    const maps = new Float32Array(4096 * 196).fill(1);
    for (let i = 0; i < maps.length; i += 196) maps[i] = 0;
    const taken = evenly(maps, 4096);
    expect(taken).toHaveLength(4096);
    expect(taken.filter((x) => x === 0).length).toBeLessThan(4096 / 100);
  });

  it('are one from every stretch, in order, and all where there are no more', () => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => i);
    evenly(x, 100).forEach((v, i) => expect(Math.floor(v / 10)).toBe(i));
    expect(evenly(x, 1000)).toBe(x);
  });

  it('are in blocks that no period of the data is in step with', () => {
    // 64 maps of 4,096 values whose first half is dark: blocks at a fixed distance would see but one half
    const maps = Float32Array.from({ length: 64 * 4096 }, (_, i) => (i % 4096 < 2048 ? 0 : 1));
    const blocks = evenBlockStarts(maps.length, 16, 1024)!.flatMap((from) => [...maps.subarray(from, from + 1024)]);
    const mean = blocks.reduce((sum, v) => sum + v, 0) / (16 * 1024);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
  });

  it('are in blocks that lie in a stretch each, and all values when there are no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 600 }),
        (blocks, length, n) => {
          const starts = evenBlockStarts(n, blocks, length);
          if (n <= blocks * length) {
            expect(starts).toBeNull();
            return;
          }
          expect(starts).toHaveLength(blocks);
          starts!.forEach((from, block) => {
            expect(from).toBeGreaterThanOrEqual(Math.floor((block * n) / blocks));
            expect(from + length).toBeLessThan(((block + 1) * n) / blocks + 1);
          });
        },
      ),
    );
  });
});
