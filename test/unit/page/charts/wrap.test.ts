import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../../../webview-ui/src/charts/wrap.js';

const length = (text: string) => text.length;

describe('wrapping', () => {
  it('breaks between words', () => expect(wrap('one two three', 8, length)).toEqual(['one two', 'three']));
  it('leaves a long word whole', () => expect(wrap('a incomprehensible b', 5, length)).toEqual(['a', 'incomprehensible', 'b']));
  it('makes no line of nothing', () => expect(wrap('  ', 5, length)).toEqual([]));
  it('keeps every word in its order, in lines that are not too wide', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/));
    fc.assert(
      fc.property(words, fc.integer({ min: 9, max: 40 }), (all, width) => {
        const lines = wrap(all.join(' '), width, length);
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
