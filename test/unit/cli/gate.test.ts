import { expect, it } from 'vitest';
import { gateFailure } from '../../../src/cli/gate.js';
import type { Advice, Report } from '../../../src/report/types.js';

const report = (...advised: (Partial<Advice> | null)[]): Report =>
  ({
    layers: advised.map((advice, i) => ({
      name: `layer${i}`,
      advice: advice && { scheme: 'int4', bits: 4, clip: { lo: 0, hi: 0 }, sqnrDb: 20, causes: [], reason: '', ...advice },
    })),
  }) as unknown as Report;

it('holds layers to what they keep at the outputs where that is known, else of the weight', () => {
  const found = report({ sqnrDb: 12, outputSqnrDb: 33, how: 'measured' }, { sqnrDb: 31 }, null);
  expect(gateFailure(found, 30)).toBeNull();
  expect(gateFailure(found, 32)).toBe('gate: 1 of 3 layers stay below 32 dB; the lowest is layer1 with 31.0 dB of its weight');
  expect(gateFailure(found, 40)).toBe('gate: 2 of 3 layers stay below 40 dB; the lowest is layer1 with 31.0 dB of its weight');
  expect(gateFailure(report({ outputSqnrDb: 22.04 }), 30)).toMatch(/layer0 with 22\.0 dB at the outputs$/);
});

it('lets pass what has no error at all', () => {
  expect(gateFailure(report({ sqnrDb: null }, { outputSqnrDb: null }), 200)).toBeNull();
});
