import { describe, expect, it } from 'vitest';
import { compressionRatio, effectiveCompressionRatio } from '../../../../src/core/costs/compression.js';

const curve = [
  { bits: 32_000, accuracy: 0.9 },
  { bits: 128_000, accuracy: 0.98 },
  { bits: 64_000, accuracy: 0.94 },
];

it('gives the plain ratio of sizes', () => {
  expect(compressionRatio(320, 80)).toBe(4);
});

describe('effective compression ratio', () => {
  it('compares with the float network of the same accuracy', () => {
    expect(effectiveCompressionRatio(curve, { bits: 16_000, accuracy: 0.94 })).toBeCloseTo(4, 12);
  });

  it('interpolates sizes between two networks on a logarithmic scale', () => {
    expect(effectiveCompressionRatio(curve, { bits: 1, accuracy: 0.96 })).toBeCloseTo(Math.sqrt(64_000 * 128_000), 6);
  });

  it('stays at most 32/b where quantization does not help', () => {
    // the same network at 4 bits, less accurate than in float
    expect(effectiveCompressionRatio(curve, { bits: 16_000, accuracy: 0.97 })).toBeLessThan(32 / 4 + 1e-9);
  });

  it('ignores networks that a smaller one beats', () => {
    expect(effectiveCompressionRatio([...curve, { bits: 1e6, accuracy: 0.91 }], { bits: 16_000, accuracy: 0.94 })).toBeCloseTo(4, 12);
  });

  it('refuses without a curve', () => {
    expect(() => effectiveCompressionRatio([], { bits: 1, accuracy: 0.9 })).toThrow(/needs a curve of float networks/);
    expect(() => effectiveCompressionRatio(curve.slice(0, 1), { bits: 1, accuracy: 0.9 })).toThrow(/needs a curve of float networks/);
  });

  it('refuses accuracies that no float network of the curve reaches, or that all pass', () => {
    expect(() => effectiveCompressionRatio(curve, { bits: 1, accuracy: 0.99 })).toThrow(/outside the float networks’ 0.9…0.98/);
    expect(() => effectiveCompressionRatio(curve, { bits: 1, accuracy: 0.5 })).toThrow(/outside/);
  });
});
