import type { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/model/memorySource.js';
import { equalizablePairs, type EqualizablePair } from '../../../src/model/readers/onnx/equalizable.js';
import { openOnnxFile } from '../../../src/model/readers/onnx/onnxFile.js';
import { floats, model, node, noSiblings, open, value } from './build.js';

/** The pairs of a graph from `x` to `y`, whose nodes are in order and in no subgraphs. */
async function pairs(nodes: onnx.INodeProto[], initializer: onnx.ITensorProto[], outputs = ['y']): Promise<EqualizablePair[]> {
  const bytes = model({ node: nodes, initializer, input: [value('x', [1, 3, 8, 8])], output: outputs.map((name) => value(name, null)) });
  const [file, { layers }] = [await openOnnxFile(memorySource(bytes), noSiblings), await open(bytes)];
  const constants = new Map([...file.tensors.values()].map(({ tensor }) => [tensor.name, tensor]));
  return equalizablePairs({
    nodes: file.proto.graph!.node.map((proto) => ({ proto, uses: [...new Set(proto.input.filter((name) => name !== ''))] })),
    outputs,
    layerNodes: layers.map((layer) => layer.node),
    layers,
    constant: (name) => constants.get(name),
  });
}

const conv = (from: string, to: string, weight: string, more: Parameters<typeof node>[3] = {}) => node('Conv', [from, weight], [to], more);
const weights = [floats('w1', [4, 3, 3, 3]), floats('w2', [6, 4, 1, 1])];

describe('pairs of layers that can be equalized', () => {
  it.each([
    ['Relu', [node('Relu', ['a'], ['b'])]],
    ['PRelu', [node('PRelu', ['a', 'slope'], ['b'])]],
    ['LeakyRelu and a pooling', [node('LeakyRelu', ['a'], ['r']), node('MaxPool', ['r'], ['b'], { kernel_shape: [2, 2] })]],
    ['nothing but Identity', [node('Identity', ['a'], ['b'])]],
  ])('are joined by %s', async (_, between) => {
    const found = await pairs([conv('x', 'a', 'w1'), ...between, conv('b', 'y', 'w2')], [...weights, floats('slope', [4, 1, 1])]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      first: 0,
      second: 1,
      spread: 1,
      biases: [],
      clips: [],
      nodes: [0, ...between.map((_, i) => i + 1), between.length + 1],
    });
  });

  it.each([
    ['Sigmoid', [node('Sigmoid', ['a'], ['b'])]],
    ['a clip whose bound is computed', [node('Abs', ['x'], ['m']), node('Clip', ['a', '', 'm'], ['b'])]],
    ['a sum with something else', [node('Abs', ['a0'], ['e']), node('Add', ['a', 'e'], ['b'])]],
    ['the square of a value', [node('Mul', ['a', 'a'], ['b'])]],
  ])('are kept apart by %s', async (_, between) => {
    const found = await pairs([node('Identity', ['x'], ['a0']), conv('a0', 'a', 'w1'), ...between, conv('b', 'y', 'w2')], weights);
    expect(found).toEqual([]);
  });

  it('are kept apart when what is between goes elsewhere too', async () => {
    const nodes = [conv('x', 'a', 'w1'), node('Relu', ['a'], ['b']), conv('b', 'y', 'w2')];
    expect(await pairs(nodes, weights)).toHaveLength(1);
    expect(await pairs(nodes, weights, ['y', 'b'])).toEqual([]);
    expect(await pairs([...nodes, node('Abs', ['a'], ['z'])], weights, ['y', 'z'])).toEqual([]);
    // A weight that two layers share cannot be scaled for one of them.
    const again = [floats('w1', [3, 3, 3, 3]), floats('w2', [6, 3, 1, 1])];
    expect(await pairs([...nodes, conv('x', 'z', 'w1')], again, ['y', 'z'])).toEqual([]);
  });

  it('know biases, and clips with one bound a channel', async () => {
    const found = await pairs(
      [
        node('Conv', ['x', 'w1', 'bias'], ['a']),
        node('Add', ['more', 'a'], ['c']),
        node('Clip', ['c', 'zero', 'six'], ['b']),
        conv('b', 'y', 'w2'),
      ],
      [...weights, floats('bias', [4]), floats('more', [1, 4, 1, 1]), floats('zero', [], [0]), floats('six', [], [6])],
    );
    expect(found[0].biases).toEqual([
      { node: 0, input: 2, value: 'bias' },
      { node: 1, input: 0, value: 'more' },
    ]);
    expect(found[0].clips).toEqual([{ node: 2, shape: [4, 1, 1] }]);
  });

  it('know the groups of a depthwise convolution, and the axes of both Gemms', async () => {
    const nodes = [
      conv('x', 'a', 'w1'),
      node('Relu', ['a'], ['b']),
      conv('b', 'c', 'dw', { group: 4 }),
      node('GlobalAveragePool', ['c'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('Gemm', ['f', 'g1'], ['h'], { transB: 1 }),
      node('Relu', ['h'], ['r']),
      node('Gemm', ['r', 'g2'], ['y']),
    ];
    const found = await pairs(nodes, [weights[0], floats('dw', [4, 1, 3, 3]), floats('g1', [5, 4]), floats('g2', [5, 2])]);
    expect(found.map(({ first, second }) => [first, second])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(found[0].secondWeight.groups).toBe(4);
    expect(found[1].secondWeight).toMatchObject({ outputAxis: 0, inputAxis: 1 });
    expect(found[2].secondWeight).toMatchObject({ outputAxis: 1, inputAxis: 0 });
  });

  it('know how many columns a flattened channel became, and refuse what does not fit', async () => {
    const flat = (g: onnx.ITensorProto) =>
      pairs([conv('x', 'a', 'w1'), node('Flatten', ['a'], ['f']), node('Gemm', ['f', 'g'], ['y'], { transB: 1 })], [weights[0], g]);
    expect((await flat(floats('g', [2, 144])))[0].spread).toBe(36);
    expect(await flat(floats('g', [2, 145]))).toEqual([]);
    // Images that go into a matrix product as they are meet it with their columns.
    const product = await pairs([conv('x', 'a', 'w1'), node('MatMul', ['a', 'm'], ['y'])], [weights[0], floats('m', [4, 2])]);
    expect(product).toEqual([]);
  });
});
