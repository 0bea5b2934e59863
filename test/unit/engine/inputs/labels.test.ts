import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../../src/engine/inputs/index.js';
import { folderOf, npy } from './support.js';

const labels = async (name: string, content: Uint8Array | string, samples = 3, names: string[] | null = null): Promise<number[]> =>
  Array.from(await readLabels(path.join(await folderOf({ [name]: content }), name), samples, names));

describe('readLabels', () => {
  it.each<[string, string, Uint8Array | string]>([
    ['int64 .npy', 'y.npy', npy(BigInt64Array.of(3n, 1n, 2n), [3])],
    ['a column', 'y.npy', npy(Int32Array.of(3, 1, 2), [3, 1])],
    ['whole floats', 'y.npy', npy(Float32Array.of(3, 1, 2), [3])],
    ['more than there are samples', 'y.npy', npy(Int32Array.of(3, 1, 2, 9), [4])],
    ['lines', 'y.txt', '3\n1\n2\n'],
    ['lines of Windows with blanks', 'y.txt', ' 3 \r\n1\r\n\r\n2'],
    ['a column of CSV', 'y.csv', '3\n1\n2'],
    ['a titled column', 'y.csv', 'id,label,score\n7,3,0.1\n8,1,0.2\n9,2,0.3\n'],
    ['the last column without a known title', 'y.csv', 'name;k\n"a;b";3\nb;1\nc;2'],
    ['tabs and a byte order mark', 'y.csv', '\ufefflabel\tname\n3\ta\n1\tb\n2\tc'],
    ['what spreadsheets write', 'y.csv', '3.0\n1.0\n2.0'],
  ])('%s', async (_, name, content) => expect(await labels(name, content)).toEqual([3, 1, 2]));

  it('matches files by name, whatever their order', async () => {
    const csv = 'file,label\nimages/b.png,1\nimages/a.png,3\nc.png,2\nother.png,9\n';
    expect(await labels('y.csv', csv, 3, ['a.png', 'b.png', 'c.png'])).toEqual([3, 1, 2]);
  });

  it.each<[string, string, Uint8Array | string, string[] | null, RegExp]>([
    ['too few', 'y.npy', npy(Int32Array.of(3, 1), [2]), null, /^"y\.npy" has 2 labels for 3 samples$/],
    ['too few lines', 'y.txt', '3\n', null, /^"y\.txt" has 1 label for 3 samples$/],
    ['an empty file', 'y.txt', '', null, /has 0 labels/],
    ['a fraction', 'y.npy', npy(Float32Array.of(1, 0.5, 2), [3]), null, /index 1: int32 does not hold 0\.5/],
    ['scores', 'y.npy', npy(Float32Array.of(1, 0, 0, 1, 1, 0), [3, 2]), null, /holds \[3, 2\]; labels are \[samples\]/],
    ['a word', 'y.txt', '3\ncat\n2', null, /line 2: "cat" is no class/],
    ['a missing cell', 'y.csv', 'name,label\na,3\nb\nc,2', null, /line 3: "" is no class/],
    ['a negative class', 'y.txt', '3\n-1\n2', null, /label 1 \(from 0\) is -1; classes count from 0/],
    ['a file without a label', 'y.csv', 'a.png,3\nb.png,1', ['a.png', 'b.png', 'c.png'], /no label for "c\.png"/],
    ['two labels for a file', 'y.csv', 'a.png,3\na.png,1', ['a.png'], /line 2: "a\.png" has a second, different label/],
    ['another kind of file', 'y.json', '[1]', null, /give a \.npy, \.csv or \.txt/],
  ])('refuses %s', async (_, name, content, names, message) => {
    await expect(labels(name, content, 3, names)).rejects.toThrow(message);
    await expect(labels(name, content, 3, names)).rejects.toMatchObject({ name: 'InputError' });
  });
});
