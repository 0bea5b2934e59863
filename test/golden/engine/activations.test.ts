import { readFile } from 'node:fs/promises';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { parseScheme } from '../../../src/core/formats/index.js';
import { activationQuantizer } from '../../../src/engine/activations/quantizer.js';
import { openInputs } from '../../../src/engine/inputs/index.js';
import { startBench, type TestBench } from '../../unit/engine/bench.js';

const MODEL = 'samples/lenet/lenet5-mnist.onnx';
const SAMPLES = 12;
const schemes = [
  'uint8/tensor/minmax',
  'int5/channel/minmax',
  'int4/channel/mse',
  'bf16',
  'fp8e4m3fn/tensor/minmax',
  'mxfp4',
  'nvfp4',
  'q8_0',
  'int4/block:16/mse',
  'nf4/block:64',
  'fixed<6,dynamic-io>/tensor/minmax',
  'fixed<6,4>',
  'pow2<4>/tensor/minmax',
  'codebook:16/tensor',
  'ternary/channel',
  'int4/tensor/minmax/stochastic',
] as const;

const sqnr = (y: Float32Array, z: Float32Array): number =>
  10 * Math.log10(y.reduce((s, v) => s + v * v, 0) / y.reduce((s, v, i) => s + (v - z[i]) ** 2, 0));

const started = startBench(MODEL, (model) => openInputs('samples/lenet/test-images.npz', model.inputs), { samples: SAMPLES, batch: 8 });

async function factsOf({ started: { layers }, call }: TestBench, layer: number) {
  const facts = await call('observe', { stretch: layers[layer].stretch!, weightSchemes: [], activationSchemes: schemes });
  return facts.find((found) => found.layer === layer)!;
}

/** The model with a second output, and the model from there on; what is in between is done by hand, image by image. */
async function byHand(layer: number, data: Float32Array, quantize: ReturnType<typeof activationQuantizer> | null): Promise<Float32Array> {
  const proto = onnx.ModelProto.decode(await readFile(MODEL));
  const node = proto.graph!.node!.filter(({ opType }) => opType === 'Conv' || opType === 'Gemm')[layer];
  const value = node.input![0];
  proto.graph!.output!.push({ name: value });
  const whole = await InferenceSession.create(onnx.ModelProto.encode(proto).finish());
  const { [value]: seen, logits } = await whole.run({ image: new Tensor('float32', data, [data.length / 784, 1, 28, 28]) });
  if (!quantize) return logits.data as Float32Array;
  const quantized = await quantize({ dataType: 'float32', shape: seen.dims, data: seen.data as Float32Array });
  proto.graph!.output!.pop();
  node.input![0] = 'fed';
  proto.graph!.input!.push({ name: 'fed', type: { tensorType: { elemType: 1, shape: { dim: seen.dims.map(() => ({})) } } } });
  const rest = await InferenceSession.create(onnx.ModelProto.encode(proto).finish());
  const feeds = {
    image: new Tensor('float32', data, [data.length / 784, 1, 28, 28]),
    fed: new Tensor('float32', quantized.data as Float32Array, seen.dims),
  };
  return (await rest.run(feeds)).logits.data as Float32Array;
}

test.each(schemes)('%s on what layers take in does to the outputs what quantizing by hand does', async (text) => {
  const bench = await started;
  const inputs = await openInputs('samples/lenet/test-images.npz', bench.model.inputs);
  const data = (await inputs.read(0, SAMPLES)).image.data as Float32Array;
  await inputs.close();
  for (const layer of [1, 3]) {
    const { activationErrors } = await factsOf(bench, layer);
    const range = activationErrors.find(({ scheme }) => parseScheme(scheme).text === parseScheme(text).text)!;
    const { outputs } = await bench.call('effect', { layer, weight: null, activation: range });
    const quantize = activationQuantizer(parseScheme(text), range, bench.model.layers[layer].op);
    // Random rounding draws its numbers anew for every run, of 8 samples and of 4.
    const runs = text.endsWith('stochastic') ? [data.subarray(0, 8 * 784), data.subarray(8 * 784)] : [data];
    const float = await Promise.all(runs.map((run) => byHand(layer, run, null)));
    const changed = await Promise.all(runs.map((run) => byHand(layer, run, quantize)));
    const joined = (parts: readonly Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));
    expect(outputs[0].sqnrDb).toBeCloseTo(sqnr(joined(float), joined(changed)), 2);
  }
});

test('errors of a layer’s input and of its output are told for every scheme', async () => {
  const { activationErrors, local } = await factsOf(await started, 1);
  expect(activationErrors.map(({ scheme }) => scheme)).toEqual(schemes.map((text) => parseScheme(text).text));
  for (const { scheme, sqnrDb, mse, cosine, bits, effectiveBits } of activationErrors) {
    expect(sqnrDb, scheme).toBeGreaterThan(3);
    expect(mse).toBeGreaterThan(0);
    expect(cosine).toBeGreaterThan(0.5);
    expect(effectiveBits).toBeGreaterThanOrEqual(bits);
  }
  expect(local.map(({ scheme }) => scheme)).toEqual(schemes.map((text) => parseScheme(text).text));
  for (const { scheme, sqnrDb } of local) expect(sqnrDb, scheme).toBeGreaterThan(3);
});

test('layers are quantized outside the graph all at once, and left out in turn', async () => {
  const bench = await started;
  const quantized = await Promise.all(
    [0, 1, 2, 3, 4].map(async (layer) => {
      const { activationErrors } = await factsOf(bench, layer);
      return { layer, weight: null, activation: activationErrors.find(({ scheme }) => scheme === 'mxfp4')! };
    }),
  );
  const { difference, accumulated } = await bench.call('plan', { quantized });
  const [all] = difference.outputs;
  expect(accumulated.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4]);
  expect(accumulated[4].sqnrDb).toBeCloseTo(all.sqnrDb!, 3);
  const alone = await Promise.all(quantized.map((one) => bench.call('effect', one)));
  // Independent errors add up.
  const together = -10 * Math.log10(alone.reduce((sum, { outputs: [{ sqnrDb }] }) => sum + 10 ** (-sqnrDb! / 10), 0));
  expect(Math.abs(all.sqnrDb! - together)).toBeLessThan(3);
  const without: number[] = [];
  await bench.call('leaveOneOut', { quantized, layers: [0, 4], budget: 2 ** 30 }, ({ difference: { outputs } }) => {
    without.push(outputs[0].sqnrDb!);
  });
  expect(without).toHaveLength(2);
  for (const db of without) expect(db).toBeGreaterThan(all.sqnrDb!);
});
