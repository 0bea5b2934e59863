import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { insideShares } from '../../../../src/core/remedies/kernelReach.js';
import { qdqModel, type QdqLayer } from '../../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import type { AttributeValue } from '../../../../src/model/writers/onnx/nodes.js';
import type { Transform } from '../../../../src/report/plan.js';
import { collect, floats, modelBytes, run, sqnr, wave, type TestGraph } from './build.js';

const alone = () => Promise.reject(new Error('there is nothing beside the model'));

const exported = async (model: Uint8Array, layers: readonly QdqLayer[]) => {
  const made = await qdqModel(memorySource(model), alone, layers, { dataFile: 'data' });
  return { bytes: await collect(made.model), notes: made.notes };
};

async function outputOf(
  model: Uint8Array,
  shape: readonly number[],
  data: Float32Array,
): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const [output] = (await run(model, new Map([['x', { dataType: 'float32' as const, shape, data }]]))).values();
  return { shape: output.shape, data: output.data as Float32Array };
}

/** Mean of each channel along an axis. */
function channelMeans(data: Float32Array, shape: readonly number[], axis: number): number[] {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const sums = new Array<number>(shape[axis]).fill(0);
  data.forEach((x, i) => (sums[Math.floor(i / inner) % shape[axis]] += x / (data.length / shape[axis])));
  return sums;
}

/** One layer of a kind, and what it takes in. */
interface Case {
  readonly op: string;
  readonly weight: readonly number[];
  readonly input: readonly number[];
  readonly channels: number;
  readonly bias?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly inside?: readonly number[];
  readonly scheme?: string;
}

const axis = { input: 7, output: 4, kernel: 3, stride: 2, dilation: 1, pad: 1 };

const cases: Readonly<Record<string, Case>> = {
  'a convolution': { op: 'Conv', weight: [4, 3, 2, 2], input: [2, 3, 5, 5], channels: 4, bias: true },
  'a convolution without a bias': { op: 'Conv', weight: [4, 3, 2, 2], input: [2, 3, 5, 5], channels: 4 },
  'a padded convolution of groups': {
    op: 'Conv',
    weight: [6, 1, 3, 3],
    input: [2, 3, 7, 7],
    channels: 6,
    bias: true,
    attributes: { group: { int: 3 }, pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 2] } },
    inside: insideShares([axis, axis], false),
  },
  'a dilated convolution, padded on one side': {
    op: 'Conv',
    weight: [2, 2, 3],
    input: [1, 2, 9],
    channels: 2,
    attributes: { pads: { ints: [3, 0] }, dilations: { ints: [2] } },
    inside: insideShares([{ input: 9, output: 8, kernel: 3, stride: 1, dilation: 2, pad: 3 }], false),
  },
  'a transposed convolution': {
    op: 'ConvTranspose',
    weight: [3, 4, 2, 3],
    input: [2, 3, 5, 5],
    channels: 4,
    bias: true,
    attributes: { strides: { ints: [2, 2] }, pads: { ints: [0, 1, 0, 1] } },
    inside: insideShares(
      [
        { input: 5, output: 10, kernel: 2, stride: 2, dilation: 1, pad: 0 },
        { input: 5, output: 9, kernel: 3, stride: 2, dilation: 1, pad: 1 },
      ],
      true,
    ),
  },
  // Of codes ONNX Runtime would make a MatMulNBits, which rounds what it takes in.
  'a product': { op: 'MatMul', weight: [6, 4], input: [3, 2, 6], channels: 4, scheme: 'codebook:4/tensor' },
  'a Gemm': { op: 'Gemm', weight: [4, 6], input: [5, 6], channels: 4, bias: true, attributes: { transB: { int: 1 } } },
  'a Gemm that multiplies its products': {
    op: 'Gemm',
    weight: [6, 4],
    input: [5, 6],
    channels: 4,
    bias: true,
    attributes: { alpha: { float: 0.5 }, beta: { float: 3 } },
  },
};

describe('a corrected bias', () => {
  it.each(Object.entries(cases))(
    'of %s leaves no mean error where all inputs are their means',
    async (_, { op, weight, input, channels, bias, attributes, inside, scheme = 'int3/tensor/minmax' }) => {
      const count = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
      const model = modelBytes({
        nodes: [{ op, name: 'layer', inputs: ['x', 'w', ...(bias ? ['b'] : [])], outputs: ['y'], ...(attributes ? { attributes } : {}) }],
        constants: { w: floats(weight, wave(count(weight))), ...(bias ? { b: floats([channels], wave(channels, 3)) } : {}) },
        inputs: { x: { shape: input } },
        outputs: ['y'],
      });
      const at = op.includes('Conv') ? 1 : input.length - 1;
      const behind = input.slice(at + 1).reduce((a, b) => a * b, 1);
      const means = Array.from(wave(input[at], 2.3));
      const x = Float32Array.from({ length: count(input) }, (_one, i) => means[Math.floor(i / behind) % means.length]);
      const correct: Transform = { transform: 'correct-bias', means, ...(inside ? { inside } : {}) };
      const float = await outputOf(model, input, x);
      const errors = async (transforms: readonly Transform[]): Promise<number> => {
        const { bytes } = await exported(model, [{ layer: 'layer', weight: scheme, activation: null, transforms }]);
        const found = await outputOf(bytes, input, x);
        const error = found.data.map((y, i) => y - float.data[i]);
        return Math.max(...channelMeans(error, float.shape, op.includes('Conv') ? 1 : float.shape.length - 1).map(Math.abs));
      };
      expect(await errors([])).toBeGreaterThan(0.01);
      expect(await errors([correct])).toBeLessThan(1e-5);
    },
  );

  it('does nothing to a layer whose weight stays, and says so', async () => {
    const model = modelBytes({
      nodes: [{ op: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
      constants: { w: floats([2, 2], [1, 2, 3, 4]) },
      inputs: { x: { shape: [1, 2] } },
      outputs: ['y'],
    });
    const { bytes, notes } = await exported(model, [
      { layer: 'layer', weight: null, activation: null, transforms: [{ transform: 'correct-bias', means: [1, 2] }] },
    ]);
    expect(notes).toEqual(['correcting and fitting the bias of "layer" does nothing: the weight is not quantized']);
    expect(onnx.ModelProto.decode(bytes).graph!.node).toHaveLength(1);
  });
});

describe('scales that are widened for a bias', () => {
  const w = wave(24).map((x, i) => (i < 6 ? x / 1e6 : x));
  const model = modelBytes({
    nodes: [{ op: 'Gemm', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes: { transB: { int: 1 } } }],
    constants: { w: floats([4, 6], w), b: floats([4], [1e4, 2, 3, 4]) },
    inputs: { x: { shape: [5, 6] } },
    outputs: ['y'],
  });
  const layer = (...transforms: Transform[]): QdqLayer => ({
    layer: 'layer',
    weight: 'int8/channel/minmax',
    activation: { scheme: 'uint8/tensor/minmax', clip: { lo: -1.1, hi: 1.1 }, input: 'x' },
    transforms,
  });

  it('make it fit into int32, at next to no cost', async () => {
    const plain = await exported(model, [layer()]);
    expect(plain.notes).toEqual([expect.stringContaining('the bias of "layer" is too large for 32 bits')]);
    const fitted = await exported(model, [layer({ transform: 'fit-bias' })]);
    expect(fitted.notes).toEqual([]);
    expect(
      onnx.ModelProto.decode(fitted.bytes).graph!.initializer!.filter(({ dataType }) => dataType === onnx.TensorProto.DataType.INT32),
    ).toHaveLength(1);
    const x = wave(30, 0.7).map((value) => Math.max(-1, Math.min(1, value)));
    const [float, before, after] = await Promise.all([model, plain.bytes, fitted.bytes].map((bytes) => outputOf(bytes, [5, 6], x)));
    const rest = ({ data }: { data: Float32Array }) => data.filter((_, i) => i % 4 > 0);
    expect(sqnr(rest(float), rest(after))).toBeCloseTo(sqnr(rest(float), rest(before)), 1);
    expect(after.data[0] / float.data[0]).toBeCloseTo(1, 6);
  });
});

describe('equalized layers', () => {
  const graph = (more: Partial<TestGraph> = {}): Uint8Array =>
    modelBytes({
      nodes: [
        { op: 'Conv', name: 'a', inputs: ['x', 'w1'], outputs: ['p'] },
        { op: 'Relu', inputs: ['p'], outputs: ['q'] },
        { op: 'Conv', name: 'b', inputs: ['q', 'w2', 'bias'], outputs: ['r'] },
        { op: 'Clip', inputs: ['r', 'low', 'high'], outputs: ['s'] },
        { op: 'Conv', name: 'c', inputs: ['s', 'w3'], outputs: ['y'] },
      ],
      constants: {
        w1: floats(
          [4, 2, 1, 1],
          wave(8).map((x, i) => x * 10 ** -(i >> 1)),
        ),
        w2: floats(
          [3, 4, 2, 2],
          wave(48, 1.3).map((x, i) => x * 10 ** (i >> 4)),
        ),
        w3: floats([2, 3, 1, 1], wave(6, 0.9)),
        bias: floats([3], [0.1, 1, 2]),
        low: floats([], [0]),
        high: floats([], [6]),
      },
      inputs: { x: { shape: [1, 2, 6, 6] } },
      outputs: ['y'],
      ...more,
    });
  const both: QdqLayer[] = [
    { layer: 'a', weight: null, activation: null, transforms: [{ transform: 'equalize', with: 'b' }] },
    { layer: 'b', weight: null, activation: null, transforms: [{ transform: 'equalize', with: 'c' }] },
    { layer: 'c', weight: null, activation: null },
  ];
  const shape = [1, 2, 6, 6];

  it('one pair behind the other give what they gave, and lose less with one scale', async () => {
    const float = await outputOf(graph(), shape, wave(72, 0.3));
    const { bytes } = await exported(graph(), both);
    expect(sqnr(float.data, (await outputOf(bytes, shape, wave(72, 0.3))).data)).toBeGreaterThan(110);
    const names = onnx.ModelProto.decode(bytes).graph!.initializer!.map(({ name }) => name);
    // The clip's own bounds and the old bias are no longer needed.
    expect(names).not.toContain('high');
    expect(names).not.toContain('bias');
    const kept = async (layers: readonly QdqLayer[]) =>
      sqnr(
        float.data,
        (
          await outputOf(
            (
              await exported(
                graph(),
                layers.map((one) => ({ ...one, weight: 'int8/tensor/minmax' })),
              )
            ).bytes,
            shape,
            wave(72, 0.3),
          )
        ).data,
      );
    expect((await kept(both)) - (await kept(both.map(({ layer }) => ({ layer, weight: null, activation: null }))))).toBeGreaterThan(6);
  });

  it('clip what they divided to the range that follows', async () => {
    const activation = { scheme: 'uint8/tensor/minmax', clip: { lo: 0, hi: 6 }, input: 's' };
    const ranges = [
      [0, 6],
      [0, 6],
      [0, 6],
    ] as const;
    const [a, b, c] = both;
    const layers = [a, { ...b, transforms: [{ transform: 'equalize' as const, with: 'c', ranges }] }, { ...c, activation }];
    const float = await outputOf(graph(), shape, wave(72, 0.3));
    expect(sqnr(float.data, (await outputOf((await exported(graph(), layers)).bytes, shape, wave(72, 0.3))).data)).toBeGreaterThan(25);
    await expect(exported(graph(), [a, b, { ...c, activation }])).rejects.toThrow(
      /layer "c": what it takes in is quantized, and its equalization has no "ranges"/,
    );
    await expect(exported(graph(), [a, { ...b, transforms: [{ transform: 'equalize', with: 'c', ranges: [[0, 1]] }] }, c])).rejects.toThrow(
      'equalize has ranges of 1 channels, and "c" takes in 3',
    );
  });

  it.each([
    [
      [{ ...both[0], transforms: [{ transform: 'equalize', with: 'c' }] }],
      /layer "a": it cannot be equalized with "c": that layer does not follow it/,
    ],
    [[{ ...both[0], weight: 'int8/tensor/fixed:-1..1' }], /layer "a": the clip range of "a" was chosen for its weight as it is/],
    [
      [both[0], { ...both[1], weight: 'int8/tensor/fixed:-1..1', transforms: [] }],
      /layer "a": the clip range of "b" was chosen for its weight/,
    ],
    [
      [{ ...both[0], transforms: [{ transform: 'correct-bias', means: [1] }] }],
      /layer "a": correct-bias has means of 1 channels, and it takes in 2/,
    ],
    [
      [{ ...both[1], transforms: [{ transform: 'correct-bias', means: [1, 1, 1, 1], inside: [1] }] }],
      /correct-bias has 1 shares "inside", and its kernel has 4 elements/,
    ],
  ] as [QdqLayer[], RegExp][])('are refused in one line where they cannot be: %j', async (layers, message) => {
    await expect(exported(graph(), layers)).rejects.toThrow(message);
  });
});
