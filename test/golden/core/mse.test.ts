import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { bruteForce, distributions, sqnr } from '../../unit/core/clipping/bruteForce.js';
import { gaussian, tensorOf } from '../../unit/core/random.js';

describe('mse clipping, against a fine search', () => {
  it.each(distributions)('is within 0.05 dB of the best clip on values that are %s', async (_, x) => {
    for (const bits of [2, 3, 4, 6, 8]) {
      const schemes = ['tensor', 'channel'].map((granularity) => parseScheme(`int${bits}/${granularity}/mse`));
      const { errors } = await analyzeTensor(tensorOf(x, [1, x.length], 0), schemes);
      // Among a hundred clips that are equally good for the distribution, the luckiest for these samples is better the more levels there are.
      const best = bruteForce(schemes[0], x, { coarse: 0.93, fine: 1.005 }) - (bits > 4 ? 0.05 : 0);
      for (const { scheme, sqnrDb, clip } of errors)
        expect(sqnrDb, `${scheme} at ${clip.hi}, best ${best} dB`).toBeGreaterThan(best - 0.05);
    }
  });

  it('moves both ends of an asymmetric range', async () => {
    const x = gaussian(6000, 8).map((v) => v + 2);
    for (const bits of [2, 3, 4, 8]) {
      const scheme = parseScheme(`uint${bits}/tensor/mse`);
      const { errors } = await analyzeTensor(tensorOf(x), [scheme]);
      let best = -Infinity;
      for (let lo = -2.5; lo <= 0; lo += 0.1) for (let hi = 3; hi <= 6.5; hi += 0.1) best = Math.max(best, sqnr(scheme, x, lo, hi));
      expect(errors[0].sqnrDb, `${bits} bits, ${JSON.stringify(errors[0].clip)}`).toBeGreaterThan(best - (bits > 4 ? 0.15 : 0.05));
    }
  });
});
