import { describe, expect, it, test } from 'vitest';
import { binarySpeedup, bitOperations, float32, rooflineTime } from '../../../../src/core/costs/operations.js';

describe('binary speed-up', () => {
  // the table that XNOR-Net's formula gives
  test.each([
    [3, 1, 2.87],
    [3, 9, 18.99],
    [64, 1, 32.0],
    [64, 9, 57.6],
    [256, 9, 62.27],
    [512, 9, 63.12],
  ])('%i channels, %i kernel elements: %f', (channels, kernel, expected) => {
    expect(binarySpeedup(channels, kernel)).toBeCloseTo(expected, 2);
  });

  it('never passes the width of a word', () => {
    expect(binarySpeedup(1e9, 49)).toBeLessThan(64);
  });
});

it('counts bit operations as MACs times both widths', () => {
  expect(bitOperations(1000, { bits: 4, kind: 'integer' }, { bits: 8, kind: 'integer' })).toBe(32_000);
  expect(bitOperations(1, float32, float32)).toBe(1024);
});

describe('roofline', () => {
  it('is bound by compute when there is much to do per byte', () => {
    expect(rooflineTime(1e9, 1e3, 1e9, 1e9)).toEqual({ time: 1, bound: 'compute' });
  });
  it('is bound by memory when there is little to do per byte', () => {
    expect(rooflineTime(1e3, 2e9, 1e9, 1e9)).toEqual({ time: 2, bound: 'memory' });
  });
});
