import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nativeBackend } from '../../../../src/engine/backend/native.js';
import { takeApart } from '../../../../src/engine/surgery/graph.js';
import { cutPiece, cutter } from '../../../../src/engine/surgery/piece.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { rewired } from '../../../../src/model/writers/onnx/messages.js';
import { openOnnxFile } from '../../../../src/model/readers/onnx/onnxFile.js';
import { concat, field, int, opset } from '../../model/wire.js';

const nothingBeside = () => Promise.reject(new Error('there is nothing beside the model'));

async function lenet() {
  const bytes = await readFile('samples/lenet/lenet5-mnist.onnx');
  const graph = takeApart(bytes, await openOnnxFile(memorySource(bytes), nothingBeside));
  return { bytes, graph, cut: cutter(graph) };
}

test('two pieces of a model, one after the other, give what the model gives', async () => {
  const { bytes, graph, cut } = await lenet();
  const middle = graph.nodes[4].outputs[0];
  const first = await cutPiece(cut, {
    outputs: [middle],
    given: new Set(['image']),
    declared: () => ({ dataType: 'float32', shape: [2, 1, 28, 28] }),
  });
  const second = await cutPiece(cut, {
    outputs: graph.outputs,
    given: new Set([middle]),
    declared: () => ({ dataType: 'float32', shape: [2, null, null, null] }),
  });
  expect(first.inputs).toEqual(['image']);
  expect(second.inputs).toEqual([middle]);
  expect(first.bytes.length + second.bytes.length).toBeLessThan(bytes.length + 2000);

  const backend = await nativeBackend();
  const image = { dataType: 'float32' as const, shape: [2, 1, 28, 28], data: Float32Array.from({ length: 1568 }, (_, i) => Math.sin(i)) };
  const whole = (await (await backend.load(bytes)).run(new Map([['image', image]]))).get('logits')!;
  const half = await (await backend.load(first.bytes)).run(new Map([['image', image]]));
  const rest = (await (await backend.load(second.bytes)).run(half)).get('logits')!;
  expect(rest.shape).toEqual([2, 10]);
  rest.data.forEach((x, i) => expect(Math.abs(Number(x) - Number(whole.data[i]))).toBeLessThan(1e-4));
});

test('nodes and initializers come out byte for byte', async () => {
  const { bytes, graph, cut } = await lenet();
  const piece = await cutPiece(cut, { outputs: graph.outputs, given: new Set(['image']), declared: () => undefined });
  const text = Buffer.from(piece.bytes);
  for (const node of graph.nodes) expect(text.includes(Buffer.from(node.bytes))).toBe(true);
  expect(piece.nodes).toBe(graph.nodes.length);
  expect(piece.bytes.length).toBeLessThan(bytes.length);
});

test('a constant that is opened becomes an input, with what is computed from it', async () => {
  const { graph, cut } = await lenet();
  const [weight] = graph.nodes[0].uses.filter((name) => graph.constants.has(name));
  const piece = await cutPiece(cut, {
    outputs: graph.nodes[0].outputs,
    given: new Set(['image']),
    declared: () => ({ dataType: 'float32', shape: [1, 1, 28, 28] }),
    opened: new Map([[weight, { dataType: 'float32', shape: [6, 1, 5, 5] }]]),
  });
  expect([...piece.inputs].sort()).toEqual(['image', weight].sort());
});

test('fields that no known version of ONNX has are carried over, wherever they are', async () => {
  const unknown = (text: string): Uint8Array => field(2047, text);
  const relu = concat(
    field(1, 'x'),
    field(2, 'y'),
    field(4, 'Relu'),
    field(5, concat(field(1, 'of_the_attribute'), unknown('attribute'))),
    unknown('node'),
  );
  const initializer = concat(field(8, 'w'), int(2, 1), int(1, 1), field(9, new Uint8Array(4)), unknown('tensor'));
  const add = concat(field(1, 'y'), field(1, 'w'), field(2, 'z'), field(4, 'Add'));
  const graph = concat(
    field(1, relu),
    field(1, add),
    field(5, initializer),
    field(11, field(1, 'x')),
    field(12, field(1, 'z')),
    unknown('graph'),
  );
  const bytes = concat(int(1, 8), opset(), field(7, graph), unknown('model'));
  const cut = cutter(takeApart(bytes, await openOnnxFile(memorySource(bytes), nothingBeside)));
  const piece = await cutPiece(cut, { outputs: ['z'], given: new Set(['x']), declared: () => undefined });
  for (const where of ['attribute', 'node', 'tensor', 'graph', 'model'])
    expect(Buffer.from(piece.bytes).includes(Buffer.from(unknown(where))), where).toBe(true);
  // A node that takes another value keeps the rest too.
  expect(Buffer.from(rewired(relu, 0, 'other')).includes(Buffer.from(unknown('node')))).toBe(true);
});
