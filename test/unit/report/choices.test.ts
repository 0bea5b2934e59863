import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assignmentOf,
  assignmentsOf,
  changed,
  choicesIn,
  completed,
  edited,
  partsOf,
  undecided,
  type ChosenLayer,
  type LayerChoice,
} from '../../../src/report/choices.js';
import type { Transform } from '../../../src/report/plan.js';
import type { LayerError } from '../../../src/report/types.js';

const input = (value: string): ChosenLayer['activationStats'] => ({ input: { value } as never, output: null });
const taken = { input: 'x', clip: { lo: -1, hi: 3 } };
const measured = { target: 'activation', scheme: 'uint8/tensor/minmax', clip: taken.clip } as LayerError;

const layer = (name: string, more: Partial<ChosenLayer> = {}): ChosenLayer => ({
  name,
  weight: `${name}.weight`,
  errors: [],
  activationStats: null,
  advice: { scheme: 'int4/channel/mse' } as ChosenLayer['advice'],
  ...more,
});

describe('an edit of the user’s plan', () => {
  it('takes the place of what was decided before, in the order of the layers', () => {
    const before = [{ layer: 'b', weight: 'int8/channel/mse', weightClip: { lo: -1, hi: 1 } }];
    expect(
      edited(
        before,
        [
          { layer: 'c', weight: null },
          { layer: 'a', activation: null },
          { layer: 'b', weight: null },
        ],
        ['a', 'b', 'c'],
      ),
    ).toEqual([
      { layer: 'a', activation: null },
      { layer: 'b', weight: null },
      { layer: 'c', weight: null },
    ]);
  });

  it('puts a layer back to the suggestion, and leaves out layers that the model does not have', () => {
    expect(edited([{ layer: 'a', weight: null }], [{ layer: 'a' }, { layer: 'gone', weight: null }], ['a'])).toEqual([]);
  });

  it('keeps the other parts of what was decided', () => {
    const choices = [{ layer: 'a', weight: 'int8/channel/mse', activation: measured.scheme, taken }];
    expect(changed(choices, 'a', { weightClip: { lo: -1, hi: 1 } })).toEqual({ ...choices[0], weightClip: { lo: -1, hi: 1 } });
    expect(changed(choices, 'a', { activation: null })).toEqual({ layer: 'a', weight: 'int8/channel/mse', activation: null });
    expect(undecided(choices, 'a', ['activation'])).toEqual({ layer: 'a', weight: 'int8/channel/mse' });
    expect(undecided(choices, 'a')).toEqual({ layer: 'a' });
    expect(undecided([], 'b')).toEqual({ layer: 'b' });
  });

  it('brings the measured range of a value along, and drops a scheme for a value that nobody measured', () => {
    const layers = [layer('a', { errors: [measured], activationStats: input('x') }), layer('b')];
    const edit = layers.map(({ name }) => ({ layer: name, activation: measured.scheme }));
    expect(completed([], edit, layers)).toEqual([{ layer: 'a', activation: measured.scheme, taken }, { layer: 'b' }]);
  });

  it('takes ranges that methods chose from the histogram, and all there is for min–max', () => {
    const clips = [{ scheme: 'uint4/tensor/mse', method: 'mse', lo: 0, hi: 2, sqnrDb: 20 }];
    const seen = { input: { value: 'x', min: 0.5, max: 3, clips } as never, output: null };
    const at = (activation: string) => completed([], [{ layer: 'a', activation }], [layer('a', { activationStats: seen })])[0].taken?.clip;
    expect(at('uint4/tensor/mse')).toEqual({ lo: 0, hi: 2 });
    expect(at('uint5/tensor/minmax')).toEqual({ lo: 0, hi: 3 });
    expect(at('uint5/tensor/kl')).toBeUndefined();
  });

  it('reaches all layers that store the same weight or take in the same value', () => {
    const layers = [
      layer('q', { weight: 'w', errors: [measured], activationStats: input('x') }),
      layer('k', { weight: 'w' }),
      layer('v', { activationStats: input('x') }),
    ];
    const edit = [{ layer: 'q', weight: null, activation: measured.scheme, weightClip: { lo: 0, hi: 1 } }];
    expect(completed([{ layer: 'k', weight: 'int8/channel/mse', activation: null }], edit, layers)).toEqual([
      { ...edit[0], taken },
      { layer: 'k', activation: null, weight: null, weightClip: { lo: 0, hi: 1 } },
      { layer: 'v', activation: measured.scheme, taken },
    ]);
  });
});

describe('the user’s assignments', () => {
  const found = { layer: 'a', weight: 'int2/channel/mse', activation: measured.scheme, ...taken };

  it('are what is suggested where nothing was decided or found', () => {
    expect(assignmentOf(layer('a'), undefined, null)).toEqual({
      layer: 'a',
      weight: 'int4/channel/mse',
      activation: null,
      input: null,
      clip: null,
    });
    expect(assignmentOf(layer('a', { advice: null }), undefined, null).weight).toBeNull();
    expect(assignmentOf(layer('a'), undefined, found)).toBe(found);
  });

  it('lie over the found plan part by part', () => {
    expect(assignmentOf(layer('a'), { layer: 'a', weight: null }, found)).toEqual({ ...found, weight: null, chosen: ['weight'] });
    expect(assignmentOf(layer('a'), { layer: 'a', activation: null }, found)).toEqual({
      layer: 'a',
      weight: found.weight,
      activation: null,
      input: null,
      clip: null,
      chosen: ['activation'],
    });
  });

  it('have the transforms that were decided in place of the found ones, none where they were taken back', () => {
    const planned = { ...found, transforms: [{ transform: 'fit-bias' }] as const };
    expect(assignmentOf(layer('a'), { layer: 'a', weight: null }, planned).transforms).toEqual(planned.transforms);
    const transforms = [{ transform: 'correct-bias', means: [1] }] as const;
    expect(assignmentOf(layer('a'), { layer: 'a', transforms }, planned)).toEqual({ ...found, transforms, chosen: ['transforms'] });
    expect(assignmentOf(layer('a'), { layer: 'a', transforms: [] }, planned)).toEqual({ ...found, chosen: ['transforms'] });
  });

  it('tell which choices made them', () => {
    const part = fc.record(
      {
        weight: fc.constantFrom(null, 'int8/channel/mse', 'int4/tensor/minmax'),
        activation: fc.constantFrom(null, measured.scheme),
        weightClip: fc.record({ lo: fc.double({ max: 0, noNaN: true }), hi: fc.double({ min: 0, noNaN: true }) }),
        transforms: fc.subarray<Transform>([
          { transform: 'equalize', with: 'layer 0' },
          { transform: 'correct-bias', means: [1] },
          { transform: 'fit-bias' },
        ]),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const layers = parts.map((_, i) => layer(`layer ${i}`, { errors: [measured], activationStats: input(`x${i}`) }));
        const edit = parts.map((choice, i): LayerChoice => ({ layer: `layer ${i}`, ...choice }));
        const choices = edited(
          [],
          completed([], edit, layers),
          layers.map(({ name }) => name),
        );
        expect(choices.every((choice) => partsOf(choice).length > 0)).toBe(true);
        expect(choicesIn(assignmentsOf(layers, choices, null))).toEqual(choices);
      }),
    );
  });
});
