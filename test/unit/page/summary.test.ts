import { describe, expect, it } from 'vitest';
import { finished, sizes, storageBits, summarize } from '../../../webview-ui/src/view/summary.js';
import { advice, error, layer, report } from './layers.js';

/** A report whose layers are suggested these bits. */
const suggested = (...bits: number[]) => report(bits.map((b, i) => layer(`conv${i + 1}`, { advice: advice(`int${b}/channel/mse`, 26) })));

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('the summary sentence', () => {
  it.each([
    [[6, 4, 4, 4, 3], '4 of 5 layers keep 25 dB with 4 bits or fewer; conv1 needs 6.'],
    [[4, 4, 4], 'All 3 layers keep 25 dB with 4 bits.'],
    [[5], 'The only layer keeps 25 dB with 5 bits.'],
    [[4, 8], '1 of 2 layers keep 25 dB with 4 bits or fewer; conv2 needs 8.'],
    [[4, 4, 4, 4, 4, 4, 7, 8], '6 of 8 layers keep 25 dB with 4 bits or fewer; 2 more need up to 8.'],
    [[2, 3, 4, 5, 5, 5], '3 of 6 layers keep 25 dB with 4 bits or fewer; 3 more need up to 5.'],
  ])('for suggestions of %j bits', (bits, sentence) => expect(plain(summarize(suggested(...bits), 25))).toBe(sentence));

  it('says when layers do not reach the target', () => {
    const missed = layer('a', { advice: advice('int8/channel/mse', 20) });
    const kept = layer('b', { advice: advice('int4/channel/mse', 25) });
    expect(summarize(report([missed, kept]), 25)).toBe('1 of 2 layers keep 25 dB with 4 bits. 1 layer does not reach it.');
    expect(summarize(report([missed, missed]), 25)).toBe('No layer keeps 25 dB with the integer formats tried.');
  });

  it('says when layers have no figures', () => {
    const kept = layer('b', { advice: advice('int4/channel/mse', null) });
    expect(summarize(report([kept, kept, layer('c', { problem: 'gone' })]), 25.5)).toBe(
      'All 2 layers keep 25.5 dB with 4 bits. 1 layer could not be analyzed.',
    );
    expect(summarize(report([layer('c', { problem: 'gone' })]), 25)).toBe('None of the 1 layers could be analyzed.');
  });
});

describe('sizes', () => {
  it('take the effective bits of the suggestion, and storage where there is none', () => {
    const first = layer('a', {
      advice: advice('int4/channel/mse', 26),
      errors: [error('int4/channel/mse', 26, { effectiveBits: 4.5 }), error('int4/tensor/mse', 9)],
    });
    const second = layer('b', { dataType: 'float16' });
    expect(sizes([first, second])).toEqual({ now: 4000 + 2000, suggested: (1000 * 4.5) / 8 + 2000 });
  });

  it('count a shared weight once', () => {
    const shared = { weight: 'w' };
    expect(sizes([layer('a', shared), layer('b', shared)]).now).toBe(4000);
  });

  it.each([
    ['float32', 32],
    ['bfloat16', 16],
    ['float8e4m3fn', 8],
    ['float4e2m1', 4],
    ['uint4', 4],
    ['bool', 8],
  ])('%s takes %i bits', (type, bits) => expect(storageBits(type)).toBe(bits));
});

it('a layer is finished when it has figures or a problem', () => {
  const stats = { min: 0, max: 1, mean: 0, std: 1, kurtosis: null, zeros: 0, nan: 0, inf: 0 };
  expect(finished([layer('a'), layer('b', { weightStats: stats }), layer('c', { problem: 'gone' })])).toBe(2);
});
