import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsFor, emptyDistribution, fillFromLog, type Distribution } from '../../../../src/core/clipping/distribution.js';
import { symmetricTotal } from '../../../../src/core/clipping/expectedError.js';
import { fillMagnitudes, magnitudesIn } from '../../../../src/core/clipping/magnitudes.js';
import { countLog, workspace, type Workspace } from '../../../../src/core/kernels/workspace.js';
import { planChunks } from '../../../../src/core/kernels/staging.js';
import { tensorOf } from '../random.js';

/** A distribution of magnitudes by the kernel, and by its twin. */
function both(x: Float32Array, missing: number): { readonly space: Workspace; readonly kernel: Distribution; readonly twin: Distribution } {
  const space = workspace(planChunks(tensorOf(x)), 1);
  space.floats.set(x, space.chunk / 4);
  const largest = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const { base, buckets } = bucketsFor(largest, 12, 18);
  const table = countLog(space, space.chunk, x.length, base, buckets);
  const twin = emptyDistribution(1, 12, 18, false);
  fillFromLog(twin, largest, table, missing);
  const kernel = magnitudesIn(space);
  fillMagnitudes(kernel, space, largest, missing);
  return { space, kernel, twin };
}

const value = fc.oneof(
  fc.float({ noNaN: true, min: -4, max: 4 }),
  fc.constantFrom(0, -0, 1e-45, 1, -1, 2 ** -12, 3),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const values = fc.array(value, { minLength: 1, maxLength: 200 }).map((v) => Float32Array.from(v));

describe('distributions in the kernels’ memory', () => {
  it('are bit for bit those of their twins', () => {
    fc.assert(
      fc.property(values, fc.nat(3), (x, missing) => {
        const { kernel, twin } = both(x, missing);
        expect([kernel.base, kernel.buckets, kernel.size]).toEqual([twin.base, twin.buckets, twin.size]);
        for (const key of ['edges', 'above0', 'above1', 'above2'] as const)
          expect([...kernel[key].subarray(0, kernel.size + 1)]).toEqual([...twin[key].subarray(0, twin.size + 1)]);
        expect([...kernel.counts.subarray(0, kernel.size)]).toEqual([...twin.counts.subarray(0, twin.size)]);
      }),
    );
  });

  it('give symmetric grids bit for bit the error that their twins do', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 16 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (x, bits, share) => {
        const { kernel, twin } = both(x, 0);
        const largest = twin.edges[twin.size];
        fc.pre(largest > 0);
        const steps = 2 ** (bits - 1) - 1;
        expect(symmetricTotal(kernel, largest * share, steps)).toBe(symmetricTotal(twin, largest * share, steps));
      }),
    );
  });
});
