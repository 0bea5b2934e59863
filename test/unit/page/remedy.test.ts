import { describe, expect, it } from 'vitest';
import { isSchemeRemedy, transformEdit, transformOf, withRemedy } from '../../../webview-ui/src/view/remedy.js';

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

describe('a remedy that is no scheme', () => {
  const equalize = { transform: 'equalize', with: 'b' } as const;
  const correct = { transform: 'correct-bias', means: [1] } as const;
  const fit = { transform: 'fit-bias' } as const;

  it.each([
    [
      { ...equalize, scheme: 'int8/tensor/minmax', ranges: [[0, 1]] },
      { ...equalize, ranges: [[0, 1]] },
    ],
    [
      { ...correct, scheme: 'int4/tensor/minmax', inside: [0.5] },
      { ...correct, inside: [0.5] },
    ],
    [fit, fit],
    // A report of an earlier version, what no plan says, and a scheme.
    [{ transform: 'correct-bias', scheme: 'int4/tensor/minmax' }, null],
    [{ transform: 'own-scales', node: 'add', scheme: 'uint8/tensor/minmax' }, null],
    [perChannel, null],
  ] as const)('%j is %j in a plan', (remedy, expected) => {
    expect(transformOf(remedy)).toEqual(expected);
  });

  it('joins what the layer has already, in place of one of its kind', () => {
    const choices = [{ layer: 'a', weight: null, transforms: [fit] }];
    expect(transformEdit(choices, [], { layer: 'a', transform: correct, on: true })).toEqual([
      { layer: 'a', weight: null, transforms: [fit, correct] },
    ]);
    expect(transformEdit([], [correct], { layer: 'a', transform: { ...correct, means: [2] }, on: true })).toEqual([
      { layer: 'a', transforms: [{ ...correct, means: [2] }] },
    ]);
  });

  it('is taken back, and nothing is decided any more where that is as it was found', () => {
    const choices = [{ layer: 'a', weight: null, transforms: [equalize] }];
    expect(transformEdit(choices, [], { layer: 'a', transform: equalize, on: false })).toEqual([{ layer: 'a', weight: null }]);
    expect(transformEdit([], [equalize], { layer: 'a', transform: equalize, on: false })).toEqual([{ layer: 'a', transforms: [] }]);
  });

  it('gives up ranges of one’s own of both layers that are equalized', () => {
    const weightClip = { lo: -1, hi: 1 };
    const choices = [
      { layer: 'a', weightClip },
      { layer: 'b', weight: null, weightClip },
      { layer: 'c', weightClip },
    ];
    expect(transformEdit(choices, [], { layer: 'a', transform: equalize, on: true })).toEqual([
      { layer: 'a', transforms: [equalize] },
      { layer: 'b', weight: null },
    ]);
    expect(transformEdit(choices, [], { layer: 'a', transform: fit, on: true })).toEqual([{ layer: 'a', weightClip, transforms: [fit] }]);
  });
});
