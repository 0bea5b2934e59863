import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { gaussian, tensorOf, uniform } from '../random.js';
import { bruteForce, distributions, sqnr } from './bruteForce.js';

describe('mse clipping', () => {
  it.each(distributions)('is within 0.05 dB of the best clip on values that are %s', async (_, x) => {
    for (const bits of [2, 4, 8]) {
      const schemes = ['tensor', 'channel'].map((granularity) => parseScheme(`int${bits}/${granularity}/mse`));
      const { errors } = await analyzeTensor(tensorOf(x, [1, x.length], 0), schemes);
      // Among a hundred clips that are equally good for the distribution, the luckiest for these samples is better the more levels there are.
      const best = bruteForce(schemes[0], x, { coarse: 0.85, fine: 1.02 }) - (bits > 4 ? 0.05 : 0);
      for (const { scheme, sqnrDb, clip } of errors)
        expect(sqnrDb, `${scheme} at ${clip.hi}, best ${best} dB`).toBeGreaterThan(best - 0.05);
    }
  });

  it('finds the grid that values already lie on', async () => {
    for (const [bits, steps] of [
      [4, 7],
      [4, 5],
      [8, 127],
      [8, 100],
    ]) {
      const random = uniform(3000, bits + steps);
      const x = random.map((u) => Math.fround(Math.round(u * steps) * 0.0371));
      const { errors } = await analyzeTensor(
        tensorOf(x, [1, x.length], 0),
        [`int${bits}/channel/mse`, `int${bits}/tensor/mse`].map(parseScheme),
      );
      for (const { mse } of errors) expect(mse).toBeLessThan(1e-12);
    }
  });

  it('never does worse with more bits, nor by channel than by tensor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 500, max: 1500 }),
        async (seed, channels, n) => {
          const x = gaussian(channels * n, seed).map((v, i) => v * (1 + Math.floor(i / n)));
          const bits = [2, 3, 4, 5, 6, 7, 8];
          const schemes = ['tensor', 'channel'].flatMap((g) => bits.map((b) => parseScheme(`int${b}/${g}/mse`)));
          const { errors } = await analyzeTensor(tensorOf(x, [channels, n], 0), schemes);
          const db = errors.map((e) => e.sqnrDb!);
          for (let i = 1; i < bits.length; i++) {
            expect(db[i]).toBeGreaterThan(db[i - 1]);
            expect(db[bits.length + i]).toBeGreaterThan(db[bits.length + i - 1]);
          }
          bits.forEach((_, i) => expect(db[bits.length + i]).toBeGreaterThan(db[i]));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('moves both ends of an asymmetric range', async () => {
    const x = gaussian(6000, 8).map((v) => v + 2);
    for (const bits of [3, 8]) {
      const scheme = parseScheme(`uint${bits}/tensor/mse`);
      const { errors } = await analyzeTensor(tensorOf(x), [scheme]);
      let best = -Infinity;
      for (let lo = -2.5; lo <= 0; lo += 0.2) for (let hi = 3; hi <= 6.5; hi += 0.2) best = Math.max(best, sqnr(scheme, x, lo, hi));
      expect(errors[0].sqnrDb, `${bits} bits, ${JSON.stringify(errors[0].clip)}`).toBeGreaterThan(best - (bits > 4 ? 0.15 : 0.05));
    }
  });
});
