import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { onnx } from 'onnx-proto';
import { describe, expect, it, vi } from 'vitest';
import { ModelError } from '../../../src/model/types.js';
import { floats, ints, model, node, open, refusal, value } from './build.js';
import { concat, field, int, nest, opset, varint } from './wire.js';

// a busy machine makes the long ones longer than the default
vi.setConfig({ testTimeout: 60_000 });

const lenet = await readFile(path.resolve(import.meta.dirname, '../../../samples/lenet/lenet5-mnist.onnx'));
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const bytes = (...codes: number[]): Uint8Array => Uint8Array.from([...codes, ...new Array<number>(64).fill(0)]);

/** Opens a model and reads all of its weights; errors other than ModelErrors, and such as were not foreseen, fail the test. */
async function readAll(file: Uint8Array): Promise<'read' | 'refused'> {
  try {
    const { layers } = await open(file);
    for (const { weight } of layers) {
      const chunk = 1 << 20;
      for (let start = 0; start < Math.min(weight.elements, 4 * chunk); start += chunk)
        await weight.read(start, Math.min(weight.elements, start + chunk));
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    expect(error.message).toMatch(/^.+$/);
    expect(error.message).not.toMatch(/unexpected/);
    return 'refused';
  }
}

describe('a file that is no ONNX model', () => {
  it.each([
    ['an empty file', new Uint8Array(0), /empty/],
    ['a git-LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'), /git lfs pull/],
    ['an HTML page', text('\n<!DOCTYPE html><html><body>404</body></html>'), /HTML/],
    ['JSON', text('{"model": 1, "layers": []}'), /JSON/],
    ['text', text('Here the model would be, if it were there.'), /text file/],
    ['the text form of a model', text('ir_version: 8\ngraph {\n}\n'), /text form/],
    ['a zip archive', bytes(0x50, 0x4b, 3, 4), /zip/],
    ['a gzip archive', bytes(0x1f, 0x8b, 8), /gzip/],
    ['HDF5', bytes(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), /HDF5/],
    ['a pickle', bytes(0x80, 2, 0x8a, 10), /pickle/],
    ['TensorFlow Lite', bytes(0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33), /TensorFlow Lite/],
    ['ONNX Runtime format', bytes(0x1c, 0, 0, 0, 0x4f, 0x52, 0x54, 0x4d), /\.ort/],
    ['GGUF', bytes(0x47, 0x47, 0x55, 0x46, 3), /GGUF/],
    ['safetensors', concat(bytes(40).subarray(0, 8), text('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}')), /safetensors/],
    ['a NumPy array', concat(bytes(0x93).subarray(0, 1), text('NUMPY'), bytes(1, 0)), /NumPy/],
    ['zeros', new Uint8Array(4096), /zeros/],
    ['a message of something else', concat(field(2, field(1, new Uint8Array(3)))), /no graph/],
    ['a model without a graph', onnx.ModelProto.encode({ irVersion: 8, producerName: 'me' }).finish(), /no graph/],
    ['groups, which ONNX has none of', Uint8Array.from([0x0b, 0x0c]), /not an ONNX model/],
    ['a number without end', Uint8Array.from([8, ...new Array<number>(20).fill(255)]), /more than 10 bytes/],
  ])('is refused as %s', async (_, file, reason) => {
    expect(await refusal(file)).toMatch(reason);
  });

  it('is refused as random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (file) => {
        await readAll(file);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a damaged ONNX model', () => {
  it.each(Array.from({ length: 9 }, (_, i) => i + 1))('is refused when it is truncated at %i tenths', async (tenths) => {
    const length = Math.floor((lenet.length * tenths) / 10);
    const message = await refusal(lenet.subarray(0, length));
    expect(message).toContain(`truncated ONNX file: it ends at byte ${length} inside its graph, which goes on to byte `);
  });

  it('works or is refused when it is truncated anywhere', async () => {
    const file = busy();
    for (let length = 0; length < file.length; length++) await readAll(file.subarray(0, length));
  });

  it('works or is refused with any bits flipped', async () => {
    const file = busy();
    const flips = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(7)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(flips, async (places) => {
        const flipped = Uint8Array.from(file);
        for (const [at, bit] of places) flipped[at] ^= 1 << bit;
        await readAll(flipped);
      }),
      { numRuns: 400 },
    );
  });

  it('names the field that is longer than what it is in', async () => {
    const file = concat(field(7, concat(Uint8Array.from([0x0a, 100]), field(2, 'g'))), opset(), field(2, new Uint8Array(200)));
    expect(await refusal(file)).toMatch(/longer than the graph/);
  });

  it('names a node on a cycle', async () => {
    const file = model({
      node: [node('Relu', ['x'], ['a']), node('Add', ['a', 'c'], ['b'], {}, 'one'), node('Neg', ['b'], ['c'], {}, 'two')],
    });
    expect(await refusal(file)).toMatch(/cycle through node "(one|two)"/);
  });

  it('names a cycle that goes through a subgraph', async () => {
    const branch = { name: 'b', node: [node('Neg', ['y'], ['inner'])], output: [value('inner', [1])] };
    const file = model({
      node: [
        node('If', ['c'], ['x'], { then_branch: { graph: branch }, else_branch: { graph: branch } }, 'choice'),
        node('Relu', ['x'], ['y']),
      ],
    });
    expect(await refusal(file)).toMatch(/cycle through node "choice"/);
  });

  it.each([
    ['subgraphs', concat(field(7, nest([1, 5, 6], 10_000)), opset())],
    ['types', concat(field(7, field(11, concat(field(1, 'x'), nest([2], 1), field(2, nest([4, 1], 10_000))))), opset())],
  ])('is refused when its %s are nested 10,000 deep', async (_, file) => {
    expect(await refusal(file)).toMatch(/nested more than 100 levels deep/);
  });

  it('is refused when functions are nested without end', async () => {
    const domain = 'mine';
    const call = (name: string): onnx.INodeProto => node(name, ['x'], ['y'], {}, '', domain);
    const make = (name: string, body: onnx.INodeProto[]): onnx.IFunctionProto => ({
      name,
      domain,
      input: ['x'],
      output: ['y'],
      node: body,
    });
    const functions = [make('A', [call('B')]), make('B', [node('Relu', ['x'], ['z']), call('A')])];
    expect(await refusal(model({ node: [call('A')] }, { functions }))).toMatch(/function "[AB]" calls itself/);
    const self = [make('A', [call('A')])];
    expect(await refusal(model({ node: [call('A')] }, { functions: self }))).toMatch(/function "A" calls itself/);
  });

  it('is refused when functions unfold to more nodes than anybody can look at', async () => {
    const domain = 'mine';
    const functions = Array.from({ length: 40 }, (_, i): onnx.IFunctionProto => {
      const inner = i === 39 ? 'Relu' : `F${i + 1}`;
      const of = i === 39 ? '' : domain;
      return {
        name: `F${i}`,
        domain,
        input: ['x'],
        output: ['y'],
        node: [node(inner, ['x'], ['z'], {}, '', of), node(inner, ['z'], ['y'], {}, '', of)],
      };
    });
    expect(await refusal(model({ node: [node('F0', ['x'], ['y'], {}, '', domain)] }, { functions }))).toMatch(/more than 300000 nodes/);
  });
});

describe('a tensor whose dims do not make sense', () => {
  const withTensor = (tensor: Uint8Array | onnx.ITensorProto): Uint8Array =>
    concat(field(7, field(5, tensor instanceof Uint8Array ? tensor : onnx.TensorProto.encode(tensor).finish())), opset());
  const named = (...dims: (number | bigint)[]): Uint8Array =>
    concat(...dims.map((dim) => int(1, dim)), int(2, 1), field(8, 'w'), field(9, new Uint8Array(16)));

  it.each([
    ['overflow', named(2 ** 40, 2 ** 40), /"w" overflow/],
    ['overflow back to a small number', named(2n ** 32n, 2n ** 32n), /"w" overflow/],
    ['are negative', named(-1, -4), /"w" has a negative dimension \(-1\)/],
    ['are beyond 2^63', named(2n ** 63n), /negative dimension/],
    ['need more than there is', named(5), /tensor "w" with dims \[5\] of float32 needs 20 bytes, the file has 16 bytes/],
    ['need less than there is', named(3), /needs 12 bytes, the file has 16 bytes/],
    ['are too many', named(...new Array<number>(70).fill(1)), /70 or more dimensions/],
    ['are very many', named(...new Array<number>(5000).fill(1)), /or more dimensions/],
  ])('is refused when they %s', async (_, tensor, reason) => {
    expect(await refusal(withTensor(tensor))).toMatch(reason);
  });

  it('is refused when it has no data at all', async () => {
    expect(await refusal(withTensor({ name: 'w', dims: [4], dataType: 1 }))).toMatch(/"w".*the file has none/);
  });

  it('is refused when its element type is unknown', async () => {
    expect(await refusal(withTensor({ name: 'w', dims: [4], dataType: 99, rawData: new Uint8Array(4) }))).toMatch(
      /unknown element type 99/,
    );
  });

  it('is refused while it is read when a list of numbers is shorter than it seemed', async () => {
    const long = concat(...Array.from({ length: 600 }, () => Uint8Array.from(varint(2 ** 40))));
    const tensor = concat(int(1, 1500), int(2, 6), field(8, 'w'), field(5, long)); // 600 numbers of 6 bytes could be 1500 of one or two
    const file = concat(
      field(7, concat(field(5, tensor), field(1, onnx.NodeProto.encode(node('Reshape', ['w', 's'], ['v'])).finish()))),
      opset(),
    );
    const { layers } = await open(file);
    expect(layers).toEqual([]);
    const asWeight = concat(int(1, 2), int(1, 750), int(2, 3), field(8, 'w'), field(5, long));
    const product = onnx.NodeProto.encode(node('MatMul', ['x', 'w'], ['y'])).finish();
    const found = await open(concat(field(7, concat(field(5, asWeight), field(1, product))), opset()));
    await expect(found.layers[0].weight.read(0, 1500)).rejects.toThrow(/holds 600 numbers where its dims need 1500/);
  });
});

describe('a hostile model', () => {
  it('cannot name an operator after something every object has', async () => {
    const ops = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const found = await open(
      model({ initializer: [floats('w', [2, 2])], node: ops.map((op, i) => node(op, ['w', 'w'], [`y${i}`], { constructor: 1 })) }),
    );
    expect(found.nodes.map(({ op }) => op)).toEqual(ops);
    expect(found.layers).toEqual([]);
  });

  it('cannot make an error message of more than one line', async () => {
    const name = 'a\nb\u2028c\u0085d"e';
    const message = await refusal(model({ initializer: [{ ...floats(name, [1]), rawData: new Uint8Array(3) }] }));
    expect(message).toMatch(/^[^\n\r\u2028\u2029\u0085]+$/);
    expect(message).toContain('a\\nb');
  });

  it('cannot ask for more memory than it has bytes', async () => {
    const shape = ints('shape', [1 << 30, 1 << 20]);
    const found = await open(
      model({
        initializer: [shape],
        node: [node('ConstantOfShape', ['shape'], ['w']), node('MatMul', ['x', 'w'], ['y'])],
      }),
    );
    expect(found.layers).toEqual([]);
  });

  it('cannot double a tensor until reading it never ends', async () => {
    const doublings = Array.from({ length: 31 }, (_, i) => node('Concat', [`w${i}`, `w${i}`], [`w${i + 1}`], { axis: 0 }));
    const found = await open(model({ initializer: [floats('w0', [1024, 2])], node: [...doublings, node('MatMul', ['x', 'w31'], ['y'])] }));
    expect(found.layers).toEqual([]);
  });

  it('cannot stall the reader with many nodes in the wrong order, inputs without end or long chains', async () => {
    const count = 3000;
    const chain = Array.from({ length: count }, (_, i) => node('Identity', [`v${i}`], [`v${i + 1}`])).reverse();
    const wide = node(
      'Sum',
      Array.from({ length: 150_000 }, (_, i) => `v${i % count}`),
      ['total'],
    );
    const turns = Array.from({ length: count }, (_, i) => node('Cast', [`c${i}`], [`c${i + 1}`], { to: i % 2 === 0 ? 10 : 16 }));
    const found = await open(
      model({
        initializer: [floats('v0', [2, 2]), floats('c0', [2, 2])],
        node: [...chain, wide, ...turns, node('MatMul', ['x', `v${count}`], ['y'], {}, 'near'), node('MatMul', ['x', `c${count}`], ['z'])],
      }),
    );
    expect(found.nodes.length).toBe(2 * count + 3);
    expect(found.layers.map(({ name }) => name)).toEqual(['near']); // the other one is behind more casts than are followed
  });
});

/** A small model with something of everything the reader follows. */
function busy(): Uint8Array {
  const branch = (name: string): onnx.IGraphProto => ({
    name,
    initializer: [floats(`${name}_w`, [3, 2])],
    node: [node('MatMul', ['h', `${name}_w`], [`${name}_y`])],
    output: [value(`${name}_y`, ['batch', 2])],
  });
  return model(
    {
      input: [value('x', ['batch', 2, 6, 6]), value('c', [], 9)],
      output: [value('y', ['batch', 2])],
      initializer: [
        floats('w', [3, 2, 3, 3]),
        { name: 'q', dims: [3, 3], dataType: 3, int32Data: [1, -2, 3, 4, -5, 6, 7, -8, 9] },
        floats('s', [3]),
        ints('flat', [0, -1]),
      ],
      valueInfo: [value('pooled', ['batch', 3, 1, 1])],
      node: [
        node('Conv', ['x', 'w'], ['conv'], { strides: [2, 2] }),
        node('GlobalAveragePool', ['conv'], ['pooled']),
        node('Reshape', ['pooled', 'flat'], ['rows']),
        node('DequantizeLinear', ['q', 's'], ['real'], { axis: 0 }),
        node('Transpose', ['real'], ['turned'], { perm: [1, 0] }),
        node('Gemm', ['rows', 'turned'], ['hidden'], { transB: 1, alpha: { float: 1 } }),
        node('Constant', [], ['bias'], { value: floats('', [3]) }),
        node('Add', ['hidden', 'bias'], ['sum']),
        node('Twice', ['sum'], ['h'], {}, 'twice', 'mine'),
        node('If', ['c'], ['y'], { then_branch: { graph: branch('then') }, else_branch: { graph: branch('else') } }),
      ],
    },
    {
      functions: [{ name: 'Twice', domain: 'mine', input: ['a'], output: ['b'], node: [node('Add', ['a', 'a'], ['b'])] }],
      opsetImport: [
        { domain: '', version: 17 },
        { domain: 'mine', version: 1 },
      ],
    },
  );
}
