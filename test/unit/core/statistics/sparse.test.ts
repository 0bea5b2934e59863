import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BUCKETS } from '../../../../src/core/statistics/histogram.js';
import { toDense, toSparse } from '../../../../src/core/statistics/sparse.js';

it('a histogram survives losing its empty buckets', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(BUCKETS - 1), fc.integer({ min: 1, max: 2 ** 32 - 1 }))), (entries) => {
      const counts = new Uint32Array(BUCKETS);
      for (const [bucket, count] of entries) counts[bucket] = count;
      const sparse = toSparse({ counts });
      expect(sparse.buckets.length).toBe(counts.reduce((filled, count) => filled + (count === 0 ? 0 : 1), 0));
      expect(toDense(sparse).counts.every((count, bucket) => count === counts[bucket])).toBe(true);
    }),
    { numRuns: 20 },
  );
});
