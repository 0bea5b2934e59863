import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { equalize } from '../../../../src/core/remedies/equalize.js';
import { nativeBackend } from '../../../../src/engine/backend/native.js';
import type { RunTensor } from '../../../../src/engine/backend/types.js';
import { equalizedNodes } from '../../../../src/engine/surgery/equalize.js';
import { takeApart } from '../../../../src/engine/surgery/graph.js';
import { cutPiece, cutter, type ChangedNode } from '../../../../src/engine/surgery/piece.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openModel } from '../../../../src/model/open.js';
import { equalizablePairs } from '../../../../src/model/readers/onnx/equalizable.js';
import { openOnnxFile } from '../../../../src/model/readers/onnx/onnxFile.js';
import { gaussian } from '../../core/random.js';
import { floats, model, node, noSiblings, value } from '../../model/build.js';

/** A model with all its pairs equalized, one after the other, beside what it was. */
async function equalized(bytes: Uint8Array) {
  const file = await openOnnxFile(memorySource(bytes), noSiblings);
  const { layers } = await openModel(memorySource(bytes), noSiblings);
  const graph = takeApart(bytes, file);
  const constants = new Map([...file.tensors.values()].map(({ tensor }) => [tensor.name, tensor]));
  for (const { proto } of graph.nodes)
    if (proto.opType === 'Constant') constants.set(proto.output[0], file.tensors.get(proto.attribute[0].t!)!.tensor);
  const layerNodes = layers.map(({ weight }) => graph.nodes.findIndex(({ uses }) => uses.includes(weight.name)));
  const pairs = equalizablePairs({ ...graph, layerNodes, layers, constant: (name) => constants.get(name) });
  const weights = await Promise.all(layers.map(({ weight }) => weight.read(0, weight.elements)));
  const values = new Map(
    await Promise.all(
      [...constants]
        .filter(([, { dataType }]) => dataType === 'float32')
        .map(async ([name, tensor]) => [name, { shape: tensor.shape, numbers: await tensor.read(0, tensor.elements) }] as const),
    ),
  );
  const changed = new Map<number, ChangedNode>();
  for (const pair of pairs) {
    const even = equalize(
      { weight: weights[pair.first], linear: pair.firstWeight },
      { weight: weights[pair.second], linear: pair.secondWeight, spread: pair.spread },
    );
    weights[pair.first] = even.first;
    weights[pair.second] = even.second;
    equalizedNodes(graph, pair, values, even.scales).forEach((change, at) => changed.set(at, change));
  }
  const replaced = new Map(
    layers.map(({ weight: { name, shape } }, i) => [name, { dataType: 'float32' as const, shape, raw: new Uint8Array(weights[i].buffer) }]),
  );
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const piece = await cutPiece(cutter(graph), {
    outputs: graph.outputs,
    given: inputs,
    declared: () => ({ dataType: 'float32', shape: [null, null, null, null] }),
    replaced,
    changed,
  });
  return { pairs, bytes: piece.bytes };
}

async function run(bytes: Uint8Array, name: string, data: Float32Array, shape: readonly number[]): Promise<RunTensor> {
  const session = await (await nativeBackend()).load(bytes);
  const [[, output]] = await session.run(new Map([[name, { dataType: 'float32', shape, data }]]));
  await session.release();
  return output;
}

const relativeError = (a: RunTensor, b: RunTensor): number => {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  const size = Math.max(...x.map(Math.abs));
  return Math.max(...x.map((v, i) => Math.abs(v - y[i]))) / size;
};

test('the equalized MobileNetV2 gives what it gave, its clips at 6 turned into clips of channels', async () => {
  const bytes = await readFile('samples/mobilenet-fashion/mobilenetv2-fashion.onnx');
  const after = await equalized(bytes);
  expect(after.pairs).toHaveLength(15);
  expect(after.pairs.filter(({ clips }) => clips.length > 0)).toHaveLength(15);
  const images = gaussian(4 * 784, 3);
  const [before, then] = [await run(bytes, 'image', images, [4, 1, 28, 28]), await run(after.bytes, 'image', images, [4, 1, 28, 28])];
  expect(relativeError(before, then)).toBeLessThan(1e-4);
});

test.each([
  ['PRelu with a slope a channel', [node('PRelu', ['a', 'slope'], ['b'])]],
  ['a clip with a lower bound alone', [node('Clip', ['a', 'low'], ['b'])]],
  ['a clip with an upper bound alone', [node('Clip', ['a', '', 'high'], ['b'])]],
  [
    'an added bias and a pooling',
    [node('Add', ['a', 'more'], ['m']), node('Relu', ['m'], ['r']), node('AveragePool', ['r'], ['b'], { kernel_shape: [2, 2] })],
  ],
])('two convolutions with %s between them give what they gave', async (_, between) => {
  const uneven = (dims: readonly number[], seed: number): number[] => {
    const per = dims.slice(1).reduce((a, b) => a * b, 1);
    return [...gaussian(dims[0] * per, seed)].map((w, i) => w * 10 ** ((Math.floor(i / per) % 4) - 2));
  };
  const bytes = model({
    node: [
      node('Conv', ['x', 'w1', 'bias'], ['a'], { pads: [1, 1, 1, 1] }),
      ...between,
      node('Conv', ['b', 'w2'], ['y'], { group: 2, pads: [1, 1, 1, 1] }),
    ],
    initializer: [
      floats('w1', [8, 3, 3, 3], uneven([8, 3, 3, 3], 1)),
      floats('bias', [8]),
      floats('w2', [4, 4, 3, 3], uneven([4, 4, 3, 3], 2)),
      floats('slope', [8, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]),
      floats('more', [8, 1, 1]),
      floats('low', [], [-0.3]),
      floats('high', [], [0.7]),
    ],
    input: [value('x', [2, 3, 8, 8])],
    output: [value('y', null)],
  });
  const after = await equalized(bytes);
  expect(after.pairs).toHaveLength(1);
  expect(Buffer.from(after.bytes).equals(Buffer.from(bytes))).toBe(false);
  const data = gaussian(2 * 3 * 64, 3);
  expect(relativeError(await run(bytes, 'x', data, [2, 3, 8, 8]), await run(after.bytes, 'x', data, [2, 3, 8, 8]))).toBeLessThan(1e-4);
});
