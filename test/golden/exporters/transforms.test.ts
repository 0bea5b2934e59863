import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunTensors } from '../../../src/engine/backend/types.js';
import { openInputs, readLabels } from '../../../src/engine/inputs/index.js';
import { qdqModel, type QdqLayer } from '../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import type { Model } from '../../../src/model/types.js';
import type { Transform } from '../../../src/report/plan.js';
import { startBench, type TestBench } from '../../unit/engine/bench.js';
import { collect, sqnr } from '../../unit/exporters/qdq/build.js';
import { engineOutputs } from './engineRun.js';

/** Remedies that are no schemes, measured on MobileNetV2, taken along in an exported model, and run by ONNX Runtime. */

const alone = () => Promise.reject(new Error('there is nothing beside the model'));
const file = path.resolve('samples/mobilenet-fashion/mobilenetv2-fashion.onnx');
const images = path.resolve('samples/fashion/test-images.npz');
const SAMPLES = 16;
const inputsOf = (model: Model) => openInputs(images, model.inputs, { samples: SAMPLES });

let bench: TestBench;
let inputs: RunTensors;
/** By name of the layer. */
const equalizations = new Map<string, Transform>();
const corrections = new Map<string, Transform>();
let clips: Map<string, NonNullable<QdqLayer['activation']>>;

beforeAll(async () => {
  bench = await startBench(file, inputsOf, { samples: SAMPLES });
  const { layers } = bench.model;
  const set = await inputsOf(bench.model);
  inputs = new Map(Object.entries(await set.read(0, SAMPLES)));
  await set.close();
  clips = new Map();
  for (let part = 0; part < bench.started.parts; part++) {
    for (const { first, second, ranges } of await bench.call('pairs', { part, scheme: 'int8/tensor/minmax' }))
      equalizations.set(layers[first].name, { transform: 'equalize', with: layers[second].name, ranges: ranges! });
    const own = bench.started.layers.flatMap((place, layer) => (place.part === part ? [layer] : []));
    const variant = { weight: 'int4/tensor/minmax', activation: null, bias: 'float', corrected: true } as const;
    const outcomes = await bench.call('trials', { part, trials: own.map((layer) => ({ layer, variants: [variant] })) });
    outcomes.forEach(({ inputs: found }, i) => {
      if (found)
        corrections.set(layers[own[i]].name, { transform: 'correct-bias', means: found.means, ...(found.inside ? { inside: found.inside } : {}) });
    });
  }
  const scheme = 'uint16/tensor/minmax';
  for (let stretch = 0; stretch < bench.started.stretches; stretch++)
    for (const { layer, input, activationErrors } of await bench.call('observe', { stretch, weightSchemes: [], activationSchemes: [scheme] }))
      if (input && activationErrors.length > 0)
        clips.set(layers[layer].name, { scheme, clip: activationErrors[0].clip, input: input.value });
}, 120_000);

const planned = (weight: string, quantized: boolean, ...transforms: readonly ReadonlyMap<string, Transform>[]): QdqLayer[] =>
  bench.model.layers.map(({ name }) => ({
    layer: name,
    weight,
    activation: quantized ? (clips.get(name) ?? null) : null,
    transforms: transforms.flatMap((some) => some.get(name) ?? []),
  }));

type Outputs = InferenceSession.OnnxValueMapType;

async function outputsOf(model: Uint8Array, feed: RunTensors, plainly = false): Promise<Outputs> {
  const session = await InferenceSession.create(model, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    ...(plainly ? { graphOptimizationLevel: 'disabled' } : {}),
    extra: { session: { qdq_matmulnbits_accuracy_level: '1' } },
  });
  try {
    return await session.run(Object.fromEntries([...feed].map(([name, { data, shape }]) => [name, new Tensor('float32', data as Float32Array, [...shape])])));
  } finally {
    await session.release();
  }
}

const valuesOf = (outputs: Outputs): Float32Array => Object.values(outputs)[0].data as Float32Array;

async function exported(layers: readonly QdqLayer[]): Promise<Uint8Array> {
  return collect((await qdqModel(memorySource(await readFile(file)), alone, layers, { dataFile: 'data' })).model);
}

/** dB between the float model's outputs and those of an exported one. */
async function kept(layers: readonly QdqLayer[]): Promise<number> {
  return sqnr(valuesOf(await outputsOf(await readFile(file), inputs)), valuesOf(await outputsOf(await exported(layers), inputs)));
}

test('every pair and every layer of MobileNetV2 has what a plan needs', () => {
  expect(equalizations.size).toBe(15);
  expect(corrections.size).toBe(bench.model.layers.length);
});

test('an equalized model that is not quantized gives what it gave', async () => {
  const layers = planned('int8/tensor/minmax', false, equalizations).map((layer) => ({ ...layer, weight: null }));
  expect(await kept(layers)).toBeGreaterThan(80);
});

describe.each([
  ['weights of 8 bits with one scale', 'int8/tensor/minmax', false],
  ['weights of 4 bits with a scale a channel', 'int4/channel/minmax', false],
  ['weights of 8 bits and activations of 16', 'int8/channel/minmax', true],
  ['weights with one scale and activations of 16 bits', 'int8/tensor/minmax', true],
] as const)('with %s', (_, weight, activations) => {
  test.each([
    ['equalized', () => [equalizations]],
    ['with corrected biases', () => [corrections]],
    ['equalized and with corrected biases', () => [equalizations, corrections]],
  ])('the exported model, %s, computes what the engine measures', async (_, transforms) => {
    const layers = planned(weight, activations, ...transforms());
    const measured = await engineOutputs(file, layers, inputs, SAMPLES);
    const found = valuesOf(await outputsOf(await exported(layers), inputs, true));
    const db = sqnr([...measured.values()][0].data as Float32Array, found);
    expect(db).toBeGreaterThan(60);
  });
});

describe('ONNX Runtime gives outputs that are nearer to the float ones', () => {
  test('when layers with one scale a weight are equalized', async () => {
    const [plain, equalized] = [planned('int8/tensor/minmax', false), planned('int8/tensor/minmax', false, equalizations)];
    expect((await kept(equalized)) - (await kept(plain))).toBeGreaterThan(2);
  });

  test('when biases are corrected, with activations quantized too', async () => {
    for (const weight of ['int4/channel/minmax', 'int8/channel/minmax'])
      expect((await kept(planned(weight, true, corrections))) - (await kept(planned(weight, true)))).toBeGreaterThan(2);
  });

  test('and classifies images that were not measured more as it did', async () => {
    const set = await openInputs(images, bench.model.inputs, { samples: 1000 });
    const labels = await readLabels(path.resolve('samples/fashion/test-labels.npy'), set.samples, set.sampleNames);
    const feed: RunTensors = new Map(Object.entries(await set.read(SAMPLES, set.samples)));
    await set.close();
    const right = async (model: Uint8Array): Promise<number> => {
      const logits = valuesOf(await outputsOf(model, feed));
      const classes = logits.length / (labels.length - SAMPLES);
      return Array.from({ length: labels.length - SAMPLES }, (_, i) => logits.subarray(i * classes, (i + 1) * classes)).filter(
        (row, i) => row.indexOf(Math.max(...row)) === labels[SAMPLES + i],
      ).length;
    };
    const weight = 'int4/tensor/minmax';
    const [plain, better] = [await exported(planned(weight, false)), await exported(planned(weight, false, equalizations, corrections))];
    expect(await right(better)).toBeGreaterThan(await right(plain));
  });
});
