import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { inferOutputs } from '../../../src/model/shapes/infer.js';
import { UNKNOWN, listed, shaped, type Dims, type NodeView, type Value } from '../../../src/model/shapes/value.js';
import { floats, ints, model, node, open, value } from './build.js';

type Attribute = number | string | readonly number[];

/** A node without a file around it. */
function view(op: string, inputs: (Value | null)[], attributes: Record<string, Attribute> = {}, outputs = 1): NodeView {
  const get = (name: string): never => attributes[name] as never;
  return {
    op,
    inputs,
    outputNames: Array.from({ length: outputs }, (_, i) => `y${i}`),
    int: get,
    ints: get,
    float: get,
    floats: get,
    text: get,
  };
}

const list = (...elements: (number | null)[]): Value => listed([elements.length], elements);
const reals = (...elements: number[]): Value => listed([elements.length], elements, true);
const scalar = (n: number): Value => listed([], [n]);
const image = shaped([1, 8, 32, 20]);
const open4 = shaped([1, 8, null, 20]);

describe('shapes', () => {
  it.each<[string, (Value | null)[], Record<string, Attribute>, Dims | null]>([
    ['Relu', [open4], {}, [1, 8, null, 20]],
    ['Add', [open4, shaped([8, 1, 1])], {}, [1, 8, null, 20]],
    ['Add', [shaped([1, null]), shaped([5, 7])], {}, [5, 7]],
    ['Add', [shaped([null]), shaped([1])], {}, [null]],
    ['Add', [image, UNKNOWN], {}, null],
    ['Conv', [image, shaped([16, 8, 3, 3])], {}, [1, 16, 30, 18]],
    ['Conv', [image, shaped([16, 8, 3, 3])], { pads: [1, 1, 1, 1], strides: [2, 2] }, [1, 16, 16, 10]],
    ['Conv', [image, shaped([16, 8, 3, 3])], { dilations: [2, 2], pads: [2, 0, 2, 0] }, [1, 16, 32, 16]],
    ['Conv', [image, shaped([16, 8, 3, 3])], { auto_pad: 'SAME_UPPER', strides: [3, 3] }, [1, 16, 11, 7]],
    ['Conv', [image, shaped([16, 8, 3, 3])], { auto_pad: 'VALID', pads: [9, 9, 9, 9] }, [1, 16, 30, 18]],
    ['Conv', [open4, shaped([16, 1, 3, 3])], { group: 8 }, [1, 16, null, 18]],
    ['Conv', [UNKNOWN, shaped([16, 8, 3])], {}, [null, 16, null]],
    ['QLinearConv', [image, null, null, shaped([16, 8, 1, 1])], {}, [1, 16, 32, 20]],
    ['ConvTranspose', [image, shaped([8, 3, 4, 4])], { strides: [2, 2], pads: [1, 1, 1, 1], group: 2 }, [1, 6, 64, 40]],
    ['ConvTranspose', [image, shaped([8, 3, 3, 3])], { strides: [2, 2], output_padding: [1, 1] }, [1, 3, 66, 42]],
    ['ConvTranspose', [image, shaped([8, 3, 3, 3])], { output_shape: [70, 50] }, [1, 3, 70, 50]],
    ['MaxPool', [image], { kernel_shape: [3, 3], strides: [2, 2] }, [1, 8, 15, 9]],
    ['MaxPool', [image], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, [1, 8, 16, 10]],
    ['AveragePool', [shaped([1, 1, 4])], { kernel_shape: [1], strides: [4], ceil_mode: 1 }, [1, 1, 1]],
    ['GlobalAveragePool', [open4], {}, [1, 8, 1, 1]],
    ['Gemm', [shaped([1, 4]), shaped([4, 3])], {}, [1, 3]],
    ['Gemm', [shaped([4, 1]), shaped([3, 4])], { transA: 1, transB: 1 }, [1, 3]],
    ['MatMul', [shaped([1, 5, 4]), shaped([4, 3])], {}, [1, 5, 3]],
    ['MatMul', [shaped([6, 1, 5, 4]), shaped([2, 4, 3])], {}, [6, 2, 5, 3]],
    ['MatMul', [shaped([4]), shaped([4, 3])], {}, [3]],
    ['MatMul', [shaped([5, 4]), shaped([4])], {}, [5]],
    ['FusedMatMul', [shaped([5, 4]), shaped([3, 4])], { transB: 1 }, [5, 3]],
    ['Reshape', [image, list(0, -1)], {}, [1, 5120]],
    ['Reshape', [open4, list(1, 8, -1)], {}, [1, 8, null]],
    ['Reshape', [shaped([null, 4, 6]), list(0, -1)], {}, [null, 24]],
    ['Reshape', [shaped([null, 4, 6]), list(-1, 6)], {}, [null, 6]],
    ['Reshape', [image, shaped([3])], {}, [null, null, null]],
    ['Reshape', [shaped([0, 3]), list(0, 3)], { allowzero: 1 }, [0, 3]],
    ['Flatten', [image], {}, [1, 5120]],
    ['Flatten', [image], { axis: 3 }, [256, 20]],
    ['Flatten', [image], { axis: -1 }, [256, 20]],
    ['Flatten', [image], { axis: 4 }, [5120, 1]],
    ['Squeeze', [shaped([1, 8, 1, 1])], {}, [8]],
    ['Squeeze', [shaped([1, 8, 1, 1]), list(-1, 2)], {}, [1, 8]],
    ['Unsqueeze', [shaped([8]), list(0, -1)], {}, [1, 8, 1]],
    ['Unsqueeze', [shaped([8])], { axes: [1] }, [8, 1]],
    ['Transpose', [image], { perm: [0, 2, 3, 1] }, [1, 32, 20, 8]],
    ['Transpose', [shaped([2, 3])], {}, [3, 2]],
    ['Concat', [image, open4], { axis: 1 }, [1, 16, 32, 20]],
    ['Concat', [image, open4], { axis: 2 }, [1, 8, null, 20]],
    ['Slice', [image, list(1), list(-1), list(2), list(2)], {}, [1, 8, 15, 20]],
    ['Slice', [image, list(-1), list(-100), list(3), list(-1)], {}, [1, 8, 32, 20]],
    ['Slice', [image], { starts: [0, 4], ends: [9, 2 ** 60], axes: [1, 3] }, [1, 8, 32, 16]],
    ['Gather', [image, scalar(3)], { axis: 1 }, [1, 32, 20]],
    ['Gather', [shaped([100, 64]), shaped([1, 7])], {}, [1, 7, 64]],
    ['Expand', [shaped([8, 1]), list(3, 1, 5)], {}, [3, 8, 5]],
    ['Tile', [shaped([2, 3]), list(2, 4)], {}, [4, 12]],
    ['Pad', [shaped([1, 3]), list(0, 1, 0, 2)], {}, [1, 6]],
    ['ReduceMean', [image], { axes: [2, -1] }, [1, 8, 1, 1]],
    ['ReduceSum', [image, list(2, 3)], { keepdims: 0 }, [1, 8]],
    ['ReduceMax', [image], { keepdims: 0 }, []],
    ['ArgMax', [image], { axis: 1, keepdims: 0 }, [1, 32, 20]],
    ['Resize', [image, null, reals(1, 1, 2, 1.5)], {}, [1, 8, 64, 30]],
    ['Resize', [image, null, null, list(1, 8, 7, 9)], {}, [1, 8, 7, 9]],
    ['Resize', [image, reals(1, 1, 2, 2)], {}, [1, 8, 64, 40]],
    ['Upsample', [image], { scales: [1, 1, 2, 2] }, [1, 8, 64, 40]],
    ['DepthToSpace', [image], { blocksize: 2 }, [1, 2, 64, 40]],
    ['SpaceToDepth', [image], { blocksize: 2 }, [1, 32, 16, 10]],
    ['Shape', [image], { start: 1 }, [3]],
    ['TopK', [shaped([1, 10]), list(3)], {}, [1, 3]],
    ['OneHot', [shaped([2, 3]), scalar(10)], {}, [2, 3, 10]],
    ['Einsum', [shaped([2, 3]), shaped([3, 5])], { equation: 'ij,jk->ik' }, [2, 5]],
    ['Conv', [shaped([1, 8, 2, 2]), shaped([16, 8, 9, 9])], {}, [1, 16, 0, 0]],
    ['Unheard', [image], {}, null],
  ])('of %s(%j) with %j is right', (op, inputs, attributes, expected) => {
    expect(inferOutputs(view(op, inputs, attributes))[0].dims).toEqual(expected);
  });

  it('of recurrent operators come in both layouts', () => {
    const lstm = (dims: Dims, attributes: Record<string, Attribute>): (Dims | null)[] =>
      inferOutputs(view('LSTM', [shaped(dims)], { hidden_size: 6, ...attributes }, 3)).map((output) => output.dims);
    expect(lstm([9, 1, 4], { direction: 'bidirectional' })).toEqual([
      [9, 2, 1, 6],
      [2, 1, 6],
      [2, 1, 6],
    ]);
    expect(lstm([1, 9, 4], { layout: 1 })).toEqual([
      [1, 9, 1, 6],
      [1, 1, 6],
      [1, 1, 6],
    ]);
  });

  it('of the parts of a Split may differ', () => {
    const parts = (inputs: Value[], attributes: Record<string, Attribute> = {}): (Dims | null)[] =>
      inferOutputs(view('Split', inputs, { axis: 1, ...attributes }, 3)).map((output) => output.dims);
    expect(parts([shaped([1, 9])])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ]);
    expect(parts([shaped([1, 8])])).toEqual([
      [1, 3],
      [1, 3],
      [1, 2],
    ]);
    expect(parts([shaped([1, 8]), list(1, 5, 2)])).toEqual([
      [1, 1],
      [1, 5],
      [1, 2],
    ]);
    expect(parts([shaped([1, 8])], { split: [1, 5, 2] })).toEqual([
      [1, 1],
      [1, 5],
      [1, 2],
    ]);
  });
});

describe('elements of small tensors', () => {
  it.each<[string, (Value | null)[], Record<string, Attribute>, Dims | null]>([
    ['Shape', [open4], {}, [1, 8, null, 20]],
    ['Size', [image], {}, [5120]],
    ['Gather', [list(1, 8, null, 20), scalar(-1)], {}, [20]],
    ['Gather', [list(1, 8, null, 20), list(0, 2)], {}, [1, null]],
    ['Slice', [list(1, 8, null, 20), list(1), list(3)], {}, [8, null]],
    ['Slice', [list(1, 2, 3, 4), list(-1), list(-100), list(0), list(-2)], {}, [4, 2]],
    ['Concat', [list(1), shaped([2]), list(5)], { axis: 0 }, [1, null, null, 5]],
    ['Unsqueeze', [scalar(7), list(0)], {}, [7]],
    ['Mul', [list(3, null), scalar(2)], {}, [6, null]],
    ['Div', [list(7, -7), scalar(2)], {}, [3, -3]],
    ['Div', [reals(7), scalar(2)], {}, [3.5]],
    ['Div', [list(7), scalar(0)], {}, [null]],
    ['Cast', [reals(3.7, -3.7)], { to: 7 }, [3, -3]],
    ['Floor', [reals(3.7)], {}, [3]],
    ['Range', [scalar(1), scalar(8), scalar(3)], {}, [1, 4, 7]],
    ['Equal', [list(1, -1), scalar(-1)], {}, [0, 1]],
    ['Where', [list(0, 1), list(5, 6), list(7, 8)], {}, [7, 6]],
    ['ReduceProd', [list(2, 3, 4)], { keepdims: 0 }, [24]],
    ['Expand', [scalar(1), list(3)], {}, [1, 1, 1]],
  ])('of %s(%j) with %j are right', (op, inputs, attributes, expected) => {
    expect(inferOutputs(view(op, inputs, attributes))[0].elements).toEqual(expected);
  });
});

describe('multiply-accumulates', () => {
  const macs = async (graph: onnx.IGraphProto): Promise<(number | null)[]> => (await open(model(graph))).layers.map((layer) => layer.macs);
  const conv = node('Conv', ['x', 'w'], ['y']);
  const w = floats('w', [4, 3, 3, 3]);

  it('of LeNet-5 are those of its five layers', async () => {
    const { layers } = await open(await readFile(path.resolve(import.meta.dirname, '../../../samples/lenet/lenet5-mnist.onnx')));
    expect(layers.map((layer) => layer.macs)).toEqual([28 * 28 * 6 * 25, 10 * 10 * 16 * 6 * 25, 400 * 120, 120 * 84, 84 * 10]);
  });

  it.each<[string, onnx.IValueInfoProto, number | null]>([
    ['an open batch', value('x', ['N', 3, 6, 6]), 4 * 16 * 27],
    ['a batch of one', value('x', [1, 3, 6, 6]), 4 * 16 * 27],
    ['a fixed batch of eight', value('x', [8, 3, 6, 6]), 4 * 16 * 27],
    ['an open size', value('x', ['N', 3, 'H', 6]), null],
    ['no shape', value('x', null), null],
  ])('are those of one sample, with %s', async (_, input, expected) => {
    expect(await macs({ input: [input], initializer: [w], node: [conv] })).toEqual([expected]);
  });

  it('of a depthwise convolution count one channel per group', async () => {
    expect(
      await macs({
        input: [value('x', ['N', 4, 6, 6])],
        initializer: [floats('w', [4, 1, 3, 3])],
        node: [node('Conv', ['x', 'w'], ['y'], { group: 4 })],
      }),
    ).toEqual([4 * 16 * 9]);
  });

  it('of a transposed convolution are those of its input', async () => {
    expect(
      await macs({
        input: [value('x', ['N', 4, 6, 6])],
        initializer: [floats('w', [4, 2, 2, 2])],
        node: [node('ConvTranspose', ['x', 'w'], ['y'], { strides: [2, 2] })],
      }),
    ).toEqual([4 * 36 * 2 * 4]);
  });

  it('use declared shapes where nothing can be inferred', async () => {
    expect(
      await macs({
        input: [value('r', ['N', 3])],
        valueInfo: [value('x', ['N', 3, 6, 6])],
        initializer: [w],
        node: [node('Unheard', ['r'], ['x'], {}, '', 'mine'), conv],
      }),
    ).toEqual([4 * 16 * 27]);
  });

  it('follow shapes that the graph computes', async () => {
    expect(
      await macs({
        input: [value('x', ['N', 4, 5, 5])],
        initializer: [ints('zero', [0]), ints('one', [1]), ints('rest', [-1]), floats('w', [100, 10])],
        node: [
          node('Shape', ['x'], ['shape']),
          node('Slice', ['shape', 'zero', 'one', 'zero'], ['batch']),
          node('Concat', ['batch', 'rest'], ['target'], { axis: 0 }),
          node('Reshape', ['x', 'target'], ['flat']),
          node('MatMul', ['flat', 'w'], ['y']),
        ],
      }),
    ).toEqual([1000]);
  });

  it('of recurrent layers are those of all time steps, and a fixed batch is the second dimension', async () => {
    const initializer = [floats('W', [1, 8, 3]), floats('R', [1, 8, 2])];
    const lstm = node('LSTM', ['x', 'W', 'R'], ['y'], { hidden_size: 2 });
    expect(await macs({ input: [value('x', [7, 'N', 3])], initializer, node: [lstm] })).toEqual([7 * 24, 7 * 16]);
    expect(await macs({ input: [value('x', [7, 5, 3])], initializer, node: [lstm] })).toEqual([7 * 24, 7 * 16]);
    expect(await macs({ input: [value('x', ['seq', 'N', 3])], initializer, node: [lstm] })).toEqual([null, null]);
  });

  it('of a loop count its trips when they are known', async () => {
    const body: onnx.IGraphProto = {
      input: [value('i', [], 7), value('go', [], 9), value('h', null)],
      output: [value('go', [], 9), value('h2', null)],
      node: [node('MatMul', ['x', 'w'], ['h2'])],
    };
    const loop = (trips: string): onnx.IGraphProto => ({
      input: [value('x', ['N', 2]), value('n', [], 7)],
      initializer: [floats('w', [2, 3]), { name: 'five', dims: [], dataType: 7, int64Data: [5] }, floats('h0', [1, 3])],
      node: [node('Loop', [trips, '', 'h0'], ['last'], { body: { graph: body } })],
    });
    expect(await macs(loop('five'))).toEqual([30]);
    expect(await macs(loop('n'))).toEqual([null]);
  });

  it('of an embedding are none', async () => {
    expect(
      await macs({ input: [value('x', ['N', 7], 7)], initializer: [floats('w', [10, 4])], node: [node('Gather', ['w', 'x'], ['y'])] }),
    ).toEqual([0]);
  });
});
