import { describe, expect, it, test } from 'vitest';
import { parseEnergy, withEnergy } from '../../../../src/analysis/plan/energyConstants.js';
import { energy, horowitz } from '../../../../src/core/costs/energy.js';

const int8 = { bits: 8, kind: 'integer' } as const;

describe('energy constants', () => {
  it('change what is named and keep the rest, and the source says so', () => {
    const changed = withEnergy(horowitz, { dram: 1300 }, 'x');
    expect(changed).toEqual({ ...horowitz, dram: 1300, source: `${horowitz.source}; dram changed` });
    expect(energy(0, int8, int8, 32, changed).dram).toBe(1300);
    expect(withEnergy(horowitz, {}, 'x')).toBe(horowitz);
  });

  it('have the source they name', () => {
    expect(withEnergy(horowitz, { source: 'our board', sram: 2 }, 'x')).toEqual({ ...horowitz, source: 'our board', sram: 2 });
  });

  it('replace whole tables', () => {
    const { integerMultiply } = parseEnergy('{"integerMultiply": {"4": 0.05}}', 'x', horowitz);
    expect(integerMultiply).toEqual({ '4': 0.05 });
  });

  test.each([
    ['{', /^x: no energy constants: /],
    ['[]', /^x: damaged energy constants: the whole is \[\], not object/],
    ['{"drams": 1}', /the whole has "drams", which does not belong there/],
    ['{"dram": 0}', /dram is 0, not more than 0/],
    ['{"floatAdd": {"16": 1}}', /floatAdd lacks "32"/],
    ['{"integerAdd": {"wide": 1}}', /integerAdd has "wide", which is no number of bits/],
    ['{"integerAdd": {"8": "1"}}', /integerAdd.8 is not a number above 0/],
  ])('are refused: %s', (text, message) => {
    expect(() => parseEnergy(text, 'x', horowitz)).toThrow(message);
  });
});
