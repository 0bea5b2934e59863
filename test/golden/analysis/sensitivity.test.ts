import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { measureSensitivity, type SensitivityOptions, type SensitivityUpdate } from '../../../src/analysis/sensitivity/index.js';
import { localEngine } from '../../../src/engine/index.js';
import { limitSamples, openInputs, readLabels, syntheticInputs, type InputSet } from '../../../src/engine/inputs/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import type { Model } from '../../../src/model/types.js';

const nothingBeside = () => Promise.reject(new Error('there is nothing beside the model'));

async function study(file: string, inputsOf: (model: Model) => InputSet | Promise<InputSet>, options: Partial<SensitivityOptions> = {}) {
  const model = await openModel(memorySource(await readFile(file)), nothingBeside);
  const updates: SensitivityUpdate[] = [];
  const inputs = await inputsOf(model);
  const result = await measureSensitivity(
    model,
    { path: file },
    inputs,
    {
      startEngine: localEngine,
      processes: 1,
      weightSchemes: ['int8/tensor/minmax', 'int4/tensor/minmax', 'int3/tensor/minmax', 'int2/tensor/minmax'],
      activationSchemes: ['uint8/tensor/minmax', 'uint4/tensor/minmax'],
      targets: ['weight', 'activation', 'both'],
      ...options,
    },
    (update) => updates.push(update),
    new AbortController().signal,
  );
  await inputs.close();
  return { model, updates, ...result };
}

const LENET = 'samples/lenet/lenet5-mnist.onnx';
const images =
  (samples: number) =>
  async (model: Model): Promise<InputSet> =>
    limitSamples(await openInputs('samples/lenet/test-images.npz', model.inputs), samples);

test('LeNet: every layer has its effects, measured and predicted, and the prediction says how good it is', async () => {
  const labels = await readLabels('samples/lenet/test-labels.npy', 60);
  const { model, layers, run, updates } = await study(LENET, images(60), {
    labels,
    together: { weight: 'int4/tensor/minmax', activation: 'uint8/tensor/minmax' },
  });
  expect(run.problem).toBeUndefined();
  expect(layers).toHaveLength(model.layers.length);
  for (const { activationStats, activationErrors, sensitivity, together } of layers) {
    expect(activationStats!.input!.elements).toBeGreaterThan(0);
    expect(activationErrors.map(({ scheme }) => scheme)).toEqual(['uint8/tensor/minmax', 'uint4/tensor/minmax']);
    expect(sensitivity.map(({ target }) => target).join()).toBe('weight,weight,weight,weight,activation,activation,both,both,both,both');
    const weights = sensitivity.filter(({ target }) => target === 'weight');
    expect(weights.filter(({ how }) => how === 'measured').length).toBeGreaterThanOrEqual(2);
    const [eight, four, three, two] = weights.map(({ outputSqnrDb }) => outputSqnrDb!);
    expect(eight).toBeGreaterThan(four);
    expect(four).toBeGreaterThan(three);
    expect(three).toBeGreaterThan(two);
    expect(weights[0].kl!).toBeLessThan(weights[3].kl!);
    expect(together!.withoutSqnrDb!).toBeGreaterThan(run.together!.outputSqnrDb! - 3);
  }
  expect(run.accuracy!.samples).toBe(60);
  expect(run.together!.accuracyDrop).not.toBeNull();
  expect(run.prediction!.checked).toBeGreaterThan(0);
  expect(run.prediction!.rmsDb).toBeLessThan(6);
  expect(updates.some((update) => update.kind === 'figures')).toBe(true);
  expect(updates.some((update) => update.kind === 'progress' && update.stage === 'effects' && update.done === update.total)).toBe(true);
});

test('predictions order layers and schemes as exhaustive measurement does', async () => {
  const options = { targets: ['weight'] as const };
  const quick = await study(LENET, images(40), options);
  const full = await study(LENET, images(40), { ...options, exhaustive: true });
  const figures = (result: typeof quick) =>
    result.layers.flatMap(({ sensitivity }) => sensitivity.map(({ outputSqnrDb }) => outputSqnrDb!));
  expect(full.layers.every(({ sensitivity }) => sensitivity.every(({ how }) => how === 'measured'))).toBe(true);
  expect(quick.layers.some(({ sensitivity }) => sensitivity.some(({ how }) => how === 'predicted'))).toBe(true);
  expect(spearman(figures(quick), figures(full))).toBeGreaterThan(0.95);
});

test('figures are the same every time, whatever the number of engines', async () => {
  const inputs = (model: Model) => syntheticInputs(model.inputs, { samples: 8, seed: 3 });
  const one = await study(LENET, inputs, { processes: 1 });
  const three = await study(LENET, inputs, { processes: 3 });
  expect(three.layers).toEqual(one.layers);
  expect(three.run).toEqual(one.run);
});

test('a model that cannot run leaves a reason, not an error', async () => {
  const { run, layers } = await study(LENET, images(4), {
    startEngine: () => {
      const engine = localEngine();
      return {
        ...engine,
        call: (method, params, options) =>
          method === 'effect'
            ? Promise.reject(Object.assign(new Error('no such operator'), { name: 'RunError' }))
            : engine.call(method, params, options),
      };
    },
  });
  expect(run.problem).toBe('no such operator');
  expect(layers.every(({ activationStats }) => activationStats !== null)).toBe(true);
  expect(layers.every(({ sensitivity }) => sensitivity.length === 0)).toBe(true);
});

test.each([
  ['samples/resnet-fashion/resnet20-fashion.onnx', 22],
  ['samples/mobilenet-fashion/mobilenetv2-fashion.onnx', 24],
  ['samples/lstm-fashion/lstm-fashion.onnx', 5],
])('%s runs, all %i layers of it', async (file, count) => {
  const { layers, run } = await study(file, (model) => syntheticInputs(model.inputs, { samples: 4, seed: 1 }), {
    targets: ['weight', 'activation'],
  });
  expect(run.problem).toBeUndefined();
  expect(layers.filter(({ problem, sensitivity }) => problem === undefined && sensitivity.length >= 4)).toHaveLength(count);
});

test('values that are not finite are said and left out', async () => {
  const withNaN = async (model: Model): Promise<InputSet> => {
    const inputs = await images(4)(model);
    return {
      ...inputs,
      read: async (start, end) => {
        const values = await inputs.read(start, end);
        (values.image.data as Float32Array)[3] = NaN;
        return values;
      },
    };
  };
  const { run, layers } = await study(LENET, withNaN, { targets: ['weight'] });
  expect(run.notes).toContain('input image holds 1 values that are NaN or infinite');
  for (const { sensitivity } of layers) for (const { outputSqnrDb } of sensitivity) expect(Number.isFinite(outputSqnrDb)).toBe(true);
});

/** Rank correlation. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const ranks = (x: readonly number[]): number[] => {
    const order = x.map((_, i) => i).sort((i, j) => x[i] - x[j]);
    const rank: number[] = [];
    order.forEach((i, r) => (rank[i] = r));
    return rank;
  };
  const [p, q] = [ranks(a), ranks(b)];
  const squares = p.reduce((sum, r, i) => sum + (r - q[i]) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}
