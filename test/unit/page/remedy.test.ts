import { describe, expect, it } from 'vitest';
import { isSchemeRemedy, withRemedy } from '../../../webview-ui/src/view/remedy.js';

const perChannel = { target: 'weight', scheme: 'int4/channel/minmax', instead: 'int4/tensor/minmax' } as const;
const zeroPoint = { target: 'weight', scheme: 'uint4/tensor/minmax', instead: 'int4/tensor/minmax' } as const;
const clipped = { target: 'activation', scheme: 'uint4/tensor/percentile', instead: 'uint4/tensor/minmax' } as const;

describe('a remedy that is another scheme', () => {
  it.each([
    ['int6/tensor/mse', perChannel, 'int6/channel/mse'],
    ['int5/channel/mse', perChannel, 'int5/channel/mse'],
    ['int6/channel/mse', zeroPoint, 'uint6/channel/mse'],
    ['int8/block:32/mse', zeroPoint, 'uint8/block:32/mse'],
    ['uint8/tensor/minmax', clipped, 'uint8/tensor/percentile'],
    [null, clipped, 'uint4/tensor/percentile'],
    ['bf16', zeroPoint, 'uint4/tensor/minmax'],
  ])('changes in %s what it is about, and keeps the bits', (planned, remedy, expected) => {
    expect(withRemedy(planned, remedy)).toBe(expected);
  });

  it('is told from changes of the model', () => {
    expect(isSchemeRemedy(perChannel)).toBe(true);
    expect(isSchemeRemedy({ transform: 'fit-bias' })).toBe(false);
    expect(isSchemeRemedy(undefined)).toBe(false);
  });
});
