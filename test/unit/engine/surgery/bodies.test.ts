import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { quantizeTensor } from '../../../../src/core/quantizeTensor.js';
import { syntheticInputs } from '../../../../src/engine/inputs/index.js';
import { floats, ints, model, node, value } from '../../model/build.js';
import { startBench } from '../bench.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const WIDTH = 6;
const SAMPLES = 4;
const SCHEME = 'int4/tensor/minmax';
const weight = (name: string, seed: number): onnx.ITensorProto =>
  floats(
    name,
    [WIDTH, WIDTH],
    Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(seed + i * i) / 2),
  );

/**
 * A Scan over the rows whose body holds a weight, a Loop whose body has a Constant for one and captures another, and an If that inputs decide otherwise,
 * with a Loop in one of its branches.
 */
function bodies(): onnx.IModelProto {
  const state = value('state', null);
  const loop = (
    trips: string,
    from: string,
    to: string,
    inside: { nodes: onnx.INodeProto[]; initializer?: onnx.ITensorProto[] },
    name: string,
  ) =>
    node(
      'Loop',
      [trips, '', from],
      [to],
      {
        body: {
          graph: {
            name,
            input: [value(`${name}_i`, [], 7), value(`${name}_go`, [], 9), { ...state, name: `${name}_state` }],
            node: [node('Identity', [`${name}_go`], [`${name}_on`]), ...inside.nodes],
            initializer: inside.initializer ?? [],
            output: [{ name: `${name}_on` }, { name: `${name}_next` }],
          },
        },
      },
      name,
    );
  const scan = node(
    'Scan',
    ['x'],
    ['rows'],
    {
      num_scan_inputs: 1,
      body: {
        graph: {
          name: 'each',
          input: [value('row', [WIDTH])],
          node: [node('MatMul', ['row', 'scanned'], ['mixed'], {}, 'in_scan'), node('Tanh', ['mixed'], ['row_out'])],
          initializer: [weight('scanned', 1)],
          output: [value('row_out', [WIDTH])],
        },
      },
    },
    'scan',
  );
  const twice = loop(
    'trips',
    'rows',
    'looped',
    {
      nodes: [
        node('Constant', [], ['constant'], { value: weight('constant', 2) }),
        node('MatMul', ['again_state', 'constant'], ['again_a'], {}, 'of_constant'),
        node('MatMul', ['again_a', 'captured'], ['again_next'], {}, 'of_captured'),
      ],
    },
    'again',
  );
  const graph: onnx.IGraphProto = {
    node: [
      scan,
      twice,
      node('ReduceSum', ['x'], ['sum'], { keepdims: 0 }),
      node('Less', ['sum', 'zero'], ['negative']),
      node(
        'If',
        ['negative'],
        ['y'],
        {
          then_branch: {
            graph: {
              name: 'then',
              node: [
                loop(
                  'trips',
                  'looped',
                  'then_y',
                  { nodes: [node('MatMul', ['deep_state', 'nested'], ['deep_next'], {}, 'in_nested')], initializer: [weight('nested', 4)] },
                  'deep',
                ),
              ],
              output: [{ name: 'then_y' }],
            },
          },
          else_branch: {
            graph: {
              name: 'else',
              node: [node('MatMul', ['looped', 'else_w'], ['else_y'], {}, 'in_else')],
              initializer: [weight('else_w', 5)],
              output: [{ name: 'else_y' }],
            },
          },
        },
        'either',
      ),
    ],
    initializer: [weight('captured', 3), floats('zero', [], [0]), ints('trips', [2], [])],
    input: [value('x', [1, WIDTH])],
    output: [value('y', [1, WIDTH])],
  };
  return onnx.ModelProto.decode(model(graph));
}

/** Every tensor of that name, wherever it is. */
function tensorsOf(graph: onnx.IGraphProto): onnx.ITensorProto[] {
  return [
    ...(graph.initializer ?? []),
    ...(graph.node ?? []).flatMap(({ attribute }) =>
      (attribute ?? []).flatMap(({ t, g }) => [...(t ? [t] : []), ...(g ? tensorsOf(g) : [])]),
    ),
  ];
}

test('weights in the bodies of Loop, Scan and If are replaced as the runtime runs them', async () => {
  const file = path.join(folder, 'bodies.onnx');
  const encoded = (proto: onnx.IModelProto): Uint8Array => onnx.ModelProto.encode(proto).finish();
  await writeFile(file, encoded(bodies()));
  const inputsOf = (inputs: Parameters<typeof syntheticInputs>[0]) => syntheticInputs(inputs, { samples: SAMPLES, seed: 3 });
  const { started, model: read, call } = await startBench(file, ({ inputs }) => inputsOf(inputs), { batch: 1 });
  expect(started.opaque).toBeNull();
  const names = ['in_scan', 'of_constant', 'of_captured', 'in_nested', 'in_else'];
  expect(read.layers.map(({ name }) => name.split('/').at(-1))).toEqual(names);
  expect(started.layers).toMatchObject(names.map(() => ({ weight: true, activation: false, problem: null })));

  const set = inputsOf(read.inputs);
  const run = async (proto: onnx.IModelProto): Promise<Float32Array> => {
    const session = await InferenceSession.create(encoded(proto), { logSeverityLevel: 4 });
    const found: number[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      const { data } = (await set.read(i, i + 1)).x;
      found.push(...((await session.run({ x: new Tensor('float32', data as Float32Array, [1, WIDTH]) })).y.data as Float32Array));
    }
    await session.release();
    return Float32Array.from(found);
  };
  const float = await run(bodies());
  for (const [layer, tensor] of ['scanned', 'constant', 'captured', 'nested', 'else_w'].entries()) {
    const changed = bodies();
    const proto = tensorsOf(changed.graph!).find(({ name }) => name === tensor)!;
    const values = new Float32Array(Uint8Array.from(proto.rawData!).buffer);
    proto.rawData = new Uint8Array((await quantizeTensor(values, [WIDTH, WIDTH], null, parseScheme(SCHEME))).buffer);
    const other = await run(changed);
    const noise = float.reduce((sum, v, i) => sum + (v - other[i]) ** 2, 0);
    const expected = 10 * Math.log10(float.reduce((sum, v) => sum + v * v, 0) / noise);
    const { outputs } = await call('effect', { layer, weight: SCHEME, activation: null });
    expect(noise, tensor).toBeGreaterThan(0);
    expect(outputs[0].sqnrDb, tensor).toBeCloseTo(expected, 3);
  }
  await set.close();

  // What they give is not seen: nothing is said of errors that add up to there.
  const { accumulated } = await call('plan', { quantized: names.map((_, layer) => ({ layer, weight: SCHEME, activation: null })) });
  expect(accumulated).toEqual([]);
});

test('a weight whose name is another value’s too stays inside, and says so', async () => {
  const body = (name: string, seed: number): onnx.IGraphProto => ({
    name,
    node: [node('MatMul', ['x', 'same'], [`${name}_y`], {}, `in_${name}`)],
    initializer: [weight('same', seed)],
    output: [{ name: `${name}_y` }],
  });
  const file = path.join(folder, 'same.onnx');
  await writeFile(
    file,
    model({
      node: [
        node('ReduceSum', ['x'], ['sum'], { keepdims: 0 }),
        node('Less', ['sum', 'zero'], ['negative']),
        node('If', ['negative'], ['y'], { then_branch: { graph: body('then', 1) }, else_branch: { graph: body('else', 2) } }, 'either'),
      ],
      initializer: [floats('zero', [], [0])],
      input: [value('x', [1, WIDTH])],
      output: [value('y', [1, WIDTH])],
    }),
  );
  const { started } = await startBench(file, ({ inputs }) => syntheticInputs(inputs, { samples: SAMPLES, seed: 3 }), { batch: 1 });
  const problem = 'it is inside of "either", an If, which runs as a whole';
  expect(started.layers).toMatchObject([
    { weight: false, problem },
    { weight: false, problem },
  ]);
});
