import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addExportCommand } from '../../../src/cli/export.js';
import { addPlanCommand } from '../../../src/cli/plan.js';
import type { RunTensors } from '../../../src/engine/backend/types.js';
import { openInputs, readLabels, syntheticInputs } from '../../../src/engine/inputs/index.js';
import { qdqLayers, qdqModel, type QdqLayer } from '../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import type { Model } from '../../../src/model/types.js';
import type { Plan } from '../../../src/report/plan.js';
import { withModel } from '../../../src/worker/input.js';
import { startBench } from '../../unit/engine/bench.js';
import { collect, sqnr } from '../../unit/exporters/qdq/build.js';
import { materials } from '../testdata.js';
import { engineOutputs } from './engineRun.js';
import { fakeQuantized } from './fakeQuantized.js';

/** Exported models in ONNX Runtime, against the engine's own fake-quantized runs of the same plans. */

const alone = () => Promise.reject(new Error('there is nothing beside the model'));
const sample = (folder: string, name: string, images = 'fashion') => ({
  file: path.resolve(`samples/${folder}/${name}.onnx`),
  images: path.resolve(`samples/${images}/test-images.npz`),
});
const found = await materials();
const material = (name: string) => ({ file: path.join(found, name), images: null });

const models = [
  sample('lenet', 'lenet5-mnist', 'lenet'),
  sample('lstm-fashion', 'lstm-fashion'),
  sample('mobilenet-fashion', 'mobilenetv2-fashion'),
  sample('resnet-fashion', 'resnet20-fashion'),
  sample('vit-fashion', 'vit-fashion'),
  material('ocr-models/assets/ch_PP-OCRv4_det_infer.onnx'),
  material('ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx'),
  material('ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  material('vad-web/dist/silero_vad_v5.onnx'),
].map((model) => ({ ...model, name: path.basename(model.file) }));

const SAMPLES = 4;

const inputsOf = (images: string | null) => (model: Model) =>
  images === null ? syntheticInputs(model.inputs, { samples: 1, seed: 1 }) : openInputs(images, model.inputs, { samples: SAMPLES });

async function readInputs(file: string, images: string | null): Promise<RunTensors> {
  const inputs = await inputsOf(images)(await openModel(memorySource(await readFile(file)), alone));
  const values = await inputs.read(0, inputs.batch ?? inputs.samples);
  await inputs.close();
  return new Map(Object.entries(values));
}

/** Float arithmetic, as in the fake-quantized run: MatMulNBits would round what it takes in to 8 bits. */
const floatProducts: InferenceSession.SessionOptions = { extra: { session: { qdq_matmulnbits_accuracy_level: '1' } } };
/** Sums in the order of the graph. */
const plainly: InferenceSession.SessionOptions = { graphOptimizationLevel: 'disabled' };

async function outputsOf(model: Uint8Array, inputs: RunTensors, options: InferenceSession.SessionOptions) {
  const session = await InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1, ...options });
  try {
    const feeds = [...inputs].map(([name, { dataType, data, shape }]) => [name, new Tensor(dataType as 'float32', data as Float32Array, [...shape])]);
    return await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  } finally {
    await session.release();
  }
}

/** dB of the worst output. */
function agreement(expected: InferenceSession.OnnxValueMapType, actual: InferenceSession.OnnxValueMapType): number {
  const floats = Object.entries(expected).filter(([, { data }]) => data instanceof Float32Array);
  return Math.min(...floats.map(([name, { data }]) => sqnr(data as Float32Array, actual[name].data as Float32Array)));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'qdq-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function command(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  addPlanCommand(program, (file, use) => withModel({ path: file }, use));
  addExportCommand(program, (file, use) => withModel({ path: file }, use));
  await program.parseAsync(args, { from: 'user' });
}

/** Plans and exports as a user does. */
async function planned(file: string, budget: string): Promise<{ plan: Plan; bytes: Uint8Array }> {
  const [plan, out] = ['plan.json', 'model.onnx'].map((name) => path.join(folder, name));
  await command('plan', file, '--budget', budget, '--runtime', 'onnxruntime', '-o', plan);
  await command('export', file, '--plan', plan, '--as', 'qdq', '-o', out);
  return { plan: JSON.parse(await readFile(plan, 'utf8')) as Plan, bytes: await readFile(out) };
}

describe.each(models)('$name', ({ file, images }) => {
  test('with the weights of a plan as codes computes what the fake-quantized model computes, in the bytes that were planned', async () => {
    const { plan, bytes } = await planned(file, 'bits=6');
    const inputs = await readInputs(file, images);
    const fake = await fakeQuantized(file, qdqLayers(plan), inputs);
    const expected = await outputsOf(fake, inputs, {});
    expect(agreement(expected, await outputsOf(bytes, inputs, floatProducts))).toBeGreaterThan(60);
    // Whatever the runtime makes of it by default, it loads and runs.
    expect(Object.keys(await outputsOf(bytes, inputs, {}))).toEqual(Object.keys(expected));

    const before = await openModel(memorySource(await readFile(file)), alone);
    const weights = new Map(before.layers.map(({ weight }) => [weight.name, weight.byteLength]));
    const rest = before.bytes - [...weights.values()].reduce((a, b) => a + b, 0);
    // What is added is names, shapes and nodes of protobuf: a few hundred bytes for each layer.
    expect(bytes.length - plan.predicted.bytes - rest).toBeLessThan(400 * before.layers.length);
  });

  test('with weights and activations of 8 bits computes what the fake-quantized model computes', async () => {
    const scheme = 'uint8/tensor/minmax';
    const bench = await startBench(file, inputsOf(images), { samples: SAMPLES });
    const layers: QdqLayer[] = bench.model.layers.map(({ name }) => ({ layer: name, weight: 'int8/channel/minmax', activation: null }));
    for (let stretch = 0; stretch < bench.started.stretches; stretch++)
      for (const { layer, input, activationErrors } of await bench.call('observe', { stretch, weightSchemes: [], activationSchemes: [scheme] }))
        if (input && activationErrors.length > 0)
          layers[layer] = { ...layers[layer], activation: { scheme, clip: activationErrors[0].clip, input: input.value } };
    expect(layers.some(({ activation }) => activation !== null)).toBe(true);

    const made = await qdqModel(memorySource(await readFile(file)), alone, layers, { dataFile: 'data' });
    const bytes = await collect(made.model);
    const inputs = await readInputs(file, images);
    const fake = await fakeQuantized(file, layers, inputs);
    // A value between two codes goes to either side when a sum before it is added up in another order: nothing may do so here.
    expect(agreement(await outputsOf(fake, inputs, plainly), await outputsOf(bytes, inputs, plainly))).toBeGreaterThan(60);
    await writeFile(path.join(folder, 'w8a8.onnx'), bytes);
    await outputsOf(bytes, inputs, {});

    // What the engine runs when it measures a plan, integer biases and all.
    const measured = await engineOutputs(file, layers, inputs, images === null ? 1 : SAMPLES);
    expect(agreement(Object.fromEntries(measured) as unknown as InferenceSession.OnnxValueMapType, await outputsOf(bytes, inputs, plainly))).toBeGreaterThan(60);
  });
});

test('the smallest LeNet within half a point of the float accuracy keeps it in ONNX Runtime', async () => {
  const { file, images } = models[0];
  const model = await openModel(memorySource(await readFile(file)), alone);
  const all = await openInputs(images!, model.inputs, { samples: 10_000 });
  const labels = await readLabels(path.resolve('samples/lenet/test-labels.npy'), all.samples, all.sampleNames);
  const inputs: RunTensors = new Map(Object.entries(await all.read(0, all.samples)));
  await all.close();
  const accuracy = async (bytes: Uint8Array): Promise<number> => {
    const [{ data, dims }] = Object.values(await outputsOf(bytes, inputs, floatProducts));
    const logits = data as Float32Array;
    let correct = 0;
    labels.forEach((label, i) => {
      const row = logits.subarray(i * dims[1], (i + 1) * dims[1]);
      if (row.indexOf(Math.max(...row)) === label) correct++;
    });
    return (100 * correct) / labels.length;
  };
  const float = await accuracy(await readFile(file));
  expect(float).toBeGreaterThan(97);
  let smallest: Uint8Array | null = null;
  for (const bits of [4.13, 4.25, 4.5, 5, 6, 8]) {
    const { bytes } = await planned(file, `bits=${bits}`);
    if (float - (await accuracy(bytes)) > 0.5) continue;
    smallest = bytes;
    break;
  }
  // Every weight has 4 bits: ONNX has no smaller type that runtimes take.
  expect(smallest!.length).toBeLessThan(36_000);
});
