import { describe, expect, it, test } from 'vitest';
import { parseFloatCurve } from '../../../../src/analysis/plan/floatCurve.js';

describe('a curve of float models', () => {
  const networks = [
    { accuracy: 0.9, bits: 8000 },
    { accuracy: 0.95, bits: 16000 },
  ];

  test.each([
    ['accuracy,size\n0.9,1000\n0.95,2000\n'],
    ['0.9,1000\n0.95,2000'],
    ['size;accuracy\r\n1000;90\r\n2000;95\r\n'],
    ['name\taccuracy\tsize\nsmall\t90\t1000\n\nlarge\t95\t2000'],
  ])('is read from %j', (text) => {
    expect(parseFloatCurve(text, 'x').map(({ accuracy, bits }) => ({ accuracy: Number(accuracy.toFixed(9)), bits }))).toEqual(networks);
  });

  it.each([
    ['top1,size\n0.9,1000', /^x: the first line is "top1,size"; name the columns accuracy,size$/],
    ['accuracy,size\n0.9,1 MB', /^x: line 2 is "0.9,1 MB"; write an accuracy and a size in bytes/],
    ['0.9', /line 1 is "0.9"/],
    ['0.9,0', /line 1 is "0.9,0"/],
    ['101,5', /line 1/],
  ])('is refused as %j', (text, message) => {
    expect(() => parseFloatCurve(text, 'x')).toThrow(message);
  });

  it('may be empty: what is made of it says so', () => {
    expect(parseFloatCurve('\n', 'x')).toEqual([]);
  });
});
