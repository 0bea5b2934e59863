import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/model/memorySource.js';
import { decodeModel } from '../../../src/model/readers/onnx/proto.js';
import { LIMITS, readSkeleton, type Limits } from '../../../src/model/readers/onnx/skeleton.js';
import type { ByteSource } from '../../../src/model/types.js';
import { floats, model, node, value } from './build.js';
import { concat, field, int, tag } from './wire.js';

const read = (file: Uint8Array, limits: Partial<Limits> = {}): ReturnType<typeof readSkeleton> =>
  readSkeleton(memorySource(file), { ...LIMITS, ...limits });

/** A source that hands out bytes of its own, as a file does, and counts them. */
function counting(bytes: Uint8Array): ByteSource & { read: number } {
  return {
    byteLength: bytes.length,
    read: 0,
    slice(start, end) {
      this.read += end - start;
      return Promise.resolve(bytes.slice(start, end));
    },
  };
}

describe('the skeleton of a file', () => {
  const file = Buffer.from(
    model({
      name: 'graph',
      input: [value('x', ['N', 3])],
      initializer: [floats('w', [3, 100], new Array<number>(300).fill(1)), floats('small', [2], [5, 6])],
      node: [node('MatMul', ['x', 'w'], ['y'], { axis: -1, perm: [1, 0], to: 7 }, 'mm')],
    }),
  );

  it('keeps everything but the weights, and records where those are', async () => {
    const { bytes, records } = await read(file);
    const { graph } = decodeModel(bytes);
    const whole = onnx.ModelProto.decode(file).graph!;
    expect(graph!.name).toBe('graph');
    expect(graph!.node[0]).toMatchObject({ name: 'mm', opType: 'MatMul', input: ['x', 'w'], output: ['y'] });
    expect(graph!.node[0].attribute.map(({ name }) => name)).toEqual(['axis', 'perm', 'to']);
    expect(JSON.stringify(graph!.node)).toBe(JSON.stringify(whole.node));
    expect(JSON.stringify(graph!.input)).toBe(JSON.stringify(whole.input));
    expect(bytes.length).toBeLessThan(300);
    for (const [i, tensor] of graph!.initializer.entries()) {
      const { offset, length, payloads } = records[Number(tensor.docString)];
      expect(onnx.TensorProto.decode(file.subarray(offset, offset + length)).name).toBe(tensor.name);
      const [{ field: number, pieces }] = payloads;
      expect(number).toBe(9);
      expect(file.subarray(pieces[0].offset, pieces[0].offset + pieces[0].length)).toEqual(Buffer.from(whole.initializer![i].rawData!));
    }
    expect(records[0].payloads[0].inline).toBeNull();
    expect([...new Float32Array(records[1].payloads[0].inline!.buffer)]).toEqual([5, 6]);
  });

  it('is the same for every way the source is cut into pieces', async () => {
    const large = model({
      initializer: Array.from({ length: 40 }, (_, i) => floats(`w${i}`, [1, 3000 + i])),
      node: Array.from({ length: 3000 }, (_, i) => node('Relu', [`v${i}`], [`v${i + 1}`], {}, `relu${i}`)),
    });
    const source = counting(large);
    const { bytes } = await readSkeleton(source);
    expect(decodeModel(bytes).graph!.node.map(({ name }) => name)).toEqual(Array.from({ length: 3000 }, (_, i) => `relu${i}`));
    expect(decodeModel(bytes).graph!.initializer.map(({ name }) => name)).toEqual(Array.from({ length: 40 }, (_, i) => `w${i}`));
  });

  it('of large weights is read without them', async () => {
    const source = counting(model({ initializer: Array.from({ length: 8 }, (_, i) => floats(`w${i}`, [1 << 18])) }));
    await readSkeleton(source);
    expect(source.read).toBeLessThan(source.byteLength / 50);
  });

  it('drops fields it does not know, texts for people, and what is written the wrong way', async () => {
    const odd = concat(
      field(99, 'unknown'),
      field(6, 'doc'),
      int(77, 5),
      Uint8Array.from([...tag(78, 5), 1, 2, 3, 4]),
      Uint8Array.from([...tag(79, 1), 1, 2, 3, 4, 5, 6, 7, 8]),
      field(1, 'ir_version as text'),
      int(7, 3),
      int(1, 8),
      field(7, field(2, 'g')),
    );
    const { bytes } = await read(odd);
    expect(bytes.length).toBeLessThan(20);
    expect(decodeModel(bytes).graph!.name).toBe('g');
  });

  it.each([
    ['unpacked', concat(...[1, 2, 3, 4, 5].map((n) => int(8, n))), [1, 2, 3], 10],
    ['packed', field(8, Uint8Array.from([1, 2, 3, 4, 5])), [], 5],
  ])('does not keep all of a long list of %s numbers, but records where they are', async (_, list, kept, length) => {
    const { bytes, records } = await read(field(7, field(1, field(5, concat(field(1, 'ints'), list)))), { list: 3 });
    const [attribute] = decodeModel(bytes).graph!.node[0].attribute;
    expect(attribute.ints.map(Number)).toEqual(kept);
    expect(records[Number(attribute.docString)].payloads).toMatchObject([{ field: 8, pieces: [{ length }] }]);
  });

  it.each<[string, Uint8Array, Partial<Limits>, RegExp]>([
    ['a skeleton too large', file, { skeletonBytes: 50 }, /without weights, takes more than 50 bytes/],
    ['too many messages', file, { messages: 5 }, /more than 5 parts/],
    ['a name too long', field(7, field(2, 'x'.repeat(11))), { text: 10 }, /a name of 11 bytes/],
    ['messages too deep', file, { depth: 2 }, /nested more than/],
    [
      'a tensor in too many pieces',
      field(7, field(5, concat(field(4, new Uint8Array(4)), field(4, new Uint8Array(4))))),
      { pieces: 1 },
      /more than 1 pieces/,
    ],
  ])('is bounded: %s is refused', async (_, bytes, limits, reason) => {
    await expect(read(bytes, limits)).rejects.toThrow(reason);
  });
});
