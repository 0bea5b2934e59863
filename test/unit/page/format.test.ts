import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDb,
  formatInterval,
  formatReal,
  formatShape,
  formatShare,
} from '../../../webview-ui/src/text/format.js';
import { setLanguage } from '../../../webview-ui/src/text/l10n.js';

afterEach(() => setLanguage('en', {}));

describe('numbers', () => {
  it.each([
    [0, '0'],
    [61706, '61,706'],
    [null, '–'],
    [NaN, '–'],
  ])('counts %s as %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0'],
    [840, '840'],
    [999.4, '999.4'],
    [10080, '10.1 k'],
    [999_499, '999 k'],
    [999_950, '1 M'],
    [1_849_688_064, '1.85 G'],
    [null, '–'],
  ])('shortens %s to %s', (value, text) => expect(formatCompact(value)).toBe(text));

  it('never needs more than four digits for a count with a prefix', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 2 ** 50 }), (value) => formatCompact(value).replace(/\D/g, '').length <= 4));
  });

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [10.8 * 2 ** 20, '10.8 MiB'],
    [3 * 2 ** 30, '3 GiB'],
    [undefined, '–'],
  ])('%s bytes are %s', (value, text) => expect(formatBytes(value)).toBe(text));

  it.each([
    [0, '0'],
    [-0.31249, '-0.312'],
    [12345.6, '12300'],
    [0.000969, '9.69e-4'],
    [1e5, '1.00e+5'],
    [null, '–'],
    [Infinity, '–'],
  ])('%s reads %s with three digits', (value, text) => expect(formatReal(value)).toBe(text));

  it.each([
    [25, '25.0'],
    [-3.04, '-3.0'],
    [null, '∞'],
    [NaN, '–'],
  ])('%s dB reads %s', (value, text) => expect(formatDb(value)).toBe(text));

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.1234, '12.3 %'],
    [0.000291, '0.029 %'],
    [1e-7, 'under 0.001 %'],
    [null, '–'],
  ])('a share of %s reads %s', (value, text) => expect(formatShare(value)).toBe(text));

  it('writes intervals and shapes', () => {
    expect(formatInterval({ lo: -0.3124, hi: 0.298 })).toBe('[-0.312, 0.298]');
    expect(formatShape([6, 1, 5, 5])).toBe('6×1×5×5');
    expect(formatShape([])).toBe('scalar');
  });

  it('follow the display language', () => {
    setLanguage('de', {});
    expect(formatCount(61706)).toBe('61.706');
    expect(formatDb(25.04)).toBe('25,0');
  });
});
