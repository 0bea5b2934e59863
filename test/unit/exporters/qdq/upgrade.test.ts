import { describe, expect, it } from 'vitest';
import { newEdits, freeNames } from '../../../../src/exporters/qdq/edits.js';
import { modelTree } from '../../../../src/exporters/qdq/tree.js';
import { irVersionFor, upgrader } from '../../../../src/exporters/qdq/upgrade.js';
import { writeModel } from '../../../../src/exporters/qdq/write.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openOnnxFile } from '../../../../src/model/readers/onnx/onnxFile.js';
import type { NewNode } from '../../../../src/model/writers/onnx/nodes.js';
import { modelBytes, run, wave } from './build.js';

const alone = () => Promise.reject(new Error('there is nothing beside the model'));

async function upgraded(bytes: Uint8Array, from: number, to: number): Promise<Uint8Array> {
  const tree = modelTree(bytes, await openOnnxFile(memorySource(bytes), alone));
  const upgrade = () => upgrader(from, to, { typeOf: () => 'float32', unique: freeNames(tree) });
  return writeModel({ tree, edits: newEdits(), opset: { version: to, upgrade }, irVersion: irVersionFor(to), beside: null }).finish();
}

interface Case {
  readonly name: string;
  readonly opset: number;
  readonly node: Omit<NewNode, 'inputs' | 'outputs'> & { readonly outputs?: readonly string[] };
  readonly shape: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'Softmax over all axes from 1', opset: 11, node: { op: 'Softmax' }, shape: [2, 3, 4] },
  { name: 'Softmax over all axes from 2', opset: 9, node: { op: 'Softmax', attributes: { axis: { int: 2 } } }, shape: [2, 3, 4, 2] },
  { name: 'LogSoftmax over one axis', opset: 12, node: { op: 'LogSoftmax', attributes: { axis: { int: -1 } } }, shape: [2, 3, 4] },
  { name: 'Hardmax', opset: 11, node: { op: 'Hardmax', attributes: { axis: { int: 1 } } }, shape: [2, 3, 4] },
  {
    name: 'Clip with both bounds',
    opset: 9,
    node: { op: 'Clip', attributes: { min: { float: -0.5 }, max: { float: 0.75 } } },
    shape: [12],
  },
  { name: 'Clip with an upper bound', opset: 10, node: { op: 'Clip', attributes: { max: { float: 0.25 } } }, shape: [12] },
  { name: 'Clip without bounds', opset: 7, node: { op: 'Clip' }, shape: [12] },
  {
    name: 'Pad with a value',
    opset: 10,
    node: { op: 'Pad', attributes: { pads: { ints: [0, 1, 2, 0] }, value: { float: 1.5 } } },
    shape: [3, 4],
  },
  {
    name: 'Pad by reflection',
    opset: 9,
    node: { op: 'Pad', attributes: { pads: { ints: [0, 1, 0, 2] }, mode: { text: 'reflect' } } },
    shape: [3, 4],
  },
  {
    name: 'Slice with axes',
    opset: 9,
    node: { op: 'Slice', attributes: { starts: { ints: [1, 0] }, ends: { ints: [3, -1] }, axes: { ints: [1, 2] } } },
    shape: [2, 4, 3],
  },
  {
    name: 'Slice without axes',
    opset: 7,
    node: { op: 'Slice', attributes: { starts: { ints: [1] }, ends: { ints: [9] } } },
    shape: [4, 3],
  },
  {
    name: 'Upsample',
    opset: 8,
    node: { op: 'Upsample', attributes: { scales: { floats: [1, 1, 2, 3] }, mode: { text: 'nearest' } } },
    shape: [1, 2, 3, 2],
  },
  {
    name: 'Upsample, linear',
    opset: 7,
    node: { op: 'Upsample', attributes: { scales: { floats: [1, 1, 2, 2] }, mode: { text: 'linear' } } },
    shape: [1, 1, 3, 4],
  },
  {
    name: 'TopK',
    opset: 9,
    node: { op: 'TopK', attributes: { k: { int: 2 }, axis: { int: 1 } }, outputs: ['y', 'indices'] },
    shape: [3, 5],
  },
  { name: 'Dropout', opset: 11, node: { op: 'Dropout', attributes: { ratio: { float: 0.3 } } }, shape: [5] },
  { name: 'Squeeze', opset: 11, node: { op: 'Squeeze', attributes: { axes: { ints: [0, 2] } } }, shape: [1, 3, 1, 2] },
  { name: 'Squeeze of every 1', opset: 9, node: { op: 'Squeeze' }, shape: [1, 3, 1, 2] },
  { name: 'Unsqueeze', opset: 12, node: { op: 'Unsqueeze', attributes: { axes: { ints: [0, 3] } } }, shape: [3, 2] },
  {
    name: 'ReduceSum over axes',
    opset: 11,
    node: { op: 'ReduceSum', attributes: { axes: { ints: [0, 2] }, keepdims: { int: 0 } } },
    shape: [2, 3, 4],
  },
  { name: 'ReduceMean over axes', opset: 17, node: { op: 'ReduceMean', attributes: { axes: { ints: [-1] } } }, shape: [2, 3, 4] },
  { name: 'ReduceMean over all', opset: 13, node: { op: 'ReduceMean', attributes: { keepdims: { int: 0 } } }, shape: [2, 3] },
  { name: 'ReduceL2', opset: 9, node: { op: 'ReduceL2', attributes: { axes: { ints: [1] } } }, shape: [2, 3, 4] },
  {
    name: 'Split into given parts',
    opset: 11,
    node: { op: 'Split', attributes: { split: { ints: [1, 3] }, axis: { int: 1 } }, outputs: ['y', 'z'] },
    shape: [2, 4],
  },
  {
    name: 'Split into equal parts',
    opset: 13,
    node: { op: 'Split', attributes: { axis: { int: 1 } }, outputs: ['y', 'z'] },
    shape: [2, 4],
  },
  {
    name: 'Split into equal parts, from long ago',
    opset: 7,
    node: { op: 'Split', attributes: { axis: { int: 1 } }, outputs: ['y', 'z'] },
    shape: [2, 4],
  },
];

describe('a node means the same in a newer opset', () => {
  it.each(cases)('$name, from opset $opset', async ({ opset, node, shape }) => {
    const outputs = node.outputs ?? ['y'];
    const before = modelBytes({ nodes: [{ ...node, inputs: ['x'], outputs }], inputs: { x: { shape } }, outputs }, opset);
    const x = { dataType: 'float32' as const, shape, data: wave(shape.reduce((a, b) => a * b, 1)) };
    const expected = await run(before, new Map([['x', x]]));
    for (const to of [13, 18, 21].filter((version) => version > opset)) {
      const found = await run(await upgraded(before, opset, to), new Map([['x', x]]));
      for (const name of outputs) {
        expect(found.get(name)!.shape).toEqual(expected.get(name)!.shape);
        found.get(name)!.data.forEach((value, i) => expect(Number(value)).toBeCloseTo(Number(expected.get(name)!.data[i]), 5));
      }
    }
  });

  it('Resize as it was in opset 10', async () => {
    const shape = [1, 1, 3, 4];
    const scales = { dataType: 'float32' as const, shape: [4], raw: new Uint8Array(Float32Array.of(1, 1, 2, 1.5).buffer) };
    for (const mode of ['nearest', 'linear']) {
      const node = { op: 'Resize', inputs: ['x', 'scales'], outputs: ['y'], attributes: { mode: { text: mode } } };
      const before = modelBytes({ nodes: [node], constants: { scales }, inputs: { x: { shape } }, outputs: ['y'] }, 10);
      const inputs = new Map([['x', { dataType: 'float32' as const, shape, data: wave(12) }]]);
      const [expected, found] = [await run(before, inputs), await run(await upgraded(before, 10, 21), inputs)];
      expect(found.get('y')!.shape).toEqual(expected.get('y')!.shape);
      found.get('y')!.data.forEach((value, i) => expect(Number(value)).toBeCloseTo(Number(expected.get('y')!.data[i]), 5));
    }
  });
});

describe('what cannot be brought up to date', () => {
  const model = (op: string, opset: number, attributes: NewNode['attributes'] = {}) =>
    modelBytes(
      { nodes: [{ op, name: 'it', inputs: ['x'], outputs: ['y'], attributes }], inputs: { x: { shape: [1, 1, 2, 2] } }, outputs: ['y'] },
      opset,
    );

  it('is named, with the reason and what to do', async () => {
    const attributes = { coordinate_transformation_mode: { text: 'tf_half_pixel_for_nn' } };
    await expect(upgraded(model('Resize', 11, attributes), 11, 21)).rejects.toThrow(
      'node "it" (Resize) cannot go from opset 11 to 21: tf_half_pixel_for_nn is no way to map coordinates any more; export the model again with opset 21, or plan with schemes that need none newer',
    );
  });

  it('is a model of an opset before 7', async () => {
    await expect(upgraded(model('Relu', 6), 6, 13)).rejects.toThrow(
      'the model is of opset 6, and opset 13 is needed: export it again with opset 7 or newer',
    );
  });
});
