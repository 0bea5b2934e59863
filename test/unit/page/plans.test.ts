import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edited } from '../../../src/report/choices.js';
import {
  axes,
  axisOf,
  axisValue,
  choicesFor,
  codeBits,
  formatAxis,
  frontPoints,
  landmarks,
  nearestPoint,
  sameSchemes,
  schemesAt,
  userSchemes,
} from '../../../webview-ui/src/view/plans.js';
import { plan, point, totals } from './planFixture.js';

const names = ['conv', 'fc'];

describe('the front of plans', () => {
  it('leaves out what has no decibels or is not known, and goes from left to right', () => {
    expect(frontPoints(plan(), 'bits')).toEqual([
      { index: 0, x: 2, db: 10 },
      { index: 1, x: 4, db: 25 },
    ]);
    expect(frontPoints(plan({ pareto: [point([], { energyPj: null }), point([], { energyPj: 5 })] }), 'energy')).toEqual([
      { index: 1, x: 5, db: 30 },
    ]);
  });

  it('is of the weights where nothing was run', () => {
    expect(frontPoints(plan({ evidence: 'weights' }), 'bits').map(({ db }) => db)).toEqual([28, 28, 28]);
  });

  it('is in order along every axis, and every point is one of the plan', () => {
    const some = fc.array(
      fc.record({
        bytes: fc.nat(),
        effectiveBits: fc.double({ min: 0, max: 32, noNaN: true }),
        seconds: fc.option(fc.double({ min: 0, noNaN: true })),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.constantFrom(...axes), (costs, axis) => {
        const of = plan({ pareto: costs.map((cost) => point([], cost)) });
        const points = frontPoints(of, axis);
        expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
        for (const { index, x } of points) expect(axisValue(axis, of.pareto[index])).toBe(x);
      }),
    );
  });

  it('has the plan and what else was tried beside it; what was measured is told apart', () => {
    expect(landmarks(plan(), 'bytes').map(({ label, x, db, how }) => [label, x, db, how])).toEqual([
      ['Found plan, predicted', 1000, 30, 'predicted'],
      ['Found plan, measured', 1000, 29, 'measured'],
      ['int8 everywhere, predicted', 2000, 44, 'predicted'],
      ['int4 everywhere', 900, 24, 'measured'],
    ]);
    expect(landmarks(plan({ measured: null }), 'energy').map(({ label }) => label)).toEqual([
      'Found plan, predicted',
      'int8 everywhere, predicted',
    ]);
  });

  it('is grabbed at the nearest point', () => {
    const points = frontPoints(plan(), 'bits');
    expect(nearestPoint(points, 2.9)).toBe(0);
    expect(nearestPoint(points, 100)).toBe(1);
    expect(nearestPoint([], 1)).toBe(-1);
  });

  it.each([
    ['bits=4.5', 'bits'],
    ['size=1MiB', 'bytes'],
    ['activations=64KiB', 'activations'],
    ['time=2ms', 'time'],
    ['sqnr=30', 'bits'],
  ])('of a plan for %s is seen by %s', (budget, axis) => {
    expect(axisOf({ budget })).toBe(axis);
  });

  it.each([
    ['energy', 5.5e6, '5.5 µJ'],
    ['energy', 12, '12 pJ'],
    ['time', 3.15e-7, '315 ns'],
    ['time', 2, '2 s'],
    ['bytes', 2048, '2 KiB'],
    ['bops', 2.5e9, '2.5 G'],
  ] as const)('writes %s of %d as %s', (axis, value, text) => {
    expect(formatAxis(axis, value)).toBe(text);
  });
});

describe('what is taken of a plan', () => {
  it('is all it assigns, with the ranges of values', () => {
    expect(choicesFor(plan(), 'found', [])).toEqual([
      { layer: 'conv', weight: 'int4/channel/mse', activation: 'uint8/tensor/mse', taken: { input: 'x', clip: { lo: 0, hi: 6 } } },
      { layer: 'fc', weight: 'int5/channel/mse', activation: null },
    ]);
  });

  it('is all that a point of the front assigns, with the ranges that go with it', () => {
    expect(choicesFor(plan(), 1, ['x', 'y'])).toEqual([
      { layer: 'conv', weight: 'int4/channel/mse', activation: 'uint8/tensor/mse', taken: { input: 'x', clip: { lo: 0, hi: 5 } } },
      { layer: 'fc', weight: 'int4/channel/mse', activation: null },
    ]);
  });

  it('is known again in the user’s plan: decided, or as what that lies over', () => {
    const found = schemesAt(plan(), 'found');
    const point = schemesAt(plan(), 1);
    const base = { budget: 'bits=4.5', assignments: plan().assignments };
    const decided = choicesFor(plan(), 1, ['x', 'y']);
    expect(sameSchemes(userSchemes([], base, names), found)).toBe(true);
    expect(sameSchemes(userSchemes(decided, base, names), point)).toBe(true);
    expect(sameSchemes(userSchemes(decided, null, names), point)).toBe(true);
    expect(sameSchemes(userSchemes(decided, base, names), found)).toBe(false);
    expect(userSchemes([], null, names)).toBeNull();
    const clipped = edited(decided, [{ layer: 'fc', weight: 'int4/channel/mse', weightClip: { lo: -1, hi: 1 } }], names);
    expect(sameSchemes(userSchemes(clipped, base, names), point)).toBe(false);
  });
});

describe('bits of a code', () => {
  it.each([
    [null, 32],
    ['int4/channel/mse', 4],
    ['int8-asym/tensor/minmax', 8],
    ['fp16', 16],
    ['nf4/block:64', 4],
    ['fp8e4m3fn/tensor/minmax', 8],
    ['binary/channel', 1],
    ['ternary/channel', 2],
    ['codebook:16/tensor', 4],
  ])('of %s', (scheme, bits) => {
    expect(codeBits(scheme)).toBe(bits);
  });
});

it('totals of the plan itself are those predicted', () => {
  expect(plan().predicted).toEqual(totals());
});
