import { describe, expect, it } from 'vitest';
import { aimetEncodings } from '../../../src/exporters/encodings/aimet.js';
import { ortOverrides } from '../../../src/exporters/encodings/ortOverrides.js';
import { qdqModel, type QdqLayer } from '../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import type { NewNode } from '../../../src/model/writers/onnx/nodes.js';
import { onnx } from 'onnx-proto';
import { collect, floats, modelBytes, wave, type TestGraph } from './qdq/build.js';

const alone = () => Promise.reject(new Error('there is nothing beside the model'));

/** A convolution, a matrix product and one more; `head` is what a test makes of the last weight. */
const graph = (head: { readonly nodes?: readonly NewNode[]; readonly constants?: TestGraph['constants'] } = {}): Uint8Array =>
  modelBytes({
    nodes: [
      { op: 'Conv', name: 'conv', inputs: ['x', 'w1'], outputs: ['a'] },
      { op: 'Flatten', inputs: ['a'], outputs: ['b'] },
      { op: 'Gemm', name: 'fc', inputs: ['b', 'w2'], outputs: ['c'], attributes: { transB: { int: 1 } } },
      ...(head.nodes ?? [{ op: 'MatMul', name: 'head', inputs: ['c', 'w3'], outputs: ['y'] }]),
    ],
    constants: {
      w1: floats([4, 3, 3, 3], wave(108)),
      w2: floats([6, 64], wave(384)),
      ...(head.constants ?? { w3: floats([6, 5], wave(30)) }),
    },
    inputs: { x: { shape: [1, 3, 6, 6] } },
    outputs: ['y'],
  });

const clip = { lo: -1, hi: 3 };
const layer = (name: string, weight: string | null, input?: string, activation = 'uint8/tensor/minmax'): QdqLayer => ({
  layer: name,
  weight,
  activation: input === undefined ? null : { scheme: activation, clip, input },
});

async function overrides(layers: readonly QdqLayer[], model = graph()) {
  const { text, notes } = await ortOverrides(memorySource(model), alone, layers);
  return { notes, file: JSON.parse(text) as Record<string, { quant_type?: string; axis?: number; scale: number; zero_point: number }[]> };
}

interface AimetEntry {
  readonly name: string;
  readonly output_dtype: string;
  readonly y_scale: unknown;
  readonly y_zero_point?: unknown;
  readonly axis?: number;
  readonly block_size?: number;
}

async function encodings(layers: readonly QdqLayer[], model = graph()) {
  const { text, notes } = await aimetEncodings(memorySource(model), alone, layers);
  const file = JSON.parse(text) as { version: string; encodings: AimetEntry[] };
  return {
    notes,
    version: file.version,
    of: (name: string) => file.encodings.find((one) => one.name === name)!,
    names: file.encodings.map(({ name }) => name),
  };
}

/** Scales of a weight in the exported model. */
async function scalesInModel(layers: readonly QdqLayer[], name: string): Promise<number[]> {
  const { model } = await qdqModel(memorySource(graph()), alone, layers, { dataFile: 'data' });
  const { initializer } = onnx.ModelProto.decode(await collect(model)).graph!;
  return Array.from(new Float32Array(Uint8Array.from(initializer!.find((one) => one.name === `${name}_scale`)!.rawData!).buffer));
}

describe('overrides for ONNX Runtime’s quantizer', () => {
  it('have one dictionary for a tensor, or one for each channel, the first with the axis', async () => {
    const layers = [layer('conv', 'int8/channel/mse'), layer('fc', 'int8/tensor/minmax', 'b'), layer('head', 'int8/channel/minmax')];
    const { file, notes } = await overrides(layers);
    expect(Object.keys(file)).toEqual(['w1', 'w2', 'w3', 'b']);
    expect(file.w1.map(({ axis }) => axis)).toEqual([0, undefined, undefined, undefined]);
    expect(file.w1.map(({ scale }) => scale)).toEqual(await scalesInModel(layers, 'w1'));
    expect(file.w2).toEqual([{ scale: (await scalesInModel(layers, 'w2'))[0], zero_point: 0 }]);
    expect(file.w3.map(({ axis }) => axis)).toEqual([1, undefined, undefined, undefined, undefined]);
    expect(file.b).toEqual([{ scale: Math.fround(4 / 255), zero_point: 64 }]);
    expect(notes).toEqual([
      'for static_quantize_runner.py: --tensor_quant_overrides FILE --per_channel --weight_type qint8 --activation_type quint8',
    ]);
  });

  it('name their types where a plan mixes them, and the nodes that stay float', async () => {
    const { file, notes } = await overrides([
      layer('conv', 'int8/channel/minmax'),
      layer('fc', 'int4/channel/minmax'),
      layer('head', null),
    ]);
    expect([file.w1[0].quant_type, file.w2[5].quant_type]).toEqual(['QInt8', 'QInt4']);
    expect(notes.join('\n')).toContain('nodes_to_exclude=["head"]');
    expect(notes.join('\n')).toContain('QuantType.from_string');
  });

  it.each([
    [
      'int5/channel/minmax',
      /layer "fc": ONNX Runtime's quantizer has no type for int5\/channel\/minmax; plan it as it is, e.g. with --pin "fc=float"/,
    ],
    ['nf4/block:16', /has no type for nf4/],
    ['int8/block:16/minmax', /has no blocks, and the plan says int8\/block:16/],
    ['ternary', /has no type for ternary/],
  ])('are refused for %s', async (scheme, message) => {
    await expect(overrides([layer('conv', null), layer('fc', scheme), layer('head', null)])).rejects.toThrow(message);
  });

  it('are refused for weights that are no initializers, which the quantizer does not see', async () => {
    const constant: NewNode = { op: 'Constant', inputs: [], outputs: ['w3'], attributes: { value: { tensor: floats([6, 5], wave(30)) } } };
    const model = graph({ nodes: [constant, { op: 'MatMul', name: 'head', inputs: ['c', 'w3'], outputs: ['y'] }], constants: {} });
    await expect(overrides([layer('conv', null), layer('fc', null), layer('head', 'int8/tensor/minmax')], model)).rejects.toThrow(
      'the weight "w3" is no initializer, which is all that ONNX Runtime\'s quantizer takes',
    );
  });
});

describe('encodings for AIMET', () => {
  it('are those of QuantizeLinear: one scale, one for each channel, nested lists for blocks', async () => {
    const layers = [layer('conv', 'int8/channel/mse'), layer('fc', 'int4/block:16/minmax', 'b'), layer('head', 'uint8/tensor/minmax')];
    const { version, names, of, notes } = await encodings(layers);
    expect(version).toBe('2.0.0');
    expect(names).toEqual(['w1', 'w2', 'w3', 'b']);
    expect(of('w1')).toEqual({ name: 'w1', output_dtype: 'int8', y_scale: await scalesInModel(layers, 'w1'), axis: 0 });
    const blocks = await scalesInModel(layers, 'w2');
    expect(of('w2')).toEqual({
      name: 'w2',
      output_dtype: 'int4',
      y_scale: Array.from({ length: 6 }, (_, c) => blocks.slice(4 * c, 4 * c + 4)),
      axis: 1,
      block_size: 16,
    });
    expect(of('w3').y_zero_point).toBeGreaterThan(0);
    expect(of('b')).toEqual({ name: 'b', output_dtype: 'uint8', y_scale: Math.fround(4 / 255), y_zero_point: 64 });
    expect(notes).toEqual([]);
  });

  it('have blocks along the rows of a matrix whose channels come last', async () => {
    const { of } = await encodings([layer('conv', null), layer('fc', null), layer('head', 'int4/block:4/minmax')]);
    expect(of('w3')).toMatchObject({ axis: 0, block_size: 4 });
    expect((of('w3').y_scale as number[][]).map((row) => row.length)).toEqual([5, 5]);
  });

  it('take 2 bits and 8-bit floats, and say nothing of 16-bit floats', async () => {
    const { of, names, notes } = await encodings([
      layer('conv', 'int2/channel/minmax'),
      layer('fc', 'fp8e4m3fn/channel/minmax'),
      layer('head', 'fp16'),
    ]);
    expect([of('w1').output_dtype, of('w2').output_dtype]).toEqual(['int2', 'float8e4m3fn']);
    expect(names).toEqual(['w1', 'w2']);
    expect(notes).toEqual(["1 of 3 layers have no encoding and stay float: QNN's converters need --float_fallback for that"]);
  });

  it('are refused where blocks lie along no axis, and for layers and values that are not there', async () => {
    await expect(encodings([layer('conv', 'int4/block:8/minmax')])).rejects.toThrow(
      'its blocks of int4/block:8/minmax lie along no axis of its weight',
    );
    await expect(encodings([layer('nowhere', 'int8')])).rejects.toThrow('the model has no layer "nowhere"');
    await expect(encodings([layer('fc', 'int8', 'elsewhere')])).rejects.toThrow('layer "fc": it takes in "b", not "elsewhere"');
  });

  it('say when the tool rounds otherwise than the plan', async () => {
    const { notes } = await encodings([
      layer('conv', 'int8/channel/minmax/floor'),
      layer('fc', 'int8/tensor/minmax'),
      layer('head', 'int8/tensor/minmax'),
    ]);
    expect(notes).toEqual(['the tool rounds to the nearest, not as the plan says for "conv"']);
  });
});
