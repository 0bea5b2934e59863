import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nativeBackend } from '../../../src/engine/backend/native.js';
import type { RunTensors } from '../../../src/engine/backend/types.js';
import { wasmBackend } from '../../../src/engine/backend/wasm.js';
import { syntheticInputs, type InputSet } from '../../../src/engine/inputs/index.js';
import type { Quantized } from '../../../src/engine/process/protocol.js';
import type { Model } from '../../../src/model/types.js';
import { startBench } from '../../unit/engine/bench.js';

const models = [
  'samples/lenet/lenet5-mnist.onnx',
  'samples/resnet-fashion/resnet20-fashion.onnx',
  'samples/mobilenet-fashion/mobilenetv2-fashion.onnx',
  'samples/lstm-fashion/lstm-fashion.onnx',
  'samples/vit-fashion/vit-fashion.onnx',
];
const inputs = (model: Model): InputSet => syntheticInputs(model.inputs, { samples: 4, seed: 1 });
const weight = 'int4/channel/minmax';
const activation = { scheme: 'uint4/tensor/minmax', clip: { lo: -2, hi: 2 } };

test.each(models)('%s gives the same outputs in the native and in the WebAssembly build', async (file) => {
  const { model } = await startBench(file, inputs);
  const bytes = await readFile(file);
  const feeds: RunTensors = new Map(Object.entries(await inputs(model).read(0, 4)));
  const [native, wasm] = await Promise.all(
    [nativeBackend(), wasmBackend()].map(async (backend) => (await (await backend).load(bytes)).run(feeds)),
  );
  expect([...wasm.keys()]).toEqual([...native.keys()]);
  for (const [name, { data, shape }] of native) {
    expect(wasm.get(name)!.shape).toEqual(shape);
    const largest = Math.max(...Array.from(data as Float32Array, Math.abs));
    data.forEach((x, i) => expect(Math.abs(Number(x) - Number(wasm.get(name)!.data[i]))).toBeLessThan(1e-4 * largest));
  }
});

test.each(models)('%s: layers have the same effects in both builds', async (file) => {
  const [native, wasm] = [await startBench(file, inputs), await startBench(file, inputs, { backend: 'wasm' })];
  expect([native.started.backend, wasm.started.backend]).toEqual(['onnxruntime-node', 'onnxruntime-web']);
  expect(wasm.started.parts).toBe(native.started.parts);
  let flipped = 0;
  for (const [layer, place] of native.started.layers.entries()) {
    expect(wasm.started.layers[layer]).toEqual(place);
    const differ = async (quantized: Omit<Quantized, 'layer'>): Promise<number> => {
      const [a, b] = await Promise.all([native, wasm].map(({ call }) => call('effect', { layer, ...quantized })));
      return Math.abs(a.outputs[0].sqnrDb! / b.outputs[0].sqnrDb! - 1);
    };
    if (place.weight) expect(await differ({ weight, activation: null })).toBeLessThan(1e-4);
    if (!place.activation) continue;
    // A value on the border between two codes may go to one here and to the other there.
    const difference = await differ({ weight: null, activation });
    expect(difference).toBeLessThan(0.03);
    if (difference > 1e-4) flipped++;
  }
  expect(flipped).toBeLessThan(Math.max(2, native.started.layers.length / 10));
});
