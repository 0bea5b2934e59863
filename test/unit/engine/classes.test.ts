import { describe, expect, it } from 'vitest';
import type { RunTensor } from '../../../src/engine/backend/types.js';
import { findClasses, judges } from '../../../src/engine/metrics/outputs.js';

const tensor = (shape: readonly number[], values: readonly number[]): RunTensor => ({
  dataType: 'float32',
  shape,
  data: Float32Array.from(values),
});
const run = (outputs: Readonly<Record<string, RunTensor>>) => new Map(Object.entries(outputs));

const logits = tensor([2, 3], [3, -1, 0, 0, 5, 1]);
const probabilities = tensor([2, 2], [0.25, 0.75, 0.5, 0.5]);
/** One sample with three places of two classes each. */
const places = tensor([1, 3, 2], [0.9, 0.1, 0.2, 0.8, 0.6, 0.4]);

describe('the output that tells classes', () => {
  it('is the only one with a row of numbers for each sample', () => {
    expect(findClasses([run({ logits, boxes: tensor([2, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8]) })], [2], 'auto')).toEqual({
      output: 'logits',
      count: 3,
      probabilities: false,
      bySample: true,
    });
    expect(findClasses([run({ logits })], [1], 'auto')).toBeNull();
  });

  it('is the one that holds probabilities where there are several', () => {
    expect(findClasses([run({ logits, probabilities })], [2], 'auto')?.output).toBe('probabilities');
    expect(findClasses([run({ logits, features: tensor([2, 2], [1, 2, 3, 4]) })], [2], 'auto')).toBeNull();
  });

  it('is the one that is named, whatever its shape, and none where none is wanted', () => {
    expect(findClasses([run({ logits, probabilities })], [2], 'logits')).toMatchObject({ output: 'logits', bySample: true });
    expect(findClasses([run({ places })], [1], 'auto')).toBeNull();
    expect(findClasses([run({ places })], [1], 'places')).toEqual({ output: 'places', count: 2, probabilities: true, bySample: false });
    expect(findClasses([run({ logits })], [2], 'none')).toBeNull();
  });

  it('is refused when it has no rows of two or more', () => {
    const flat = tensor([2, 1], [1, 2]);
    expect(() => findClasses([run({ flat })], [2], 'flat')).toThrow('output flat tells no classes');
    expect(() => findClasses([run({ places }), run({ places: tensor([1, 2, 3], [1, 2, 3, 4, 5, 6]) })], [1, 1], 'places')).toThrow(
      'output places tells no classes',
    );
  });

  it('is compared place by place', () => {
    const floats = [run({ places })];
    const judge = judges(floats, findClasses(floats, [1], 'places'), null)();
    judge.add(0, run({ places: tensor([1, 3, 2], [0.9, 0.1, 0.7, 0.3, 0.6, 0.4]) }));
    const { classes } = judge.verdict();
    expect(classes).toMatchObject({ top1Agreement: 2 / 3, samples: 3, correct: null });
    expect(classes!.kl).toBeCloseTo((0.2 * Math.log(0.2 / 0.7) + 0.8 * Math.log(0.8 / 0.3)) / 3, 6);
  });
});
