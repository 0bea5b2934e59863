import { describe, expect, it } from 'vitest';
import { floatAssigned, type Assigned, type Subject } from '../../../../src/analysis/plan/subject.js';
import { layerRuns, totalsOf } from '../../../../src/analysis/plan/totals.js';
import { activationOption, layer, site, subject, weightOption } from './subjects.js';

const layers = [layer('a', 100, 3), layer('b', 1000, 1)];

const all = (what: Subject, bits: number): Assigned => ({
  weights: what.layers.map(({ elements }) => weightOption(bits, elements, 0.001)),
  activations: what.sites.map(() => activationOption(8, 0.002)),
});

describe('totals', () => {
  it('store a weight once that two layers use, and run it twice', () => {
    const shared = subject([layer('a', 100, 1, { weight: 'w' }), layer('b', 100, 1, { weight: 'w' })]);
    const totals = totalsOf(shared, all(shared, 4), 'weights');
    expect(totals.bytes).toBe(50);
    expect(totals.effectiveBits).toBe(4);
    expect(totals.bops).toBe(2 * 1000 * 4 * 32);
    expect(totals.energyParts!.dram).toBeCloseTo((400 / 32) * 640, 9);
  });

  it('say nothing of the outputs from the weights alone, and no decibels of a model without noise', () => {
    const plain = subject(layers);
    const totals = totalsOf(plain, floatAssigned(plain), 'data');
    expect(totals).toMatchObject({ outputSqnrDb: null, weightSqnrDb: null, bytes: 4 * 1100, effectiveBits: 32 });
    const { arithmetic, sram, dram } = totals.energyParts!;
    expect(totals.energyPj).toBe(arithmetic + sram + dram);
    expect(totalsOf(plain, all(plain, 4), 'weights').outputSqnrDb).toBeNull();
    expect(totalsOf(plain, all(plain, 4), 'data').outputSqnrDb).toBeCloseTo(-10 * Math.log10(0.002), 9);
  });

  it('add the noise of activations to that at the outputs, not to that of the weights', () => {
    const whole = subject(layers, [site('x', [0, 1], 1)]);
    const totals = totalsOf(whole, all(whole, 4), 'data');
    expect(totals.outputSqnrDb).toBeCloseTo(-10 * Math.log10(0.004), 9);
    expect(totals.weightSqnrDb).toBeCloseTo(-10 * Math.log10(0.002), 9);
    expect(totals.bops).toBe(11_000 * 4 * 8);
  });

  it('leave out what is unknown of a layer', () => {
    const unknown = subject([...layers, layer('e', 1, 1, { macs: null, inputs: null })]);
    expect(totalsOf(unknown, floatAssigned(unknown), 'weights')).toMatchObject({
      bops: null,
      energyPj: null,
      energyParts: null,
      seconds: null,
      peakActivationBytes: null,
      bytes: 4 * 1101,
    });
  });

  it('of a batch run everything so often, and load the weights once', () => {
    const one = subject(layers);
    const eight = { ...one, batch: 8 };
    const [a, b] = [one, eight].map((what) => totalsOf(what, all(what, 4), 'weights'));
    expect(b.bops).toBe(8 * a.bops!);
    expect(b.energyParts!.dram).toBe(a.energyParts!.dram);
    expect(b.energyParts!.sram).toBeCloseTo(8 * a.energyParts!.sram, 6);
    expect(b.bytes).toBe(a.bytes);
    expect(b.seconds!).toBeLessThanOrEqual(8 * a.seconds!);
  });

  it('hold values in the scheme they are stored in, the widest of several', () => {
    const memory = {
      values: [
        { name: 'x', elements: 100, sites: [0] },
        { name: 'y', elements: 10, sites: [0, 1] },
        { name: 'out', elements: 5, sites: null },
      ],
      moments: [
        { node: 'a', live: [0, 1] },
        { node: 'b', live: [1, 2] },
      ],
      asStored: true,
    };
    const whole = subject(layers, [site('x', [0], 1), site('y', [1], 1)], { memory, batch: 2 });
    const assigned = { ...all(whole, 4), activations: [activationOption(4, 0), activationOption(8, 0)] };
    expect(totalsOf(whole, assigned, 'data').peakActivationBytes).toBe(2 * (50 + 10));
    expect(totalsOf(whole, floatAssigned(whole), 'data').peakActivationBytes).toBe(2 * 440);
  });
});

describe('a layer', () => {
  it('moves its weight and its values, which is what bounds it or its arithmetic', () => {
    const whole = subject(
      [layer('a', 100, 1, { inputs: 40, outputs: 60, macs: 1e9 }), layer('b', 1000, 1, { inputs: 40, outputs: 60, macs: 1 })],
      [site('x', [0, 1], 1)],
    );
    const [a, b] = layerRuns(whole, all(whole, 4));
    expect(a.moved()).toBe(100 / 2 + 100);
    expect(b.moved()).toBe(1000 / 2 + 100);
    expect(a.time()).toEqual({ time: 1e9 / 1.1776e13, bound: 'compute' });
    expect(b.time()).toEqual({ time: 600 / 2.048e11, bound: 'memory' });
  });
});
