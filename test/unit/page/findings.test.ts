import { describe, expect, it } from 'vitest';
import type { Finding, ValueStats } from '../../../src/report/types.js';
import { activationRows, rangeOf, statsTitle } from '../../../webview-ui/src/view/activations.js';
import { causesOf, findingsTitle, gainText } from '../../../webview-ui/src/view/causes.js';
import { foundText, remedyText } from '../../../webview-ui/src/view/findingText.js';
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

  const clip = { target: 'weight', scheme: 'int4/tensor/mse', instead: 'int4/tensor/minmax' } as const;

  it('are told in full on hovering, and names in them cannot break out', () => {
    const apply = { transform: 'own-scales', node: 'add\u202eb', scheme: 'uint8/tensor/minmax' } as const;
    const findings = [
      { ...finding('outliers', 6), numbers: { ratio: 7.03 }, apply: clip },
      { ...finding('range-mismatch', 4, 'activation'), numbers: { ratio: 8, bits: 3 }, apply },
    ];
    expect(findingsTitle(layer('a', { findings })).split('\n')).toEqual([
      'outliers (weights): The largest weight reaches 7 times as far as 99.9 % of them. Clipping for the least squared error gains 6.0 dB at 4 bits.',
      'range mismatch (input): Its output meets a value 8 times as wide at \u2068add\ufffdb\u2069: under one scale it loses 3.0 bits. A scale for each input gains 4.0 dB at 8 bits.',
    ]);
  });

  it.each<[Finding['cause'], Finding['target'], Record<string, number>, Finding['apply'], RegExp, RegExp]>([
    ['outliers', 'activation', { ratio: 312.4 }, { ...clip, target: 'activation' }, /largest input reaches 312 times/, /Clipping/],
    ['heavy-tails', 'weight', { kurtosis: 4.2 }, clip, /weights have heavy tails: .* 4.2/, /Clipping/],
    ['heavy-tails', 'activation', { kurtosis: 4.2 }, clip, /inputs have heavy tails: .* 4.2/, /Clipping/],
    [
      'channel-imbalance',
      'weight',
      { ratio: 4, bits: 2 },
      { ...clip, scheme: 'int4/channel/minmax' },
      /4 times as far .* 2.0 bits/,
      /scale per channel/,
    ],
    [
      'layer-imbalance',
      'weight',
      { smallest: 0.25, largest: 4 },
      { transform: 'equalize', with: 'fc2', scheme: 'int8/tensor/minmax' },
      /from 0.25 to 4/,
      /fc2.* 6.0 dB.* 8 bits/,
    ],
    ['dead-channels', 'weight', { dead: 3, channels: 64, saved: 300, elements: 6400 }, undefined, /3 of 64 output/, /300 of 6,400/],
    [
      'dead-channels',
      'activation',
      { dead: 3, channels: 64, values: 2000, saved: 300, elements: 6400 },
      undefined,
      /3 of 64 input .* 2,000/,
      /300 of 6,400/,
    ],
    ['asymmetry', 'weight', { min: -0.1, max: 0.8, unused: 0.4375 }, clip, /weights go from -0.1 to 0.8: .* 43.8 %/, /zero point/],
    ['asymmetry', 'activation', { min: -0.1, max: 0.8, unused: 0.4375 }, clip, /input goes from -0.1 to 0.8/, /zero point/],
    ['one-sided', 'activation', { min: 0, max: 6 }, clip, /never negative/, /unsigned format/],
    ['one-sided', 'activation', { min: -6, max: 0 }, clip, /never positive/, /unsigned format/],
    ['bias-shift', 'weight', { share: 0.42 }, { transform: 'correct-bias', scheme: 'int4/tensor/minmax' }, /42 %/, /bias .* 4 bits/],
    ['bias-overflow', 'activation', { overflowing: 2, bits: 33.5 }, { transform: 'fit-bias' }, /2 biases .* 33.5 bits/, /8 bits/],
  ])('read well: %s of the %s', (cause, target, numbers, apply, found, remedy) => {
    const gainDb = apply ? 6 : null;
    const whole: Finding = { ...finding(cause, gainDb, target), numbers, ...(apply ? { apply } : {}) };
    expect(foundText(whole)).toMatch(found);
    expect(remedyText(whole)).toMatch(remedy);
    for (const text of [foundText(whole), remedyText(whole)]) expect(text).not.toMatch(/–|undefined|NaN|\{\d\}/);
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
