import fc from 'fast-check';
import { onnx } from 'onnx-proto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { parseScheme, scaleOf } from '../../../../src/core/formats/index.js';
import { quantizeTensor } from '../../../../src/core/quantizeTensor.js';
import { ExportError } from '../../../../src/exporters/exportError.js';
import { qdqLayers, qdqModel, type QdqLayer, type QdqModel, type QdqOptions } from '../../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openModel } from '../../../../src/model/open.js';
import type { OpenSibling } from '../../../../src/model/types.js';
import { attributeMessage, nodeMessage, type NewNode } from '../../../../src/model/writers/onnx/nodes.js';
import { ATTRIBUTE, GRAPH, MODEL, NODE, type TensorBytes } from '../../../../src/model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter } from '../../../../src/model/writers/onnx/wire.js';
import { collect, floats, graphMessage, modelBytes, run, sqnr, wave, type TestGraph } from './build.js';

const alone = () => Promise.reject(new Error('there is nothing beside the model'));

async function quantize(bytes: Uint8Array, layers: readonly QdqLayer[], options: Partial<QdqOptions> = {}, siblings: OpenSibling = alone) {
  const made = await qdqModel(memorySource(bytes), siblings, layers, { dataFile: 'model.data', ...options });
  return { made, bytes: await collect(made.model) };
}

const weightsOnly = (schemes: Readonly<Record<string, string>>): QdqLayer[] =>
  Object.entries(schemes).map(([layer, weight]) => ({ layer, weight, activation: null }));

const decoded = (bytes: Uint8Array) => onnx.ModelProto.decode(bytes).graph!;

/** The numbers that stand for a weight in the exported model: what a model that gives it away computes. */
async function valueIn(bytes: Uint8Array, name: string): Promise<ArrayLike<number>> {
  const model = new MessageWriter();
  for (const field of fieldsOf(bytes)) {
    if (field.number !== MODEL.graph) {
      model.copy(field.whole);
      continue;
    }
    const graph = new MessageWriter();
    for (const { number, whole } of fieldsOf(field.body)) if (number !== GRAPH.output && number !== GRAPH.input) graph.copy(whole);
    model.field(MODEL.graph, graph.field(GRAPH.output, new MessageWriter().field(1, name)));
  }
  // Nodes that need the inputs cannot stay.
  const needed = onnx.ModelProto.decode(model.finish());
  const nodes = needed.graph!.node!;
  const wanted = new Set([name]);
  for (const node of [...nodes].reverse())
    if (node.output!.some((output) => wanted.has(output))) node.input!.forEach((input) => wanted.add(input));
  needed.graph!.node = nodes.filter((node) => node.output!.some((output) => wanted.has(output)));
  const results = await run(onnx.ModelProto.encode(needed).finish(), new Map());
  return results.get(name)!.data as Float32Array;
}

/** One convolution, matrix product and what else a test needs. */
const conv = (shape: readonly number[], more: Partial<TestGraph> = {}, node: Partial<NewNode> = {}): TestGraph => ({
  nodes: [{ op: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['y'], ...node }],
  constants: { w: floats(shape, wave(shape.reduce((a, b) => a * b, 1))) },
  inputs: { x: { shape: [1, shape[1], 6, 6] } },
  outputs: ['y'],
  ...more,
});

const schemes = [
  'int8/tensor/minmax',
  'int8/channel/mse',
  'uint8/channel/minmax',
  'int4/channel/minmax',
  'int4/block:8/minmax',
  'uint4/block:5/mse',
  'int3/tensor/minmax',
  'int5-asym/channel/minmax',
  'int16/channel/minmax',
  'int1/channel',
  'binary',
  'ternary',
  'pow2<4>/channel/minmax',
  'pow2<5>/channel/minmax',
  'fixed<8,4>',
  'fixed<8,mse>',
  'fixed<20,12>',
  'direct5/channel',
  'cut<int8,2,round>/channel',
  'cut<bf16,3,floor>',
  'bf16',
  'fp16',
  'fp8e4m3fn/channel/minmax',
  'fp8e5m2/tensor/minmax',
  'fp6e2m3/channel/minmax',
  'nf4/block:16',
  'mxfp4',
  'q4_0',
  'codebook:8/tensor',
  'int8/tensor/minmax/stochastic',
];

describe('a weight that is stored under a scheme', () => {
  const shapes = [
    { name: 'convolution', shape: [4, 3, 3, 3], node: {} },
    { name: 'pointwise convolution', shape: [5, 12, 1, 1], node: {} },
  ];
  it.each(schemes)('%s has the numbers of the fake-quantized one', async (text) => {
    for (const { shape } of shapes) {
      const graph = conv(shape);
      const { bytes } = await quantize(modelBytes(graph), weightsOnly({ conv: text }));
      const expected = await quantizeTensor(wave(shape.reduce((a, b) => a * b, 1)), shape, 0, parseScheme(text));
      expect(Array.from(await valueIn(bytes, 'w'))).toEqual(Array.from(expected));
    }
  });

  it.each(['int4/block:4/minmax', 'int8/channel/minmax', 'uint4/block:7/mse'])('%s along other axes too', async (text) => {
    const cases: { node: NewNode; shape: number[]; axis: number | null; x: number[] }[] = [
      { node: { op: 'MatMul', name: 'l', inputs: ['x', 'w'], outputs: ['y'] }, shape: [10, 6], axis: 1, x: [2, 10] },
      { node: { op: 'MatMul', name: 'l', inputs: ['w', 'x'], outputs: ['y'] }, shape: [6, 10], axis: 0, x: [10, 2] },
      { node: { op: 'MatMul', name: 'l', inputs: ['x', 'w'], outputs: ['y'] }, shape: [2, 10, 6], axis: 2, x: [2, 3, 10] },
      { node: { op: 'MatMul', name: 'l', inputs: ['x', 'w'], outputs: ['y'] }, shape: [16], axis: null, x: [2, 16] },
      {
        node: { op: 'Gemm', name: 'l', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: { int: 1 } } },
        shape: [6, 10],
        axis: 0,
        x: [2, 10],
      },
      { node: { op: 'ConvTranspose', name: 'l', inputs: ['x', 'w'], outputs: ['y'] }, shape: [3, 4, 2, 2], axis: 1, x: [1, 3, 4, 4] },
    ];
    for (const { node, shape, axis, x } of cases) {
      const count = shape.reduce((a, b) => a * b, 1);
      const graph = { nodes: [node], constants: { w: floats(shape, wave(count)) }, inputs: { x: { shape: x } }, outputs: ['y'] };
      const { bytes } = await quantize(modelBytes(graph), weightsOnly({ l: text }));
      expect(Array.from(await valueIn(bytes, 'w'))).toEqual(Array.from(await quantizeTensor(wave(count), shape, axis, parseScheme(text))));
      await run(bytes, new Map([['x', { dataType: 'float32', shape: x, data: wave(x.reduce((a, b) => a * b, 1)) }]]));
    }
  });

  // What ONNX Runtime makes of the weight, against x̂ = clamp(round(x/s) + z)·s written out, with the scale that the range itself implies.
  it.each([
    ['uint8/tensor/mse', { lo: -0.51, hi: 1.02 }, { scale: 1.53 / 255, zero: 85, least: 0, most: 255 }],
    ['uint4/channel/minmax', { lo: 0, hi: 1.5 }, { scale: 0.1, zero: 0, least: 0, most: 15 }],
    ['int8/channel/mse', { lo: -0.635, hi: 0.635 }, { scale: 0.005, zero: 0, least: -127, most: 127 }],
    ['int4/block:9/minmax', { lo: -0.3, hi: 0.7 }, { scale: 0.1, zero: 0, least: -7, most: 7 }],
  ])('%s uses exactly the range that the user gave it', async (weight, weightClip, { scale, zero, least, most }) => {
    const assignment = { layer: 'conv', weight, weightClip, activation: null, input: null, clip: null };
    const { bytes } = await quantize(modelBytes(conv([4, 3, 3, 3])), qdqLayers({ assignments: [assignment] }));
    const expected = Array.from(wave(4 * 27), (x) => (Math.min(most, Math.max(least, Math.round(x / scale) + zero)) - zero) * scale);
    const found = await valueIn(bytes, 'w');
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
    expect(Math.max(...Array.from(found))).toBeCloseTo(weightClip.hi, 5);
  });

  it('writes the axis of its scales, and leaves out a zero point of 0', async () => {
    const { bytes } = await quantize(modelBytes(conv([4, 3, 3, 3])), weightsOnly({ conv: 'int8/channel/minmax' }));
    const { node, initializer } = decoded(bytes);
    expect(node![0].opType).toBe('DequantizeLinear');
    expect(node![0].attribute!.map(({ name, i }) => [name, Number(i)])).toEqual([['axis', 0]]);
    expect(node![0].input).toEqual(['w_quantized', 'w_scale']);
    expect(initializer!.map(({ name, dataType, dims }) => [name, dataType, dims!.map(Number)])).toEqual([
      ['w_quantized', 3, [4, 3, 3, 3]],
      ['w_scale', 1, [4]],
    ]);
  });

  it.each([
    ['int8/tensor/minmax', 17, 17],
    ['int8/tensor/minmax', 9, 10],
    ['int8/channel/minmax', 11, 13],
    ['int8/channel/minmax', 13, 13],
    ['fp16', 9, 9],
    ['bf16', 11, 13],
    ['fp8e4m3fn/tensor/minmax', 17, 19],
    ['int4/tensor/minmax', 17, 21],
    ['int16/tensor/minmax', 19, 21],
    ['int8/block:4/minmax', 17, 21],
    ['nf4/block:16', 9, 9],
  ])('%s takes opset %i to %i', async (text, before, after) => {
    const { made, bytes } = await quantize(modelBytes(conv([4, 3, 3, 3]), before, 7), weightsOnly({ conv: text }));
    expect(made.opset).toEqual({ before, after });
    expect(onnx.ModelProto.decode(bytes).opsetImport.map(({ version }) => Number(version))).toEqual([after]);
    expect(Number(onnx.ModelProto.decode(bytes).irVersion)).toBe(after === 21 ? 10 : after === 19 ? 9 : 7);
    await run(bytes, new Map([['x', { dataType: 'float32', shape: [1, 3, 6, 6], data: wave(108) }]]));
  });

  it('says what ONNX has no type for, and what it stores wider', async () => {
    const notes = async (text: string) => (await quantize(modelBytes(conv([4, 3, 3, 3])), weightsOnly({ conv: text }))).made.notes;
    expect(await notes('int8/channel/minmax')).toEqual([]);
    expect((await notes('nf4/block:16'))[0]).toMatch(/^ONNX has no type for the codes of "conv": the same numbers are stored as float32/);
    expect((await notes('int3/channel/minmax'))[0]).toMatch(/^ONNX has no type as narrow as the codes of "conv"/);
  });
});

describe('a weight, wherever it is', () => {
  const w = floats([4, 3, 3, 3], wave(108));
  const x = { x: { shape: [1, 3, 6, 6] } };
  const input = new Map([['x', { dataType: 'float32' as const, shape: [1, 3, 6, 6], data: wave(108, 0.3) }]]);
  const convNode = (weight: string, output = 'y', name = 'conv'): NewNode => ({
    op: 'Conv',
    name,
    inputs: ['x', weight],
    outputs: [output],
  });
  const constant = (name: string, tensor: TensorBytes): NewNode => ({
    op: 'Constant',
    inputs: [],
    outputs: [name],
    attributes: { value: { tensor } },
  });

  /** Exports, runs, and compares with the same graph whose weight is fake-quantized. */
  async function check(
    graph: (weight: TensorBytes) => TestGraph,
    layers: Readonly<Record<string, string>>,
    scheme = 'int8/channel/minmax',
  ) {
    const values = await quantizeTensor(wave(108), [4, 3, 3, 3], 0, parseScheme(scheme));
    const { bytes } = await quantize(modelBytes(graph(w)), weightsOnly(layers));
    const [expected, found] = [await run(modelBytes(graph(floats([4, 3, 3, 3], values))), input), await run(bytes, input)];
    for (const [name, { data }] of expected) expect(sqnr(data as Float32Array, found.get(name)!.data as Float32Array)).toBeGreaterThan(100);
    return decoded(bytes);
  }

  it('in a Constant node', async () => {
    const graph = await check((weight) => ({ nodes: [constant('w', weight), convNode('w')], inputs: x, outputs: ['y'] }), {
      conv: 'int8/channel/minmax',
    });
    expect(graph.node!.map(({ opType }) => opType)).toEqual(['DequantizeLinear', 'Conv']);
  });

  it('behind Identity and Cast', async () => {
    const graph = await check(
      (weight) => ({
        nodes: [
          { op: 'Identity', inputs: ['w'], outputs: ['w2'] },
          { op: 'Cast', inputs: ['w2'], outputs: ['w3'], attributes: { to: { int: 1 } } },
          convNode('w3'),
        ],
        constants: { w: weight },
        inputs: x,
        outputs: ['y'],
      }),
      { conv: 'int8/channel/minmax' },
    );
    expect(graph.initializer!.some(({ name }) => name === 'w')).toBe(false);
  });

  it('behind a Reshape that makes its channels', async () => {
    const graph = await check(
      (weight) => ({
        nodes: [{ op: 'Reshape', inputs: ['flat', 'shape'], outputs: ['w'] }, convNode('w')],
        constants: {
          flat: { ...weight, shape: [108] },
          shape: { dataType: 'int64', shape: [4], raw: new Uint8Array(BigInt64Array.of(4n, 3n, 3n, 3n).buffer) },
        },
        inputs: x,
        outputs: ['y'],
      }),
      { conv: 'int8/channel/minmax' },
    );
    // Nothing of the float weight is left.
    expect(graph.initializer!.map(({ name }) => name)).toEqual(['w_quantized', 'w_scale']);
  });

  it('as one output of a Split', async () => {
    await check(
      (weight) => ({
        nodes: [
          { op: 'Split', inputs: ['all'], outputs: ['w', 'other'], attributes: { axis: { int: 0 } } },
          convNode('w'),
          convNode('other', 'z', 'conv2'),
        ],
        constants: { all: floats([8, 3, 3, 3], [...new Float32Array(Uint8Array.from(weight.raw).buffer), ...wave(108, 2)]) },
        inputs: x,
        outputs: ['y', 'z'],
      }),
      { conv: 'int8/channel/minmax' },
    );
  });

  it('shared by two layers of one scheme', async () => {
    const graph = await check(
      (weight) => ({ nodes: [convNode('w', 'y', 'a'), convNode('w', 'z', 'b')], constants: { w: weight }, inputs: x, outputs: ['y', 'z'] }),
      { a: 'int8/channel/minmax', b: 'int8/channel/minmax' },
    );
    expect(graph.node!.filter(({ opType }) => opType === 'DequantizeLinear')).toHaveLength(1);
  });

  it('in the branches of an If', async () => {
    const branch = (weight: TensorBytes, name: string) =>
      graphMessage({
        nodes: [{ op: 'Conv', name, inputs: ['x', `w_${name}`], outputs: [`y_${name}`] }],
        constants: { [`w_${name}`]: weight },
        outputs: [`y_${name}`],
      });
    const graphAttribute = (name: string, graph: MessageWriter) =>
      new MessageWriter().field(ATTRIBUTE.name, name).field(ATTRIBUTE.graph, graph).int(ATTRIBUTE.type, 5);
    const graph = await check(
      (weight) => {
        const node = nodeMessage({ op: 'If', name: 'if', inputs: ['yes'], outputs: ['y'] });
        node.field(NODE.attribute, graphAttribute('then_branch', branch(weight, 'then')));
        node.field(NODE.attribute, graphAttribute('else_branch', branch(weight, 'else')));
        return { nodes: [node], constants: { yes: { dataType: 'bool', shape: [], raw: Uint8Array.of(1) } }, inputs: x, outputs: ['y'] };
      },
      { 'if/then_branch/then': 'int8/channel/minmax', 'if/else_branch/else': 'int8/channel/minmax' },
    );
    const branches = graph.node![0].attribute!.map(({ g }) => g!.node!.map(({ opType }) => opType));
    expect(branches).toEqual([
      ['DequantizeLinear', 'Conv'],
      ['DequantizeLinear', 'Conv'],
    ]);
  });

  it('that is listed as an input is one no more', async () => {
    const bytes = modelBytes({ ...conv([4, 3, 3, 3]), inputs: { x: { shape: [1, 3, 6, 6] }, w: { shape: [4, 3, 3, 3] } } }, 9, 3);
    const { bytes: made } = await quantize(bytes, weightsOnly({ conv: 'int8/tensor/minmax' }));
    expect(decoded(made).input!.map(({ name }) => name)).toEqual(['x']);
    await run(made, input);
  });

  it('in half precision stays half precision for the rest of the model', async () => {
    const codes = Uint16Array.from({ length: 108 }, (_, i) => 0x2c00 + ((i * 37) % 0x1000) + (i % 2 === 0 ? 0x8000 : 0));
    const graph: TestGraph = {
      nodes: [{ op: 'Cast', inputs: ['w'], outputs: ['w32'], attributes: { to: { int: 1 } } }, convNode('w32')],
      constants: { w: { dataType: 'float16', shape: [4, 3, 3, 3], raw: new Uint8Array(codes.buffer) } },
      inputs: x,
      outputs: ['y'],
    };
    const { bytes } = await quantize(modelBytes(graph), weightsOnly({ conv: 'int8/channel/minmax' }));
    expect(decoded(bytes).node!.map(({ opType }) => opType)).toEqual(['DequantizeLinear', 'Cast', 'Cast', 'Conv']);
    const [float, quantized] = [await run(modelBytes(graph), input), await run(bytes, input)];
    expect(sqnr(float.get('y')!.data as Float32Array, quantized.get('y')!.data as Float32Array)).toBeGreaterThan(35);
  });

  it('shared by layers of several schemes is refused, by name', async () => {
    const graph: TestGraph = {
      nodes: [convNode('w', 'y', 'a'), convNode('w', 'z', 'b')],
      constants: { w },
      inputs: x,
      outputs: ['y', 'z'],
    };
    const shares =
      /layer "b": it shares its weight with "a", which has int8\/channel\/minmax: give them one scheme; plan them as they are, e.g. with --pin LAYER=float/;
    await expect(quantize(modelBytes(graph), weightsOnly({ a: 'int8/channel/minmax', b: 'int4/channel/minmax' }))).rejects.toThrow(shares);
    await expect(quantize(modelBytes(graph), weightsOnly({ a: 'int8/channel/minmax' }))).rejects.toThrow(shares);
  });

  it('stored as codes already is refused', async () => {
    const graph: TestGraph = {
      nodes: [{ op: 'MatMulInteger', name: 'm', inputs: ['x', 'w'], outputs: ['y'] }],
      constants: { w: { dataType: 'int8', shape: [4, 2], raw: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]) } },
      inputs: { x: { dataType: 'uint8', shape: [2, 4] } },
      outputs: ['y'],
    };
    await expect(quantize(modelBytes(graph), weightsOnly({ m: 'int4/tensor/minmax' }))).rejects.toThrow(
      'layer "m": its weight is stored as int8 already',
    );
  });

  it('of a layer that is not there is refused', async () => {
    await expect(quantize(modelBytes(conv([4, 3, 3, 3])), weightsOnly({ other: 'int8' }))).rejects.toThrow(ExportError);
  });
});

describe('what layers take in', () => {
  const shape = [1, 3, 6, 6];
  const input = new Map([['x', { dataType: 'float32' as const, shape, data: wave(108, 0.3) }]]);
  const clip = { lo: -1.5, hi: 2.5 };
  const activation = (scheme: string, input = 'x') => ({ scheme, clip, input });

  /** x̂ as the core computes it. */
  function fake(values: Float32Array, scheme: string): Float32Array {
    const { scale, zeroPoint, qmin, qmax } = scaleOf(parseScheme(scheme).format, clip)!;
    const even = (v: number) => (Math.abs(v % 1) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));
    return values.map((v) => (Math.min(qmax, Math.max(qmin, even(Math.fround(v / scale)) + zeroPoint)) - zeroPoint) * scale);
  }

  it.each([
    'uint8/tensor/minmax',
    'int8-asym/tensor/minmax',
    'uint6/tensor/minmax',
    'int5/tensor/minmax',
    'uint16/tensor/minmax',
    'uint4/tensor/minmax',
    'int3-asym/tensor/minmax',
  ])('is rounded and clipped as %s says', async (scheme) => {
    const graph = conv([4, 3, 3, 3]);
    const { bytes } = await quantize(modelBytes(graph), [{ layer: 'conv', weight: null, activation: activation(scheme) }]);
    const expected = await run(modelBytes(graph), new Map([['x', { ...input.get('x')!, data: fake(wave(108, 0.3), scheme) }]]));
    expect(sqnr(expected.get('y')!.data as Float32Array, (await run(bytes, input)).get('y')!.data as Float32Array)).toBeGreaterThan(100);
  });

  it('is quantized once for layers that take the same under the same scheme', async () => {
    const graph: TestGraph = {
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['r'] },
        { op: 'Conv', name: 'a', inputs: ['r', 'w'], outputs: ['y'] },
        { op: 'Conv', name: 'b', inputs: ['r', 'w'], outputs: ['z'] },
      ],
      constants: { w: floats([4, 3, 3, 3], wave(108)) },
      inputs: { x: { shape } },
      outputs: ['y', 'z'],
    };
    const layer = (name: string, scheme = 'uint8/tensor/minmax'): QdqLayer => ({
      layer: name,
      weight: null,
      activation: activation(scheme, 'r'),
    });
    const one = decoded((await quantize(modelBytes(graph), [layer('a'), layer('b')])).bytes);
    expect(one.node!.map(({ opType }) => opType)).toEqual(['Relu', 'QuantizeLinear', 'DequantizeLinear', 'Conv', 'Conv']);
    const two = decoded((await quantize(modelBytes(graph), [layer('a'), layer('b', 'int8-asym/tensor/minmax')])).bytes);
    expect(two.node!.filter(({ opType }) => opType === 'QuantizeLinear')).toHaveLength(2);
  });

  it.each([
    ['channel/minmax', 'int8/channel/minmax', 'uint8/channel/minmax has several scales'],
    ['bf16', 'bf16', 'QuantizeLinear has nothing for bf16'],
    ['rounding', 'uint8/tensor/minmax/floor', 'rounds to floor'],
  ])('is refused where QuantizeLinear cannot: %s', async (_, scheme, message) => {
    const layers = [{ layer: 'conv', weight: null, activation: activation(scheme) }];
    await expect(quantize(modelBytes(conv([4, 3, 3, 3])), layers)).rejects.toThrow(message.replace('uint8/channel', 'int8/channel'));
  });

  it('is refused when the plan names another value', async () => {
    const layers = [{ layer: 'conv', weight: null, activation: activation('uint8/tensor/minmax', 'elsewhere') }];
    await expect(quantize(modelBytes(conv([4, 3, 3, 3])), layers)).rejects.toThrow('layer "conv": it takes in "x", not "elsewhere"');
  });
});

test('a weight whose input is quantized has its zero point written, which integer kernels look for', async () => {
  const graph: TestGraph = {
    nodes: [{ op: 'Gemm', name: 'l', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: { int: 1 } } }],
    constants: { w: floats([4, 6], wave(24)) },
    inputs: { x: { shape: [2, 6] } },
    outputs: ['y'],
  };
  const activation = { scheme: 'uint8/tensor/minmax', clip: { lo: -2, hi: 2 }, input: 'x' };
  const { made, bytes } = await quantize(modelBytes(graph), [{ layer: 'l', weight: 'int8/channel/minmax', activation }]);
  const zero = decoded(bytes).initializer!.find(({ name }) => name === 'w_zero_point')!;
  expect([zero.dataType, Array.from(zero.rawData!)]).toEqual([3, [0, 0, 0, 0]]);
  expect(made.weightBytes).toBe(24 + 4 * 4);
});

describe('the bias of a layer whose input is quantized', () => {
  const quantized = (weight: string): QdqLayer[] => [
    { layer: 'l', weight, activation: { scheme: 'uint8/tensor/minmax', clip: { lo: -2, hi: 2 }, input: 'x' } },
  ];
  const cases: { name: string; node: Partial<NewNode>; w: number[]; b: number[]; x: number[] }[] = [
    { name: 'convolution', node: { op: 'Conv' }, w: [4, 3, 3, 3], b: [4], x: [1, 3, 6, 6] },
    {
      name: 'grouped transposed convolution',
      node: { op: 'ConvTranspose', attributes: { group: { int: 2 } } },
      w: [4, 3, 2, 2],
      b: [6],
      x: [1, 4, 5, 5],
    },
    { name: 'Gemm', node: { op: 'Gemm', attributes: { transB: { int: 1 } } }, w: [5, 12], b: [5], x: [2, 12] },
    { name: 'Gemm with a row', node: { op: 'Gemm' }, w: [12, 5], b: [1, 5], x: [2, 12] },
  ];
  const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

  it.each(cases)('is int32 at the scale of the products: $name', async ({ node, w, b, x }) => {
    const graph: TestGraph = {
      nodes: [{ name: 'l', inputs: ['x', 'w', 'b'], outputs: ['y'], op: '', ...node }],
      constants: { w: floats(w, wave(product(w))), b: floats(b, wave(product(b), 3)) },
      inputs: { x: { shape: x } },
      outputs: ['y'],
    };
    const { bytes } = await quantize(modelBytes(graph), quantized('int8/channel/minmax'));
    const { initializer } = decoded(bytes);
    const named = (name: string) => initializer!.find((tensor) => tensor.name === name)!;
    expect(named('b_quantized').dataType).toBe(6);
    expect(initializer!.some(({ name }) => name === 'b')).toBe(false);
    const scales = (name: string) => Array.from(new Float32Array(Uint8Array.from(named(name).rawData!).buffer));
    const inputScale = scales('x_scale')[0];
    const weightScales = scales('w_scale');
    expect(scales('b_scale')).toEqual(
      Array.from({ length: product(b) }, (_, i) => Math.fround(inputScale * weightScales[i % weightScales.length])),
    );
    const bias = await valueIn(bytes, 'b_DequantizeLinear_Output');
    wave(product(b), 3).forEach((value, i) => expect(Math.abs(value - bias[i])).toBeLessThanOrEqual(0.5001 * scales('b_scale')[i]));
    await run(bytes, new Map([['x', { dataType: 'float32', shape: x, data: wave(product(x)) }]]));
  });

  const withBias = (bias: TensorBytes): TestGraph => ({
    nodes: [{ op: 'Conv', name: 'l', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
    constants: { w: floats([2, 1, 1, 1], [1e-6, 1]), b: bias },
    inputs: { x: { shape: [1, 1, 2, 2] } },
    outputs: ['y'],
  });

  it('stays float where 32 bits are too few, and a note says so', async () => {
    const { made, bytes } = await quantize(modelBytes(withBias(floats([2], [5e5, 0]))), quantized('int8/channel/minmax'));
    expect(made.notes).toEqual(['the bias of "l" is too large for 32 bits at the scale of its products: it stays float']);
    expect(decoded(bytes).initializer!.some(({ name }) => name === 'b')).toBe(true);
  });

  it('stays float where the weight has no scale of its own', async () => {
    for (const weight of ['bf16', 'nf4/block:16'])
      expect(
        decoded((await quantize(modelBytes(withBias(floats([2], [1, 2]))), quantized(weight))).bytes).initializer!.some(
          ({ name }) => name === 'b',
        ),
      ).toBe(true);
  });
});

describe('what does not change', () => {
  const lenet = 'samples/lenet/lenet5-mnist.onnx';

  it('is copied byte by byte', async () => {
    const original = new Uint8Array(await readFile(lenet));
    const model = await openModel(memorySource(original), alone);
    const names = model.layers.map(({ name }) => name);
    const graphOf = (bytes: Uint8Array) => [...fieldsOf(bytes)].find(({ number }) => number === MODEL.graph)!.body;
    const choice = fc.constantFrom(null, 'int8/tensor/minmax', 'int8/channel/minmax', 'int4/channel/minmax', 'fp16', 'nf4/block:64');
    await fc.assert(
      fc.asyncProperty(fc.tuple(...names.map(() => choice)), async (weights) => {
        const layers = names.map((layer, i) => ({ layer, weight: weights[i], activation: null }));
        const { bytes } = await quantize(original, layers);
        const kept = new Set([...fieldsOf(graphOf(bytes))].map(({ whole }) => Buffer.from(whole).toString('base64')));
        const replaced = new Set(model.layers.filter((_, i) => weights[i] !== null).map(({ weight }) => weight.name));
        for (const { number, body, whole } of fieldsOf(graphOf(original))) {
          const name = number === GRAPH.initializer ? onnx.TensorProto.decode(body).name : '';
          expect(kept.has(Buffer.from(whole).toString('base64'))).toBe(!replaced.has(name));
        }
        if (weights.every((weight) => weight === null)) expect(Buffer.from(bytes).equals(Buffer.from(original))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('fields that nobody knows stay, wherever they are', async () => {
    const unknown = (text: string) => new MessageWriter().field(99, text).finish();
    const node = nodeMessage({ op: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['y'] }).copy(unknown('of a node'));
    node.field(NODE.attribute, attributeMessage('group', { int: 1 }).copy(unknown('of an attribute')));
    const graph = graphMessage({ ...conv([4, 3, 3, 3]), nodes: [node] }).copy(unknown('of the graph'));
    const bytes = new MessageWriter()
      .int(MODEL.irVersion, 8)
      .field(MODEL.graph, graph)
      .copy(unknown('of the model'))
      .field(MODEL.opsetImport, new MessageWriter().int(2, 17))
      .finish();
    const { bytes: made } = await quantize(bytes, weightsOnly({ conv: 'int4/channel/minmax' }));
    for (const text of ['of a node', 'of an attribute', 'of the graph', 'of the model'])
      expect(Buffer.from(made).includes(Buffer.from(unknown(text)))).toBe(true);
  });
});

describe('a model that is too large for one file', () => {
  /** Reads both files again. */
  async function reopened({ made, bytes }: { made: QdqModel; bytes: Uint8Array }) {
    const data = await collect(made.data!);
    return {
      data,
      model: await openModel(memorySource(bytes), (name) => (name === 'model.data' ? Promise.resolve(memorySource(data)) : alone())),
    };
  }

  it('has the data of its tensors beside it, and the same numbers', async () => {
    const original = new Uint8Array(await readFile('samples/lenet/lenet5-mnist.onnx'));
    const float = await openModel(memorySource(original), alone);
    const layers = float.layers.map(({ name }, i) => ({ layer: name, weight: i === 2 ? null : 'int8/channel/minmax', activation: null }));
    const whole = await openModel(memorySource((await quantize(original, layers)).bytes), alone);
    const apart = await quantize(original, layers, { largest: 20_000 });
    expect(apart.bytes.length).toBeLessThan(20_000);
    const { model, data } = await reopened(apart);
    for (const [i, { weight }] of model.layers.entries())
      expect(await weight.read(0, weight.elements)).toEqual(await whole.layers[i].weight.read(0, weight.elements));
    // What is left alone is there too, on a page of its own.
    const raw = new Uint8Array((await float.layers[2].weight.read(0, 48_000)).buffer);
    expect(Buffer.from(data).indexOf(raw) % 4096).toBe(0);
  });

  it('is one file again when it fits', async () => {
    const original = new Uint8Array(await readFile('samples/lenet/lenet5-mnist.onnx'));
    const apart = await quantize(original, [], { largest: 20_000 });
    const data = await collect(apart.made.data!);
    const siblings = (name: string) => (name === 'model.data' ? Promise.resolve(memorySource(data)) : alone());
    const { made, bytes } = await quantize(apart.bytes, [], {}, siblings);
    expect(made.data).toBeNull();
    const [before, after] = [await openModel(memorySource(original), alone), await openModel(memorySource(bytes), alone)];
    for (const [i, { weight }] of after.layers.entries())
      expect(await weight.read(0, weight.elements)).toEqual(await before.layers[i].weight.read(0, weight.elements));
  });

  it('is refused when even the rest is too large', async () => {
    const original = new Uint8Array(await readFile('samples/lenet/lenet5-mnist.onnx'));
    await expect(quantize(original, [], { largest: 1000 })).rejects.toThrow('the model takes more than');
  });
});
