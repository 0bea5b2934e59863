import { expect, test } from 'vitest';
import type { onnx } from 'onnx-proto';
import { rangeOf } from '../../../../src/engine/observe/kinds.js';
import { storedTensors } from '../../../../src/engine/replay/stored.js';
import { takeApart } from '../../../../src/engine/surgery/graph.js';
import { cutter } from '../../../../src/engine/surgery/piece.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openOnnxFile } from '../../../../src/model/readers/onnx/onnxFile.js';
import { floats, model, node, noSiblings, value } from '../../model/build.js';

async function range(nodes: readonly onnx.INodeProto[], initializer: readonly onnx.ITensorProto[] = []) {
  const bytes = model({ node: [...nodes], initializer: [...initializer], input: [value('x', [1, 4])], output: [value('y', [1, 4])] });
  const file = await openOnnxFile(memorySource(bytes), noSiblings);
  const cut = cutter(takeApart(bytes, file));
  return rangeOf({ cut, dynamic: [], seen: new Map(), opaque: null, decided: new Set() }, storedTensors(file, cut), 'y');
}

test.each([
  ['Relu', { kind: 'one-sided', lo: 0, hi: Infinity }],
  ['Sigmoid', { kind: 'bounded', lo: 0, hi: 1 }],
  ['Tanh', { kind: 'bounded', lo: -1, hi: 1 }],
  ['Gelu', { kind: 'two-sided', lo: -Infinity, hi: Infinity }],
])('what %s gives', async (op, expected) => {
  expect(await range([node(op, ['x'], ['y'])])).toEqual(expected);
});

test('a Clip’s limits are read from attributes, from constants, and one may be open', async () => {
  const six = { kind: 'bounded', lo: 0, hi: 6 };
  const old = node('Clip', ['x'], ['y'], { min: { float: 0 }, max: { float: 6 } });
  const fresh = node('Clip', ['x', 'lo', 'hi'], ['y']);
  expect(await range([old])).toEqual(six);
  expect(await range([fresh], [floats('lo', [], [0]), floats('hi', [], [6])])).toEqual(six);
  const constants = [
    node('Constant', [], ['lo'], { value: floats('', [], [0]) }),
    node('Constant', [], ['hi'], { value: floats('', [], [6]) }),
  ];
  expect(await range([...constants, fresh])).toEqual(six);
  expect(await range([node('Clip', ['x', 'lo'], ['y'])], [floats('lo', [], [0])])).toEqual({ kind: 'one-sided', lo: 0, hi: Infinity });
});

test('operators that pass values on keep their range, others do not', async () => {
  const pooled = [node('Relu', ['x'], ['a']), node('MaxPool', ['a'], ['b'], { kernel_shape: [1] }), node('Flatten', ['b'], ['y'])];
  expect((await range(pooled)).kind).toBe('one-sided');
  expect((await range([node('Relu', ['x'], ['a']), node('Add', ['a', 'a'], ['y'])])).kind).toBe('two-sided');
});

test('an operator of another domain that happens to have the name of a known one is not taken for it', async () => {
  expect((await range([node('Relu', ['x'], ['y'], {}, '', 'com.example')])).kind).toBe('two-sided');
});
