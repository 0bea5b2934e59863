import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../src/cli/table.js';
import { shorten } from '../../../src/report/names.js';

describe('renderTable', () => {
  it('aligns words left and figures right under their titles', () => {
    const text = renderTable(
      [
        { name: 'conv1', bits: 4 },
        { name: 'a', bits: 16 },
      ],
      [
        { title: 'Layer', align: 'left', cell: ({ name }) => name },
        { title: 'Bits', align: 'right', cell: ({ bits }) => bits.toString() },
      ],
    );
    expect(text.split('\n')).toEqual(['Layer  Bits', '─────  ────', 'conv1     4', 'a        16']);
  });

  it('lets no name from a model steer the terminal', () => {
    const text = renderTable([{ name: '\u001b[2Jx\ny\u202e' }], [{ title: 'Layer', align: 'left', cell: ({ name }) => name }]);
    for (const steering of ['\u001b', '\u202e']) expect(text).not.toContain(steering);
    expect(text.split('\n')).toHaveLength(3);
  });
});

describe('shorten', () => {
  it.each([
    ['short', 10, 'short'],
    ['abcdefghij', 5, 'ab…ij'],
    ['👍👍👍👍', 3, '👍…👍'],
  ])('%s in %i characters is %s', (text, max, expected) => expect(shorten(text, max)).toBe(expected));
});
