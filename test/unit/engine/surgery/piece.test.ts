import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nativeBackend } from '../../../../src/engine/backend/native.js';
import { takeApart } from '../../../../src/engine/surgery/graph.js';
import { cutPiece, cutter } from '../../../../src/engine/surgery/piece.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openOnnxFile } from '../../../../src/model/readers/onnx/onnxFile.js';

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
