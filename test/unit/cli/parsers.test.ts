import { describe, expect, it } from 'vitest';
import { bytes, dim, imageSize, real, reals, schemes, targets, together } from '../../../src/cli/parsers.js';

describe('values of flags', () => {
  it.each<[string, unknown, unknown]>([
    ['sizes', bytes('1.5 GiB'), 1.5 * 2 ** 30],
    ['targets, in one or many', targets('weights,both,activation'), ['weight', 'both', 'activation']],
    ['a scheme for weights alone', together('int4/channel/mse'), { weight: 'int4/channel/mse', activation: null }],
    ['schemes for weights and activations', together('int8,uint8'), { weight: 'int8/tensor/minmax', activation: 'uint8/tensor/minmax' }],
    [
      'a scheme with a comma of its own',
      together('fixed<8,dynamic>/tensor/minmax,uint4'),
      { weight: 'fixed<8,dynamic>/tensor/minmax', activation: 'uint4/tensor/minmax' },
    ],
    ['schemes', schemes('uint8,int6/tensor/mse'), ['uint8/tensor/minmax', 'int6/tensor/mse']],
    ['dims, one after the other', dim('a=b=3', dim('past + 1=0', {})), { 'past + 1': 0, 'a=b': 3 }],
    ['fractions', real('1/255'), 1 / 255],
    ['numbers', reals('0.485, 0.456,-1e-3'), [0.485, 0.456, -1e-3]],
    ['a square', imageSize('224'), [224, 224]],
    ['height and width', imageSize('192x320'), [192, 320]],
  ])('are %s', (_, found, expected) => expect(found).toEqual(expected));

  it.each<[string, () => unknown]>([
    ['a size without a unit', () => bytes('512')],
    ['no target', () => targets('')],
    ['an unknown target', () => targets('biases')],
    ['three schemes', () => together('int4,int4,int4')],
    ['a scheme that is none', () => together('int4/chanel')],
    ['an activation scheme that is none', () => together('int4,unit8')],
    ['a dim without a size', () => dim('sequence', {})],
    ['a dim without a name', () => dim('=3', {})],
    ['half a dim', () => dim('sequence=1.5', {})],
    ['a dim of nothing', () => dim('sequence=', {})],
    ['a division by zero', () => real('1/0')],
    ['two divisions', () => real('1/2/3')],
    ['no number', () => reals('0.5,red')],
    ['an image of no height', () => imageSize('0x3')],
    ['a size in words', () => imageSize('large')],
  ])('are not %s, in one line with what was found', (_, parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }));
    expect(parse).toThrow(/^[^\n]+$/);
  });
});
