import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quantizeTensor } from '../../../../src/core/quantizeTensor.js';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { syntheticInputs } from '../../../../src/engine/inputs/index.js';
import { floats, ints, model, node, value } from '../../model/build.js';
import { concat, field } from '../../model/wire.js';
import { startBench } from '../bench.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SCHEME = 'int4/tensor/minmax';
const ramp = (count: number, seed: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(seed + i * i));
const opset = (version: number) => [{ domain: '', version }];
const WIDTH = 8;
const input = [value('x', ['n', WIDTH])];
const output = [value('y', ['n', WIDTH])];
const both = [...opset(17), { domain: 'mine', version: 1 }];

/**
 * A block that is called twice with weights it is given, and calls another that holds a weight itself and whose softmax runs along an axis that is
 * handed down.
 */
function blocks(): onnx.IModelProto {
  const functions: onnx.IFunctionProto[] = [
    {
      name: 'Mix',
      domain: 'mine',
      input: ['a'],
      output: ['b'],
      attribute: ['along'],
      opsetImport: opset(17),
      node: [
        node('Constant', [], ['k'], { value: floats('k', [WIDTH, WIDTH], ramp(WIDTH * WIDTH, 3)) }),
        node('MatMul', ['a', 'k'], ['c'], {}, 'held'),
        node('Softmax', ['c'], ['b'], { axis: { ref: 'along' } }),
      ],
    },
    {
      name: 'Block',
      domain: 'mine',
      input: ['a', 'w'],
      output: ['b'],
      attribute: ['along'],
      opsetImport: both,
      node: [
        node('MatMul', ['a', 'w'], ['c'], {}, 'given'),
        node('Mix', ['c'], ['d'], { along: { ref: 'along' } }, 'mix', 'mine'),
        node('Add', ['d', 'c'], ['b']),
      ],
    },
  ];
  const graph: onnx.IGraphProto = {
    node: [
      node('Block', ['x', 'v'], ['h'], { along: 0 }, 'first', 'mine'),
      node('Block', ['h', 'w'], ['y'], { along: 1 }, 'second', 'mine'),
    ],
    initializer: [floats('v', [WIDTH, WIDTH], ramp(WIDTH * WIDTH, 1)), floats('w', [WIDTH, WIDTH], ramp(WIDTH * WIDTH, 2))],
    input,
    output,
  };
  return onnx.ModelProto.decode(model(graph, { functions, opsetImport: both }));
}

const encoded = (proto: onnx.IModelProto): Uint8Array => onnx.ModelProto.encode(proto).finish();

async function bench(bytes: Uint8Array) {
  const file = path.join(folder, `${Math.random()}.onnx`);
  await writeFile(file, bytes);
  const started = await startBench(file, ({ inputs }) => syntheticInputs(inputs, { samples: 4, seed: 1 }));
  const set = syntheticInputs(started.model.inputs, { samples: 4, seed: 1 });
  const data = (await set.read(0, 4)).x.data as Float32Array;
  const run = async (changed: Uint8Array): Promise<Float32Array> => {
    const session = await InferenceSession.create(changed, { logSeverityLevel: 4 });
    return (await session.run({ x: new Tensor('float32', data, [4, WIDTH]) })).y.data as Float32Array;
  };
  return { ...started, run };
}

async function quantized(tensor: onnx.ITensorProto): Promise<void> {
  const values = new Float32Array(Uint8Array.from(tensor.rawData!).buffer);
  const after = await quantizeTensor(values, [WIDTH, WIDTH], null, parseScheme(SCHEME));
  tensor.rawData = new Uint8Array(after.buffer);
}

const sqnr = (y: Float32Array, z: Float32Array): number =>
  10 * Math.log10(y.reduce((s, v) => s + v * v, 0) / y.reduce((s, v, i) => s + (v - z[i]) ** 2, 0));

test('layers inside functions are layers of each call, with weights that are given and weights that are held', async () => {
  const { started, model: read, call, run } = await bench(encoded(blocks()));
  expect(started.opaque).toBeNull();
  expect(read.layers.map(({ name }) => name)).toEqual(['first/given', 'first/mix/held', 'second/given', 'second/mix/held']);
  expect(started.layers).toMatchObject(read.layers.map(() => ({ weight: true, activation: true, problem: null })));
  const float = await run(encoded(blocks()));
  for (const [layer, name] of [
    [0, 'v'],
    [2, 'w'],
  ] as const) {
    const changed = blocks();
    await quantized(changed.graph!.initializer!.find((tensor) => tensor.name === name)!);
    const { outputs } = await call('effect', { layer, weight: SCHEME, activation: null });
    expect(outputs[0].sqnrDb).toBeCloseTo(sqnr(float, await run(encoded(changed))), 3);
  }
  // One held weight of two calls: quantizing it in both is quantizing it in the function.
  const changed = blocks();
  await quantized(changed.functions![0].node![0].attribute![0].t!);
  const held = [1, 3].map((layer) => ({ layer, weight: SCHEME, activation: null }));
  const { difference } = await call('plan', { quantized: held });
  expect(difference.outputs[0].sqnrDb).toBeCloseTo(sqnr(float, await run(encoded(changed))), 3);
  const [alone] = (await call('effect', held[0])).outputs;
  expect(alone.sqnrDb).toBeGreaterThan(difference.outputs[0].sqnrDb!);
});

test('an attribute that a call leaves out has the function’s default, and inputs may be left out', async () => {
  const mix: onnx.IFunctionProto = {
    name: 'Mix',
    domain: 'mine',
    input: ['a', 'b', 'bias'],
    output: ['c'],
    opsetImport: opset(17),
    node: [node('Gemm', ['a', 'b', 'bias'], ['c'], { transB: { ref: 'flipped' } }, 'inner')],
  };
  const graph: onnx.IGraphProto = {
    node: [node('Mix', ['x', 'w'], ['y'], {}, 'call', 'mine')],
    initializer: [floats('w', [WIDTH, WIDTH], ramp(WIDTH * WIDTH, 2))],
    input,
    output,
  };
  const flipped = onnx.AttributeProto.encode({ name: 'flipped', type: onnx.AttributeProto.AttributeType.INT, i: 1 }).finish();
  const body = concat(onnx.FunctionProto.encode(mix).finish(), field(11, flipped));
  const written = (tensors: onnx.ITensorProto[]): Uint8Array =>
    concat(model({ ...graph, initializer: tensors }, { opsetImport: both, irVersion: 9 }), field(25, body));
  const { started, call, run } = await bench(written(graph.initializer!));
  expect(started.layers).toMatchObject([{ weight: true, activation: true, problem: null }]);
  const [weight] = graph.initializer!;
  const before = written([weight]);
  await quantized(weight);
  const { outputs } = await call('effect', { layer: 0, weight: SCHEME, activation: null });
  expect(outputs[0].sqnrDb).toBeCloseTo(sqnr(await run(before), await run(written([weight]))), 3);
});

test('what cannot be reached says why', async () => {
  const matMul = (from: string, to: string, name: string) => node('MatMul', [from, 'w'], [to], {}, name);
  const branch = (name: string): onnx.IGraphProto => ({
    name,
    node: [matMul('x', `${name}_y`, `in_${name}`)],
    output: [{ name: `${name}_y` }],
  });
  const proto: onnx.IModelProto = {
    irVersion: 9,
    opsetImport: [...both],
    functions: [
      {
        name: 'Old',
        domain: 'mine',
        input: ['a', 'b'],
        output: ['c'],
        opsetImport: opset(13),
        node: [node('MatMul', ['a', 'b'], ['c'], {}, 'old')],
      },
    ],
    graph: {
      name: 'g',
      node: [
        node('ReduceSum', ['x'], ['s'], { keepdims: 0 }, 'in_other'),
        node('Less', ['s', 'never'], ['no']),
        node('Less', ['s', 'zero'], ['some']),
        node('If', ['no'], ['p'], { then_branch: { graph: branch('taken') }, else_branch: { graph: branch('other') } }, 'fixed'),
        node('If', ['some'], ['q'], { then_branch: { graph: branch('negative') }, else_branch: { graph: branch('positive') } }, 'open'),
        node(
          'Loop',
          ['trips', '', 'p'],
          ['l'],
          {
            body: {
              graph: {
                name: 'body',
                input: [value('i', [], 7), value('go', [], 9), value('state', null)],
                node: [
                  node('Identity', ['go'], ['on']),
                  matMul('state', 'between', 'in_loop'),
                  node('Old', ['between', 'w'], ['next'], {}, 'inner', 'mine'),
                ],
                output: [{ name: 'on' }, { name: 'next' }],
              },
            },
          },
          'again',
        ),
        node('Old', ['l', 'w'], ['o'], {}, 'call', 'mine'),
        node('Add', ['o', 'q'], ['y']),
      ],
      initializer: [
        floats('w', [WIDTH, WIDTH], ramp(WIDTH * WIDTH, 2)),
        floats('zero', [], [0]),
        floats('never', [], [-1e9]),
        ints('trips', [2], []),
      ],
      input,
      output,
    },
  };
  const file = path.join(folder, 'unreachable.onnx');
  await writeFile(file, onnx.ModelProto.encode(proto).finish());
  const { started, model: read } = await startBench(file, ({ inputs }) => syntheticInputs(inputs, { samples: 6, seed: 1 }), { batch: 1 });
  const problems: Record<string, string | null> = Object.fromEntries(
    started.layers.map(({ problem }, i) => [read.layers[i].name.split('/').slice(-2).join('/'), problem]),
  );
  expect(problems).toEqual({
    'then_branch/in_taken': 'the inputs never take its branch of "fixed"',
    'else_branch/in_other': null,
    'then_branch/in_negative': null,
    'else_branch/in_positive': null,
    'body/in_loop': null,
    'inner/old': 'it is inside of "again", a Loop, which runs as a whole',
    'call/old': 'it is inside of "call", a call of the function Old, which runs as a whole',
  });
});
