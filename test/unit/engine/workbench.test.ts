import { readFile } from 'node:fs/promises';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { openInputs, readLabels } from '../../../src/engine/inputs/index.js';
import { startBench } from './bench.js';

const MODEL = 'samples/lenet/lenet5-mnist.onnx';
const IMAGES = 'samples/lenet/test-images.npz';

/** Symmetric narrow-range integers of one scale, written without the core. */
function fake(values: Float32Array, bits: number): Float32Array {
  const most = 2 ** (bits - 1) - 1;
  const scale = Math.fround(values.reduce((a, x) => Math.max(a, Math.abs(x)), 0) / most);
  return values.map((x) => {
    const q = x / scale;
    const rounded = Math.abs(q % 1) === 0.5 ? 2 * Math.round(q / 2) : Math.round(q);
    return Math.min(most, Math.max(-most, rounded)) * scale;
  });
}

const sqnr = (y: Float32Array, z: Float32Array): number =>
  10 * Math.log10(y.reduce((s, v) => s + v * v, 0) / y.reduce((s, v, i) => s + (v - z[i]) ** 2, 0));

async function images(samples: number, model: { inputs: Parameters<typeof openInputs>[1] }) {
  const inputs = await openInputs(IMAGES, model.inputs);
  const { image } = await inputs.read(0, samples);
  await inputs.close();
  return image.data as Float32Array;
}

async function run(model: Uint8Array, data: Float32Array): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const { logits } = await session.run({ image: new Tensor('float32', data, [data.length / 784, 1, 28, 28]) });
  return logits.data as Float32Array;
}

test('a layer’s effect is that of the whole model with its weight quantized', async () => {
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const data = await images(20, bench.model);
  const bytes = await readFile(MODEL);
  const float = await run(bytes, data);
  for (const [layer, { weight }] of bench.model.layers.entries()) {
    const changed = onnx.ModelProto.decode(bytes);
    const tensor = changed.graph!.initializer!.find(({ name }) => name === weight.name)!;
    const values = new Float32Array(new Uint8Array(tensor.rawData!).buffer);
    tensor.rawData = new Uint8Array(fake(values, 4).buffer);
    const expected = sqnr(float, await run(onnx.ModelProto.encode(changed).finish(), data));
    const { outputs } = await bench.call('effect', { layer, weight: 'int4/tensor/minmax', activation: null });
    expect(outputs).toHaveLength(1);
    expect(outputs[0].sqnrDb).toBeCloseTo(expected, 3);
  }
});

test('the effect of a quantized input is that of feeding quantized images', async () => {
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const data = await images(20, bench.model);
  const bytes = await readFile(MODEL);
  const largest = data.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
  const expected = sqnr(await run(bytes, data), await run(bytes, fake(data, 5)));
  const activation = { scheme: 'int5/tensor/minmax', clip: { lo: -largest, hi: largest } };
  const { outputs } = await bench.call('effect', { layer: 0, weight: null, activation });
  expect(outputs[0].sqnrDb).toBeCloseTo(expected, 3);
});

test('with weight and input quantized, the bias is an integer at the scale that theirs imply, and comes back with its layer', async () => {
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const data = await images(20, bench.model);
  const bytes = await readFile(MODEL);
  const reach = 5.6;
  const coarse = (values: Float32Array, scale: number, most: number): Float32Array =>
    values.map((x) => Math.min(most, Math.max(-most, Math.round(x / scale))) * scale);
  const changed = onnx.ModelProto.decode(bytes);
  const [conv] = changed.graph!.node!;
  const numbers = (name: string) => {
    const tensor = changed.graph!.initializer!.find((one) => one.name === name)!;
    return { tensor, values: new Float32Array(new Uint8Array(tensor.rawData!).buffer) };
  };
  const [weight, bias] = [numbers(conv.input![1]), numbers(conv.input![2])];
  const scales = [reach / 7, weight.values.reduce((a, x) => Math.max(a, Math.abs(x)), 0) / 3];
  weight.tensor.rawData = new Uint8Array(fake(weight.values, 3).buffer);
  const logits = () => run(onnx.ModelProto.encode(changed).finish(), coarse(data, scales[0], 7));
  const withFloatBias = sqnr(await run(bytes, data), await logits());
  bias.tensor.rawData = new Uint8Array(coarse(bias.values, scales[0] * scales[1], 2 ** 31 - 1).buffer);
  const expected = sqnr(await run(bytes, data), await logits());
  expect(Math.abs(expected - withFloatBias)).toBeGreaterThan(0.1);

  const activation = { scheme: 'int4/tensor/minmax', clip: { lo: -reach, hi: reach } };
  const quantized = [
    { layer: 0, weight: 'int3/tensor/minmax', activation },
    { layer: 4, weight: 'int3/tensor/minmax', activation: null },
  ];
  const { outputs } = await bench.call('effect', quantized[0]);
  expect(outputs[0].sqnrDb).toBeCloseTo(expected, 3);

  const alone = await bench.call('effect', quantized[1]);
  const found: unknown[] = [];
  await bench.call('leaveOneOut', { quantized, layers: [0], budget: 2 ** 30 }, (one) => found.push(one));
  expect(found).toEqual([{ layer: 0, difference: alone }]);
});

test('samples that do not fill a batch count, and the float model is as accurate as its training said', async () => {
  const { testImages } = JSON.parse(await readFile('samples/lenet/accuracy.json', 'utf8')) as { testImages: { correct: number } };
  const labels = await readLabels('samples/lenet/test-labels.npy', 500);
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 500, batch: 150, labels });
  expect(bench.started.accuracy).toEqual({ correct: testImages.correct, samples: 500 });
  expect(bench.started.classes).toEqual({ output: 'logits', count: 10, probabilities: false, bySample: true });
});

test('where the cuts are, or how much is kept there, changes nothing', async () => {
  const question = { layer: 2, weight: 'int3/tensor/minmax', activation: null };
  const roomy = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const tight = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8, budget: 1 });
  expect(roomy.started.parts).toBeGreaterThan(1);
  expect(tight.started.parts).toBe(1);
  const [a, b] = [await roomy.call('effect', question), await tight.call('effect', question)];
  expect(a.outputs[0].sqnrDb).toBeCloseTo(b.outputs[0].sqnrDb!, 3);
});

test('one layer of a plan by itself accumulates its own error, and without it nothing is left', async () => {
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const quantized = { layer: 4, weight: 'int4/tensor/minmax', activation: null };
  const alone = await bench.call('effect', quantized);
  const { difference, accumulated } = await bench.call('plan', { quantized: [quantized] });
  expect(difference.outputs[0].sqnrDb).toBeCloseTo(alone.outputs[0].sqnrDb!, 3);
  expect(accumulated).toHaveLength(1);
  expect(accumulated[0].sqnrDb).toBeCloseTo(alone.outputs[0].sqnrDb!, 3);
  const both = [{ layer: 0, weight: 'int4/tensor/minmax', activation: null }, quantized];
  const without: (number | null)[] = [];
  await bench.call('leaveOneOut', { quantized: both, layers: [0], budget: 2 ** 30 }, ({ difference }) =>
    without.push(difference.outputs[0].sqnrDb),
  );
  expect(without).toHaveLength(1);
  expect(without[0]).toBeCloseTo(alone.outputs[0].sqnrDb!, 3);
});

test('calibration tells the range of a layer’s input and the error of its output', async () => {
  const bench = await startBench(MODEL, (model) => openInputs(IMAGES, model.inputs), { samples: 20, batch: 8 });
  const data = await images(20, bench.model);
  const facts = await bench.call('observe', {
    stretch: bench.started.layers[0].stretch!,
    weightSchemes: ['int8/tensor/minmax', 'int4/tensor/minmax'],
    activationSchemes: ['uint8/tensor/minmax'],
  });
  const { input, output, local, activationErrors } = facts.find(({ layer }) => layer === 0)!;
  expect(input!.statistics.min).toBe(Math.min(...data));
  expect(input!.statistics.max).toBe(Math.max(...data));
  expect(input!.total).toBe(data.length);
  expect(output!.total).toBe(20 * 6 * 28 * 28);
  const { buckets, counts } = input!.histogram;
  expect(counts.reduce((a, b) => a + b, 0)).toBe(input!.statistics.count);
  const lit = data.filter((x) => x > 0.5).length / data.length;
  const above = counts.reduce((sum, n, i) => sum + (buckets[i] >= 0x3f00 && buckets[i] < 0x8000 ? n : 0), 0) / input!.statistics.count;
  expect(Math.abs(lit - above)).toBeLessThan(0.02);
  expect(input!.clips.find(({ method }) => method === 'minmax')).toMatchObject({ lo: input!.statistics.min, hi: input!.statistics.max });
  expect(output!.kind).toBe('two-sided');
  expect(activationErrors[0].clip).toEqual({ lo: input!.statistics.min, hi: input!.statistics.max });
  const [eight, four, activation] = local.map(({ sqnrDb }) => sqnrDb!);
  expect(eight - four).toBeGreaterThan(18);
  expect(eight - four).toBeLessThan(32);
  expect(activation).toBeGreaterThan(40);
});
