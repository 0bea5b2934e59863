import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import { explain } from '../../../../src/engine/backend/explain.js';
import { nativeBackend } from '../../../../src/engine/backend/native.js';
import type { RunTensor } from '../../../../src/engine/backend/types.js';
import { wasmBackend } from '../../../../src/engine/backend/wasm.js';
import { floats, ints, model, node, value } from '../../model/build.js';

const [x, y] = [value('x', ['n', 4]), value('y', null)];
const opsets = (version: number, domain = ''): onnx.IModelProto => ({
  opsetImport: [{ domain: '', version }, ...(domain === '' ? [] : [{ domain, version: 1 }])],
});

const numbers: RunTensor = { dataType: 'float32', shape: [1, 4], data: new Float32Array(4) };
const indices: RunTensor = { dataType: 'int64', shape: [1], data: BigInt64Array.of(5n) };

const cases: readonly (readonly [
  what: string,
  bytes: Uint8Array,
  fed: RunTensor,
  said: string | { readonly native: string; readonly wasm: string },
])[] = [
  [
    'an operator that no opset has',
    model({ node: [node('Foo', ['x'], ['y'], {}, 'mine')], input: [x], output: [y] }),
    numbers,
    { native: 'node "mine" (Foo): ONNX Runtime has no such operator in opset 17', wasm: 'ONNX Runtime has no operator Foo in opset 17' },
  ],
  [
    'an operator of another domain',
    model({ node: [node('Foo', ['x'], ['y'], {}, 'mine', 'com.example')], input: [x], output: [y] }, opsets(17, 'com.example')),
    numbers,
    'ONNX Runtime has no operator Foo of the domain "com.example"',
  ],
  [
    'a domain that is not imported',
    model({ node: [node('Foo', ['x'], ['y'], {}, 'mine', 'com.example')], input: [x], output: [y] }),
    numbers,
    {
      native: 'node "mine" (Foo): the model does not say which version of the domain "com.example" it uses',
      wasm: 'the model does not say which version of the domain "com.example" it uses',
    },
  ],
  [
    'an opset of the future',
    model({ node: [node('Relu', ['x'], ['y'])], input: [x], output: [y] }, opsets(999)),
    numbers,
    'the model is of opset 999, ONNX Runtime knows those up to 26: export it for an older one',
  ],
  [
    'a file version of the future',
    model({ node: [node('Relu', ['x'], ['y'])], input: [x], output: [y] }, { irVersion: 99 }),
    numbers,
    'the model is of IR version 99, ONNX Runtime knows those up to 13: export it for an older one',
  ],
  [
    'types that nothing computes',
    model({
      node: [node('Cast', ['x'], ['a'], { to: 16 }), node('Relu', ['a'], ['y'], {}, 'act')],
      input: [x],
      output: [value('y', ['n', 4], 16)],
    }),
    numbers,
    'node "act" (Relu): ONNX Runtime cannot compute it for values of these types',
  ],
  [
    'numbers that a node cannot take',
    model({
      node: [node('Gather', ['w', 'x'], ['y'], {}, 'lookup')],
      initializer: [floats('w', [2, 2])],
      input: [value('x', ['n'], 7)],
      output: [y],
    }),
    indices,
    'node "lookup" (Gather): indices element out of data bounds, idx=5 must be within the inclusive range [-2,1]',
  ],
  [
    'an input of another size',
    model({ node: [node('Relu', ['x'], ['y'])], input: [value('x', ['n', 3])], output: [y] }),
    numbers,
    'input "x": expected 3 values along axis 1, found 4',
  ],
  [
    'more memory than any machine has',
    model({
      node: [node('Expand', ['x', 's'], ['y'], {}, 'big')],
      initializer: [ints('s', [2e9, 2e3, 4])],
      input: [x],
      output: [value('y', null)],
    }),
    numbers,
    {
      native: 'node "big" (Expand) asked for 59604.6 GiB, more memory than there is: try fewer samples or a smaller memory budget',
      wasm: 'a value would be larger than memory can be: try fewer samples or a smaller memory budget',
    },
  ],
];

test.each(cases)('%s is told in one line by either build', async (_, bytes, fed, said) => {
  const expected = typeof said === 'string' ? { native: said, wasm: said } : said;
  for (const [backend, message] of [
    [await nativeBackend(), expected.native],
    [await wasmBackend(), expected.wasm],
  ] as const) {
    const run = backend.load(bytes).then((session) => session.run(new Map([['x', fed]])));
    await expect(run).rejects.toMatchObject({ name: 'RunError', message });
  }
});

test('what is not known is passed on in one short line, without the runtime’s own source', () => {
  const said = explain(`/onnxruntime_src/onnxruntime/core/graph/graph.cc:12 void onnxruntime::Graph::Verify(const int&) something\n odd`);
  expect(said).toBe('something odd');
  expect(explain('x'.repeat(1000)).length).toBeLessThan(310);
  expect(explain("Cannot find module 'onnxruntime-node'\nRequire stack:\n- a.js")).toBe('onnxruntime-node is not installed here');
});
