import { describe, expect, it } from 'vitest';
import type { Finding, ValueStats } from '../../../src/report/types.js';
import { activationRows, rangeOf, statsTitle } from '../../../webview-ui/src/view/activations.js';
import { causesOf, findingsTitle, gainText } from '../../../webview-ui/src/view/causes.js';
import { layer } from './layers.js';

const finding = (cause: Finding['cause'], gainDb: number | null, target: Finding['target'] = 'weight'): Finding => ({
  cause,
  target,
  text: `Found ${cause}.`,
  remedy: 'Do something.',
  gainDb,
  numbers: {},
});

describe('the causes of a layer', () => {
  it('are named once each, in the order of the report', () => {
    const findings = [finding('outliers', 6), finding('asymmetry', 3), finding('outliers', 2, 'activation')];
    expect(causesOf(layer('a', { findings }))).toEqual(['outliers', 'asymmetry']);
    expect(causesOf(layer('a'))).toEqual([]);
  });

  it('are told in full on hovering, and names in them cannot break out', () => {
    const findings = [finding('bias-shift', 2), { ...finding('outliers', 6, 'activation'), text: 'a\u202eb' }];
    expect(findingsTitle(layer('a', { findings })).split('\n')).toEqual([
      'bias shift (weights): Found bias-shift. Do something.',
      'outliers (input): a\ufffdb Do something.',
    ]);
  });

  it('say what their remedy gains, where there is one to apply', () => {
    expect(gainText(finding('outliers', 6.04))).toBe('+6.0 dB');
    expect(gainText(finding('dead-channels', null))).toBeNull();
  });
});

describe('the activations of a layer', () => {
  const input: ValueStats = {
    value: 'x',
    elements: 2000,
    count: 1000,
    kind: 'one-sided',
    min: 0,
    max: 5.88,
    mean: 0.5,
    std: 0.8,
    kurtosis: null,
    zeros: 420,
    nan: 0,
    inf: 0,
  };

  it('are figures of the input and of the output, where they are known', () => {
    const rows = activationRows(layer('a', { activationStats: { input, output: null } }));
    expect(rows).toContainEqual(['Range', '[0, 5.88]', '']);
    expect(rows).toContainEqual(['Zeros', '42 %', '']);
    expect(rows.map(([label]) => label)).not.toContain('NaN or infinite');
  });

  it('tell of values that are not finite', () => {
    const rows = activationRows(layer('a', { activationStats: { input: { ...input, nan: 2, inf: 1 }, output: input } }));
    expect(rows.at(-1)).toEqual(['NaN or infinite', '3', '0']);
  });

  it('read in one line', () => {
    expect(rangeOf(input)).toBe('[0, 5.88]');
    expect(statsTitle(input)).toBe('mean 0.5, std. deviation 0.8, one-sided, 2,000 values');
  });
});
