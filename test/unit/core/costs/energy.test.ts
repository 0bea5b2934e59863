import { describe, expect, it, test } from 'vitest';
import { addEnergy, energy, horowitz, multiplyEnergy } from '../../../../src/core/costs/energy.js';
import { float32, type Width } from '../../../../src/core/costs/operations.js';

const integer = (bits: number): Width => ({ bits, kind: 'integer' });

describe('integer operations', () => {
  test.each([
    [8, 0.2, 0.03],
    [32, 3.1, 0.1],
  ])('%i bits are as Horowitz measured them', (bits, multiply, add) => {
    expect(multiplyEnergy(bits, bits)).toBe(multiply);
    expect(addEnergy(bits)).toBe(add);
  });

  it('follow the fit at widths that were not measured, which meets the measured ones', () => {
    expect(multiplyEnergy(4, 4)).toBeCloseTo(0.0029948 * 16 + 0.0010417 * 4, 12);
    const fitted = { ...horowitz, integerMultiply: {} };
    expect(multiplyEnergy(8, 8, fitted)).toBeCloseTo(0.2, 3);
    expect(multiplyEnergy(32, 32, fitted)).toBeCloseTo(3.1, 3);
    expect(addEnergy(16)).toBeCloseTo(0.05, 12);
  });

  it('cost the same whichever operand is the narrow one', () => {
    expect(multiplyEnergy(4, 8)).toBe(multiplyEnergy(8, 4));
    expect(multiplyEnergy(4, 8)).toBeGreaterThan(multiplyEnergy(4, 4));
    expect(multiplyEnergy(4, 8)).toBeLessThan(multiplyEnergy(8, 8));
  });
});

describe('energy of a layer', () => {
  it('tells arithmetic, SRAM and DRAM apart', () => {
    const float = energy(1000, float32, float32, 320);
    expect(float.arithmetic).toBeCloseTo(4600, 9);
    expect(float.sram).toBe(10_000);
    expect(float.dram).toBe(6400);
    const { arithmetic, sram, dram } = energy(1000, integer(8), integer(8), 80);
    expect(arithmetic).toBeCloseTo(300, 9); // a product of bytes and a 32-bit sum
    expect(sram).toBe(2500);
    expect(dram).toBe(1600);
  });

  it('saves no arithmetic where the activations stay float32', () => {
    expect(energy(1000, integer(4), float32, 40).arithmetic).toBe(energy(1000, float32, float32, 320).arithmetic);
  });

  it('uses half precision where every float is half', () => {
    expect(energy(1, { bits: 16, kind: 'float' }, { bits: 16, kind: 'float' }, 0).arithmetic).toBeCloseTo(1.5, 12);
  });

  it('takes constants of another machine', () => {
    expect(energy(0, float32, float32, 32, { ...horowitz, dram: 1 }).dram).toBe(1);
  });
});
