import fc from 'fast-check';
import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { ModelError, type ByteSource, type OpenSibling, type Tensor } from '../../../src/model/types.js';
import { floats, model, node, noSiblings, open, refusal } from './build.js';
import { concat, field, int, opset, tag, varint } from './wire.js';

/** The tensor `w` as the weight of a product. */
async function weightOf(tensor: Uint8Array | onnx.ITensorProto, siblings: OpenSibling = noSiblings): Promise<Tensor> {
  const bytes = tensor instanceof Uint8Array ? tensor : onnx.TensorProto.encode(tensor).finish();
  const product = onnx.NodeProto.encode(node('MatMul', ['x', 'w'], ['y'])).finish();
  const { layers } = await open(concat(field(7, concat(field(5, bytes), field(1, product))), opset()), siblings);
  return layers[0].weight;
}

const read = async (tensor: Tensor): Promise<number[]> => [...(await tensor.read(0, tensor.elements))];
const head = (dataType: number, ...dims: number[]): Uint8Array => concat(...dims.map((d) => int(1, d)), int(2, dataType), field(8, 'w'));
const f32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('a stored tensor', () => {
  it('is read from raw data that is not aligned', async () => {
    for (let shift = 0; shift < 5; shift++) {
      const tensor = await weightOf(concat(field(12, 'x'.repeat(shift)), head(1, 3), field(9, f32(1.5, -2, 1e-9))));
      expect(await read(tensor)).toEqual([1.5, -2, Math.fround(1e-9)]);
    }
  });

  it.each<[string, number, Uint8Array, number[]]>([
    ['packed floats', 1, field(4, f32(1, 2, 3)), [1, 2, 3]],
    ['floats in two packs', 1, concat(field(4, f32(1)), field(4, f32(2, 3))), [1, 2, 3]],
    ['unpacked floats', 1, concat(...[1, 2, 3].map((v) => concat(Uint8Array.from(tag(4, 5)), f32(v)))), [1, 2, 3]],
    ['floats of both kinds', 1, concat(field(4, f32(1, 2)), Uint8Array.from(tag(4, 5)), f32(3)), [1, 2, 3]],
    ['packed doubles', 11, field(10, new Uint8Array(Float64Array.of(0.5, -1, 3).buffer)), [0.5, -1, 3]],
    ['int32 numbers of int8', 3, field(5, Uint8Array.from([-1, 127, -128].flatMap(varint))), [-1, 127, -128]],
    ['unpacked int32 numbers of int8', 3, concat(int(5, -1), int(5, 127), int(5, -128)), [-1, 127, -128]],
    ['int32 numbers of uint8', 2, field(5, Uint8Array.from([255, 1, 128].flatMap(varint))), [255, 1, 128]],
    ['int32 numbers of float16', 10, field(5, Uint8Array.from([0x3c00, 0xc000, 0x7bff].flatMap(varint))), [1, -2, 65504]],
    ['int32 numbers of bfloat16', 16, field(5, Uint8Array.from([0x3f80, 0xc000, 0x4049].flatMap(varint))), [1, -2, 3.140625]],
    ['int32 numbers of FLOAT8E4M3FN', 17, field(5, Uint8Array.from([0x7e, 0xb8, 0x01].flatMap(varint))), [448, -1, 2 ** -9]],
    ['int32 numbers of two INT4 each', 22, field(5, Uint8Array.from([0x87, 0x01].flatMap(varint))), [7, -8, 1]],
    ['raw INT4', 22, field(9, Uint8Array.from([0x87, 0x01])), [7, -8, 1]],
    ['the last of two raw data', 1, concat(field(9, f32(9, 9, 9)), field(9, f32(1, 2, 3))), [1, 2, 3]],
  ])('is read from %s', async (_, dataType, data, expected) => {
    const tensor = await weightOf(concat(head(dataType, 3), data));
    expect(await read(tensor)).toEqual(expected);
    expect([...(await tensor.read(1, 2))]).toEqual([expected[1]]);
  });

  it('gives any stretch of a long list of numbers of varying length', async () => {
    const values = Array.from({ length: 60_000 }, (_, i) => ((i * 7919) % 256) - 128);
    const tensor = await weightOf(concat(head(3, 60_000), field(5, Uint8Array.from(values.flatMap(varint)))));
    await fc.assert(
      fc.asyncProperty(fc.nat(60_000), fc.nat(300), async (start, length) => {
        const end = Math.min(60_000, start + length);
        expect([...(await tensor.read(start, end))]).toEqual(values.slice(start, end));
      }),
      { numRuns: 60 },
    );
    await expect(tensor.read(0, 60_001)).rejects.toThrow(RangeError);
  });

  it('is never read as a whole when the model is opened, and by stretches afterwards', async () => {
    const large = floats('w', [1024, 1024]);
    const bytes = model({ initializer: [large], node: [node('MatMul', ['x', 'w'], ['y'])] });
    let read = 0;
    const source: ByteSource = {
      byteLength: bytes.length,
      slice: (start, end) => {
        read += end - start;
        return memorySource(bytes).slice(start, end);
      },
    };
    const { layers } = await openModel(source, noSiblings);
    expect(read).toBeLessThan(1 << 17);
    read = 0;
    expect((await layers[0].weight.read(1000, 1010)).length).toBe(10);
    expect(read).toBe(40);
  });

  it('is read to where it is wanted when that takes no copy', async () => {
    const large = floats('w', [64, 64]);
    const bytes = model({
      initializer: [large],
      node: [node('Transpose', ['w'], ['t']), node('MatMul', ['x', 't'], ['y']), node('MatMul', ['y', 'w'], ['z'])],
    });
    // Uses any memory that it is offered.
    const source: ByteSource = {
      byteLength: bytes.length,
      slice: async (start, end, into) => {
        const found = await memorySource(bytes).slice(start, end);
        into?.set(found);
        return into ?? found;
      },
    };
    const { layers } = await openModel(source, noSiblings);
    expect(layers).toHaveLength(2);
    for (const { weight } of layers) {
      const into = new Float32Array(10);
      const expected = await weight.read(70, 80);
      const found = await weight.read(70, 80, into);
      expect(found).toEqual(expected);
      expect(found).toBe(into);
    }
  });

  it('of text or complex numbers is counted and not read', async () => {
    const found = await open(
      model({ initializer: [{ name: 's', dims: [2], dataType: 8, stringData: [new Uint8Array(3), new Uint8Array(1)] }] }),
    );
    expect(found.parameters).toBe(0);
    expect(await refusal(model({ initializer: [{ name: 's', dims: [3], dataType: 8, stringData: [new Uint8Array(3)] }] }))).toMatch(
      /3 strings/,
    );
  });
});

describe('external data', () => {
  const external = (entries: Record<string, string>, dims = [2, 2]): onnx.ITensorProto => ({
    name: 'w',
    dims,
    dataType: 1,
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
  const file = memorySource(f32(0, 1, 2, 3, 4, 5));
  const siblings: OpenSibling = (name) => (name === 'w.bin' ? Promise.resolve(file) : noSiblings(name));

  it('is read from where it is, and counted', async () => {
    const tensor = await weightOf(external({ location: 'w.bin', offset: '4', length: '16' }), siblings);
    expect(await read(tensor)).toEqual([1, 2, 3, 4]);
    const bytes = model({ initializer: [external({ location: 'w.bin' })] });
    expect((await open(bytes, siblings)).bytes).toBe(bytes.length + 24);
  });

  it.each<[string, onnx.ITensorProto, RegExp]>([
    ['missing', external({ location: 'other.bin' }), /other\.bin.*missing.*tensor "w"/],
    ['too short', external({ location: 'w.bin', offset: '12' }), /"w\.bin" has 24 bytes, but tensor "w" needs bytes 12 to 28/],
    ['of the wrong length', external({ location: 'w.bin', length: '12' }), /"w" needs 16 bytes, but 12 bytes are declared/],
    ['at no offset', external({ location: 'w.bin', offset: '-4' }), /offset "-4"/],
    ['at an offset beyond all bounds', external({ location: 'w.bin', offset: '9999999999999999' }), /offset|needs bytes/],
    ['nowhere', external({}), /"w" is external but names no file/],
  ])('is refused when it is %s', async (_, tensor, reason) => {
    expect(await refusal(model({ initializer: [tensor] }), siblings)).toMatch(reason);
  });

  it('is refused when it cannot be opened for another reason', async () => {
    const broken: OpenSibling = () => Promise.reject(new Error('the disk is on fire\nreally'));
    const message = await refusal(model({ initializer: [external({ location: 'w.bin' })] }), broken);
    expect(message).toMatch(/cannot open external data "w\.bin": Error: the disk is on fire \(it holds the values of tensor "w"\)$/);
  });
});

describe('a source', () => {
  it('refuses ranges outside itself', () => {
    const source = memorySource(new Uint8Array(4));
    for (const [start, end] of [
      [-1, 2],
      [0, 5],
      [3, 2],
      [0.5, 2],
      [NaN, 2],
    ])
      expect(() => source.slice(start, end)).toThrow(RangeError);
  });

  it('that fails makes opening fail with its own reason', async () => {
    const source: ByteSource = { byteLength: 100, slice: () => Promise.reject(new ModelError('the file became shorter')) };
    await expect(openModel(source, noSiblings)).rejects.toThrow('the file became shorter');
  });
});
