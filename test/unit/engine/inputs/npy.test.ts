import { readFile, readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat16 } from '../../../../src/engine/inputs/floats.js';
import { npyArray } from '../../../../src/engine/inputs/npy.js';
import type { NumberArray } from '../../../../src/engine/inputs/types.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { counting, fixture, npy, npyWith, numbers } from './support.js';

interface Described {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: string;
  readonly values: (string | number)[];
}

const described = (await readFile(fixture('arrays', 'arrays.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Described);
const open = async (name: string): ReturnType<typeof npyArray> => npyArray(memorySource(await readFile(fixture('arrays', name))), name);
const values = (type: string, data: NumberArray): (number | string)[] =>
  Array.from(data as Float32Array, (x: number | bigint) =>
    /^u?int|bool/.test(type) ? String(x) : type === 'float16' ? decodeFloat16(x as number) : (x as number),
  );

describe('npyArray reads what NumPy wrote', () => {
  it.each(described.filter(({ name }) => name.endsWith('.npy')).map((d) => [d.name, d] as const))('%s', async (name, expected) => {
    const array = await open(name);
    expect({ shape: array.shape, dtype: array.dataType, values: values(array.dataType, await array.readAll()) }).toEqual({
      shape: expected.shape,
      dtype: expected.dtype,
      values: expected.values,
    });
  });

  it('knows every array there is a golden for', async () => {
    const files = (await readdir(fixture('arrays'))).filter((name) => name.endsWith('.npy'));
    expect(files).toHaveLength(described.filter(({ name }) => name.endsWith('.npy')).length + 4);
  });
});

describe('npyArray reads a stretch of an axis', () => {
  it.each(['f4-little.npy', 'f4-big.npy', 'fortran.npy'])('%s, every stretch of every axis as the whole has it', async (name) => {
    const array = await open(name);
    const all = numbers(await array.readAll());
    const [d0, d1, d2] = array.shape;
    for (let axis = 0; axis < 3; axis++)
      for (let start = 0; start < array.shape[axis]; start++)
        for (let end = start + 1; end <= array.shape[axis]; end++) {
          const expected: number[] = [];
          for (let i = 0; i < d0; i++)
            for (let j = 0; j < d1; j++)
              for (let k = 0; k < d2; k++) {
                const at = [i, j, k][axis];
                if (start <= at && at < end) expected.push(all[(i * d1 + j) * d2 + k]);
              }
          expect(numbers(await array.readAlong(axis, start, end))).toEqual(expected);
        }
  });

  it('for any shape, order and stretch', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        async (shape, fortran, a, s, e) => {
          const elements = shape.reduce((x, y) => x * y, 1);
          const strides = shape.map((_, i) => (fortran ? shape.slice(0, i) : shape.slice(i + 1)).reduce((x, y) => x * y, 1));
          const header = `{'descr': '<f4', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.map((d) => `${d},`).join('')})}`;
          const array = await npyArray(memorySource(npyWith(header, counting(elements))), 'x');
          const axis = a % shape.length;
          const start = s % shape[axis];
          const end = start + 1 + (e % (shape[axis] - start));
          // the value of an element is its place in the file
          let expected = [0];
          shape.forEach((dim, i) => {
            const [from, to] = i === axis ? [start, end] : [0, dim];
            expected = expected.flatMap((base) => Array.from({ length: to - from }, (_, n) => base + (from + n) * strides[i]));
          });
          expect(numbers(await array.readAlong(axis, start, end))).toEqual(expected);
        },
      ),
    );
  });

  it('reads rows of a long file without reading the rest', async () => {
    const bytes = npy(counting(4000), [1000, 4]);
    const read: number[] = [];
    const source = {
      byteLength: bytes.length,
      slice: (start: number, end: number) => (read.push(end - start), Promise.resolve(bytes.subarray(start, end))),
    };
    const array = await npyArray(source, 'x');
    read.length = 0;
    expect(numbers(await array.readAlong(0, 500, 502))).toEqual([2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007]);
    expect(read).toEqual([32]);
  });

  it('gathers scattered samples in one pass for the reads that follow', async () => {
    const bytes = npyWith(`{'descr': '<f4', 'fortran_order': True, 'shape': (50, 3)}`, counting(150));
    let reads = 0;
    const source = {
      byteLength: bytes.length,
      slice: (start: number, end: number) => (reads++, Promise.resolve(bytes.subarray(start, end))),
    };
    const array = await npyArray(source, 'x');
    reads = 0;
    for (let i = 0; i < 50; i++) expect(numbers(await array.readAlong(0, i, i + 1))).toEqual([i, i + 50, i + 100]);
    expect(reads).toBe(1);
  });

  it('gives arrays that are the caller’s to keep', async () => {
    const array = await open('fortran.npy');
    const first = await array.readAlong(0, 0, 1);
    (first as Float32Array).fill(9);
    expect(numbers(await array.readAlong(0, 0, 1))[1]).not.toBe(9);
  });
});

describe('npyArray refuses', () => {
  const data = counting(4);
  const header = (text: string): Uint8Array => npyWith(text, data);
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /not a \.npy file/],
    ['another format', Buffer.from('PK\x03\x04 something else'), /not a \.npy file/],
    ['a later version', Buffer.from('\x93NUMPY\x04\x00\x00\x00\x00\x00\x00\x00', 'latin1'), /version 4\.0 is not known/],
    ['a cut header', npy(data, [4]).subarray(0, 40), /cut off inside its header/],
    ['cut data', npy(data, [4]).subarray(0, -1), /cut off: <f4 \[4\] takes 16 bytes, found 15/],
    ['data to spare', Buffer.concat([npy(data, [4]), Buffer.alloc(3)]), /3 bytes too many/],
    ['a header that claims much', Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\x7f', 'latin1'), /claims 2147483647 bytes/],
    ['code', header(`{'descr': __import__('os'), 'fortran_order': False, 'shape': (4,)}`), /header is not understood/],
    ['a key twice', header(`{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,)}`), /header is not understood/],
    ['a missing key', header(`{'descr': '<f4', 'shape': (4,)}`), /header is not understood/],
    ['another key', header(`{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': True}`), /header is not understood/],
    ['more after the end', header(`{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} + 1`), /header is not understood/],
    ['a negative dim', header(`{'descr': '<f4', 'fortran_order': False, 'shape': (-4,)}`), /header is not understood/],
    ['a shape that overflows', header(`{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}`), /too large/],
    [
      'a shape that hides its size behind a zero',
      header(`{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 0)}`),
      /16 bytes too many/,
    ],
    ['too many dims', header(`{'descr': '<f4', 'fortran_order': False, 'shape': (${'1,'.repeat(65)})}`), /65 dims/],
    ['a type from Object.prototype', header(`{'descr': '<constructor', 'fortran_order': False, 'shape': (4,)}`), /is not known|complex/],
  ])('%s', async (_, bytes, message) => {
    await expect(npyArray(memorySource(bytes), '"x.npy"')).rejects.toThrow(message);
    await expect(npyArray(memorySource(bytes), '"x.npy"')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.not.stringContaining('\n') as string,
    });
  });

  it.each([
    ['objects.npy', /Python objects, which are never loaded/],
    ['records.npy', /records with fields/],
    ['complex.npy', /complex numbers/],
    ['text.npy', /holds text/],
  ])('%s', async (name, message) => {
    await expect(open(name)).rejects.toThrow(message);
  });

  it('any damage with an InputError of one line, or reads it', async () => {
    const sound = npy(counting(6), [2, 3]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(sound.length),
        async (changes, length) => {
          const bytes = Uint8Array.from(sound).subarray(0, length);
          for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
          try {
            const array = await npyArray(memorySource(bytes), 'x');
            await array.readAll();
          } catch (error) {
            expect(error).toMatchObject({ name: 'InputError' });
            expect((error as Error).message).not.toMatch(/[\n\r]/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
