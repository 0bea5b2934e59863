import { describe, expect, it, test } from 'vitest';
import { horowitz } from '../../../../src/core/costs/energy.js';
import { binaryGain, peakOf, timeOn, type Hardware } from '../../../../src/core/costs/hardware.js';
import type { Width } from '../../../../src/core/costs/operations.js';

const machine: Hardware = {
  name: 'a machine',
  source: 'a test',
  peak: { integer: { '1': 6400, '4': 800, '8': 400 }, float: { '16': 200, '32': 100 } },
  bandwidth: 1000,
  energy: horowitz,
};

const int = (bits: number): Width => ({ bits, kind: 'integer' });
const float = (bits: number): Width => ({ bits, kind: 'float' });

describe('the arithmetic a machine uses', () => {
  test.each([
    [int(8), int(8), 400],
    [int(4), int(4), 800],
    [int(4), int(8), 400],
    [int(3), int(2), 800],
    [int(1), int(1), 6400],
    [int(16), int(8), 100],
    [int(4), float(32), 100],
    [int(4), float(16), 200],
    [float(16), float(32), 100],
  ])('for %j and %j', (weight, activation, peak) => {
    expect(peakOf(machine, weight, activation)).toBe(peak);
  });

  it('is none where it has none', () => {
    const fixed = { ...machine, peak: { integer: { '8': 400 }, float: {} } };
    expect(peakOf(fixed, float(32), float(32))).toBeNull();
    expect(timeOn(fixed, 10, 10, float(32), float(32))).toBeNull();
    expect(timeOn(fixed, 800, 1000, int(8), int(8))).toEqual({ time: 2, bound: 'compute' });
  });
});

describe('binary weights and inputs', () => {
  const layer = { macs: 57_600, weights: 0, inputs: 0, outputs: 0, channels: 64, kernel: 9 };

  it('gain what the arithmetic gains where memory costs nothing', () => {
    const { speedup, bounded } = binaryGain(machine, layer);
    expect(speedup).toBeCloseTo(57.6, 10);
    expect(bounded).toBeCloseTo(57.6, 10);
  });

  it('gain no more than memory lets through', () => {
    // float: 576 s of arithmetic; binary: 10 s, but 40 s for 10,000 float results
    expect(binaryGain(machine, { ...layer, outputs: 10_000 }).bounded).toBeCloseTo(576 / 40, 10);
    // bound by memory either way: 32 of 32 bits less 1 of 32
    expect(binaryGain(machine, { ...layer, macs: 1, inputs: 10_000, weights: 10_000 }).bounded).toBeCloseTo(32, 10);
  });

  it('are not compared with float32 on a machine without it', () => {
    expect(binaryGain({ ...machine, peak: { integer: { '8': 1 }, float: {} } }, layer)).toEqual({ speedup: 57.6, bounded: null });
  });
});
