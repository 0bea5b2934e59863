import { describe, expect, it } from 'vitest';
import { gaussClip, laplaceClip } from '../../../../src/core/clipping/aciq.js';

describe('ACIQ’s table', () => {
  it.each([
    [1, 1.863, 1.24],
    [2, 2.831, 1.711],
    [3, 3.897, 2.152],
    [4, 5.029, 2.559],
    [5, 6.205, 2.936],
    [6, 7.413, 3.287],
    [7, 8.646, 3.615],
    [8, 9.897, 3.924],
  ])('M = %i: Laplace %f, Gauss %f', (bits, b, sigma) => {
    expect(laplaceClip(bits)).toBeCloseTo(b, 3);
    expect(gaussClip(bits)).toBeCloseTo(sigma, 3);
  });
});
