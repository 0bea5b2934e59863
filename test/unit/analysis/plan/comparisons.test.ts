import { describe, expect, it } from 'vitest';
import { naivePlans } from '../../../../src/analysis/plan/comparisons.js';
import type { Assigned } from '../../../../src/analysis/plan/subject.js';
import { storedBitsOf } from '../../../../src/analysis/plan/totals.js';
import { layer, subject } from './subjects.js';

const layers = [layer('a', 100, 1), layer('b', 1000, 4), layer('c', 300, 0.5), layer('d', 200, 2)];
const what = subject(layers);

/** A plan of exactly so many bytes: what matters of it is its size. */
const planOf = (bits: number): Assigned => ({
  weights: layers.map(({ options }, i) => ({ ...options[0], storedBits: i === 0 ? bits : 0 })),
  activations: [],
});

const bitsOf = ({ weights }: Assigned) => weights.map(({ width }) => width.bits);
const plans = (bits: number) => Object.fromEntries(naivePlans([], what, planOf(bits)).map(({ name, assigned }) => [name, assigned]));

describe('what a user would try first', () => {
  it('takes no more than the plan', () => {
    for (const bits of [3200, 5000, 7000, 11000, 20000])
      for (const { name, assigned } of naivePlans([], what, planOf(bits)))
        if (!name.includes('its own bytes')) expect(storedBitsOf(layers, assigned.weights)).toBeLessThanOrEqual(bits);
  });

  it('is 4 bits everywhere, whatever that takes', () => {
    expect(bitsOf(plans(20000)['int4 everywhere, in its own bytes'])).toEqual([4, 4, 4, 4]);
    expect(bitsOf(plans(3200)['int4 everywhere, in its own bytes'])).toEqual([4, 4, 4, 4]);
  });

  it('is one width, the next for the first layers that have room for it', () => {
    const found = plans(1600 * 4 + 350);
    expect(bitsOf(found['int4 everywhere, some layers wider'])).toEqual([5, 4, 4, 5]);
    expect(found['the same, min-max'].weights.map(({ scheme }) => scheme)).toEqual([
      'int5/channel/minmax',
      'int4/channel/minmax',
      'int4/channel/minmax',
      'int5/channel/minmax',
    ]);
  });

  it('keeps the ends at 8 bits', () => {
    expect(bitsOf(plans(300 * 8 + 1300 * 3 + 50)['first and last layer int8, int3 between'])).toEqual([8, 3, 3, 8]);
  });

  it('gives bits to whatever weight is worst, one by one', () => {
    // b goes first, and last wants 1000 bits more than there are
    expect(bitsOf(plans(6100)['greedily by SQNR of the weights'])).toEqual([4, 4, 3, 4]);
    expect(bitsOf(plans(6750)['greedily by SQNR of the weights'])).toEqual([5, 4, 4, 5]);
  });

  it('is nothing else where not even the fewest bits fit', () => {
    expect(naivePlans([], what, planOf(1600 * 2 - 1)).map(({ name }) => name)).toEqual(['int4 everywhere, in its own bytes']);
  });

  it('goes by the layers’ ties', () => {
    const tied = { ...what, layerTies: [[0, 1], [2], [3]] };
    for (const { assigned } of naivePlans([], tied, planOf(1600 * 4 + 350))) {
      if (assigned.weights[0].scheme?.startsWith('int8')) continue;
      expect(assigned.weights[0].scheme).toBe(assigned.weights[1].scheme);
    }
  });
});
