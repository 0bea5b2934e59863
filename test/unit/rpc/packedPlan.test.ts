import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParetoPoint, Plan, Totals } from '../../../src/report/plan.js';
import { packPlan, unpackPlan } from '../../../src/rpc/packedPlan.js';

const totals = (bytes: number): Totals => ({
  outputSqnrDb: 30,
  weightSqnrDb: null,
  bytes,
  effectiveBits: 4,
  peakActivationBytes: null,
  bops: 1,
  energyPj: null,
  energyParts: null,
  seconds: null,
});

const scheme = fc.option(fc.constantFrom('int2/channel/mse', 'int4/channel/mse', 'int8/tensor/minmax', 'fp16'), { nil: null });

const plans = fc.nat(20).chain((layers) => {
  const schemes = fc.array(scheme, { minLength: layers, maxLength: layers });
  const point = fc
    .record({ bytes: fc.nat(), weights: schemes, activations: schemes })
    .map(({ bytes, ...assigned }): ParetoPoint => ({ ...totals(bytes), ...assigned }));
  return fc.array(point, { maxLength: 8 }).map(
    (pareto) =>
      ({
        budget: 'bits=4.5',
        assignments: Array.from({ length: layers }, (_, i) => ({ layer: `layer ${i}` })),
        pareto,
      }) as unknown as Plan,
  );
});

describe('a plan on its way', () => {
  it('arrives as it was', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(unpackPlan(structuredClone(packPlan(plan)))).toEqual(plan);
      }),
    );
  });

  it('names each scheme of its front once', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { schemes } = packPlan(plan).pareto;
        expect(new Set(schemes).size).toBe(schemes.length);
      }),
    );
  });
});
