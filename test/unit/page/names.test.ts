import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, shorten } from '../../../src/report/names.js';
import { displayName, nameInText, splitName } from '../../../webview-ui/src/text/names.js';

describe('names from a model', () => {
  it('lose what would steer the text around them', () => {
    expect(printable('a\u202eb\u2066c\0d\ne')).toBe('a�b�c�d�e');
    expect(printable('層/畳み込み/Conv-1')).toBe('層/畳み込み/Conv-1');
  });

  it('are cut in the middle', () => {
    expect(shorten('abcdefghij', 5)).toBe('ab…ij');
    expect(shorten('abc', 3)).toBe('abc');
  });

  it('never exceed the length asked for, nor break a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 3, max: 80 }), (text, max) => {
        const shown = displayName(text, max);
        expect(Array.from(shown).length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  it('are isolated inside a sentence, and cannot end that isolation themselves', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const text = nameInText(`${name}\u2069`);
        expect(text.indexOf('\u2069')).toBe(text.length - 1);
        expect(text.lastIndexOf('\u2068')).toBe(0);
      }),
    );
  });

  it('keep their end when long, and are whole when short', () => {
    expect(splitName('conv1')).toEqual({ head: 'conv1', tail: '' });
    const { head, tail } = splitName('/features/features.0/block/conv.1/Conv');
    expect(head + tail).toBe('/features/features.0/block/conv.1/Conv');
    expect(tail).toBe('ck/conv.1/Conv');
  });
});
