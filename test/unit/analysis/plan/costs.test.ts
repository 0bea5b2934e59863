import { describe, expect, it } from 'vitest';
import { buildSubject } from '../../../../src/analysis/plan/buildSubject.js';
import { planCosts } from '../../../../src/analysis/plan/costs.js';
import { profiles } from '../../../../src/analysis/plan/profiles.js';
import { floatAssigned } from '../../../../src/analysis/plan/subject.js';
import { inspectModel } from '../../../../src/analysis/pipeline.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { floats, model, node, noSiblings, open, value } from '../../model/build.js';

const noRules = { pins: [], forbids: [] };

async function costsOf(bytes: Uint8Array, batch: number) {
  const opened = await open(bytes);
  const input = { source: memorySource(bytes), siblings: noSiblings, file: 'net.onnx' };
  const report = await inspectModel(input, new AbortController().signal);
  const subject = buildSubject(opened, report, {
    runtime: 'generic',
    hardware: profiles['server-cpu'],
    batch,
    weightRules: noRules,
    activationRules: noRules,
  });
  return { subject, costs: planCosts(opened, subject, floatAssigned(subject)) };
}

/** x[2,8,8] → Conv 4×2×3×3 → BatchNormalization → Relu → Conv 3×4×1×1 → y[3,8,8] */
const network = model({
  input: [value('x', ['batch', 2, 8, 8])],
  output: [value('y', null)],
  initializer: [floats('a', [4, 2, 3, 3]), floats('b', [3, 4, 1, 1]), ...['s', 't', 'm', 'v'].map((name) => floats(name, [4]))],
  node: [
    node('Conv', ['x', 'a'], ['h'], { pads: [1, 1, 1, 1] }, 'first'),
    node('BatchNormalization', ['h', 's', 't', 'm', 'v'], ['n']),
    node('Relu', ['n'], ['r']),
    node('Conv', ['r', 'b'], ['y'], {}, 'second'),
  ],
});

describe('what a plan costs', () => {
  it('is told layer by layer, by hand as well', async () => {
    const { costs } = await costsOf(network, 2);
    const [first, second] = costs.layers;
    const macs = 2 * 4 * 64 * 2 * 9;
    const moved = 4 * (4 * 2 * 9) + 2 * 4 * (128 + 256);
    expect(first).toMatchObject({ layer: 'first', weightBytes: 288, macs, bops: macs * 32 * 32, bytesMoved: moved, bound: 'memory' });
    expect(first.intensity).toBeCloseTo(macs / moved, 12);
    expect(first.seconds).toBeCloseTo(moved / 2.048e11, 18);
    expect(first.energyPj).toBeCloseTo(macs * (3.7 + 0.9 + 10) + (288 / 4) * 640, 3);
    expect(first.energyParts!.arithmetic).toBeCloseTo(macs * (3.7 + 0.9), 3);
    expect(first.energyParts!.sram).toBeCloseTo(macs * 10, 3);
    expect(first.energyParts!.dram).toBeCloseTo((288 / 4) * 640, 3);
    expect(first.binary!.speedup).toBeCloseTo((64 * 18) / (18 + 64), 12);
    expect(second.binary!.speedup).toBeCloseTo((64 * 4) / (4 + 64), 12);
    expect(first.binary!.bounded!).toBeLessThan(first.binary!.speedup);
  });

  it('holds most where two neighbours do, with what is merged never written', async () => {
    const { costs } = await costsOf(network, 1);
    expect(costs.activations).toEqual({
      peakBytes: 4 * (256 + 192),
      node: 'second',
      values: ['r', 'y'],
      order: ['first', 'second'],
      held: [4 * (128 + 256), 4 * (256 + 192)],
      asStored: true,
    });
  });

  it('moves a value less for each operator that is merged', async () => {
    const { costs } = await costsOf(network, 1);
    const weights = 4 * (72 + 12);
    const [x, h, y] = [4 * 128, 4 * 256, 4 * 192];
    expect(costs.moved).toEqual({
      plain: weights + x + h + 2 * h + 2 * h + h + y,
      normalizationFolded: weights + x + h + 2 * h + h + y,
      operatorsFused: weights + x + h + h + y,
      both: weights + x + h + h + y,
    });
  });

  it('grows with the batch, the weights apart', async () => {
    const { costs } = await costsOf(network, 5);
    expect(costs.batches.map(({ batch }) => batch)).toEqual([1, 5, 8, 32, 128]);
    for (const { batch, weightBytes, peakActivationBytes, trainingBytes, activationShare } of costs.batches) {
      expect(weightBytes).toBe(4 * 84);
      expect(peakActivationBytes).toBe(batch * 4 * 448);
      expect(trainingBytes).toBe(batch * 4 * (256 + 192));
      expect(activationShare).toBeCloseTo((batch * 448) / (84 + 16 + batch * 448), 12);
    }
  });

  it('counts the values of a recurrent operator once', async () => {
    const lstm = model({
      input: [value('x', [6, 1, 3])],
      output: [value('y', null)],
      initializer: [floats('W', [1, 8, 3]), floats('R', [1, 8, 2])],
      node: [node('LSTM', ['x', 'W', 'R'], ['y'], { hidden_size: 2 }, 'cell')],
    });
    const { subject } = await costsOf(lstm, 1);
    expect(subject.layers.map(({ name, inputs, outputs }) => [name, inputs, outputs])).toEqual([
      ['cell#W', 18, 12],
      ['cell#R', 0, 0],
    ]);
  });

  it('leaves out what shapes do not tell', async () => {
    const open = model({
      input: [value('x', ['batch', 2, 'height', 8])],
      output: [value('y', null)],
      initializer: [floats('a', [4, 2, 3, 3])],
      node: [node('Conv', ['x', 'a'], ['y'])],
    });
    const { costs } = await costsOf(open, 1);
    expect(costs).toMatchObject({ activations: null, moved: null });
    expect(costs.layers[0]).toMatchObject({ macs: null, bytesMoved: null, intensity: null, seconds: null, bound: null, binary: null });
    expect(costs.batches[0]).toMatchObject({ weightBytes: 288, peakActivationBytes: null, trainingBytes: null, activationShare: null });
  });
});
