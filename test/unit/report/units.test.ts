import { describe, expect, it } from 'vitest';
import { formatBytes, formatDecibels, formatReal } from '../../../src/report/units.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [10.8 * 2 ** 20, '10.8 MiB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatReal', () => {
  it.each([
    [0, '0'],
    [-0.123456, '-0.123'],
    [1234.5, '1230'],
    [1e-5, '1.00e-5'],
    [3.4e38, '3.40e+38'],
  ])('%d is %s', (value, text) => expect(formatReal(value)).toBe(text));
});

it('an error of zero is called exact', () => expect(formatDecibels(null)).toBe('exact'));
