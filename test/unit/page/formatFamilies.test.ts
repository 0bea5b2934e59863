import { describe, expect, it } from 'vitest';
import { parseScheme, payloadBits } from '../../../src/core/formats/index.js';
import { measuredFamilies, otherFamilies } from '../../../webview-ui/src/view/formatFamilies.js';

describe('other formats', () => {
  const all = otherFamilies.flatMap(({ schemes }) => schemes);

  it.each(all)('of %d bits: %s is a scheme of so many', (bits, scheme) => {
    expect(Math.floor(payloadBits(parseScheme(scheme).format))).toBe(bits);
  });

  it('stand for their family where they keep most, and only once they were measured', () => {
    expect(measuredFamilies(new Map())).toEqual([]);
    const measured = new Map([
      ['fp6e3m2/channel/mse', 25],
      ['fp6e2m3/channel/mse', 30],
      ['fp4e2m1/channel/mse', 18],
      ['mxint8', null],
    ]);
    expect(measuredFamilies(measured)).toMatchObject([
      {
        label: 'floating point',
        errors: [
          { bits: 4, sqnrDb: 18 },
          { bits: 6, scheme: 'fp6e2m3/channel/mse', sqnrDb: 30 },
        ],
      },
      { label: 'blocks', errors: [{ bits: 8, sqnrDb: null }] },
    ]);
  });
});
