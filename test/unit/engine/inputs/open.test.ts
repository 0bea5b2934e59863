import { mkdir, readFile, readdir, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  countNonFinite,
  limitSamples,
  openInputs as openSet,
  planRuns,
  readLabels,
  survey,
  syntheticInputs,
  type InputSet,
  type InputTensors,
  type OpenOptions,
} from '../../../../src/engine/inputs/index.js';
import type { ValueInfo } from '../../../../src/model/types.js';
import { counting, fixture, folderOf, golden, input, npy, npyWith, numbers, zip, type ZipFile } from './support.js';

const opened: InputSet[] = [];
afterEach(() => Promise.all(opened.splice(0).map((set) => set.close())));
const openInputs: typeof openSet = async (...args) => {
  const set = await openSet(...args);
  opened.push(set);
  return set;
};
const open = async (
  files: Record<string, Uint8Array | string>,
  inputs: readonly ValueInfo[],
  name?: string,
  options?: OpenOptions,
): Promise<InputSet> => {
  const folder = await folderOf(files);
  return openInputs(name === undefined ? folder : path.join(folder, name), inputs, options);
};
const npz = (arrays: Record<string, Uint8Array>, method = 8): Uint8Array =>
  zip(Object.entries(arrays).map(([name, bytes]): ZipFile => ({ name: `${name}.npy`, bytes, method })));
const shapesOf = (tensors: InputTensors): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

const x = input('x', ['batch', 2]);

describe('openInputs with one array', () => {
  it('takes a batch, and reads any stretch of it', async () => {
    const set = await open({ 'a.npy': npy(counting(10), [5, 2]) }, [x], 'a.npy');
    expect(set).toMatchObject({ evidence: 'data', source: 'a.npy', samples: 5, names: ['x'], batch: null, seams: [], sampleNames: null });
    expect(await set.read(1, 3)).toEqual({ x: { dataType: 'float32', shape: [2, 2], data: Float32Array.of(2, 3, 4, 5) } });
    await set.close();
  });

  it('takes one sample without a batch axis', async () => {
    const set = await open({ 'a.npy': npy(counting(2), [2]) }, [x], 'a.npy');
    expect([set.samples, (await set.read(0, 1)).x.shape]).toEqual([1, [1, 2]]);
  });

  it('takes samples that each have a batch of one', async () => {
    const set = await open({ 'a.npy': npy(counting(6), [3, 1, 2]) }, [x], 'a.npy');
    expect([set.samples, (await set.read(0, 3)).x.shape]).toEqual([3, [3, 2]]);
  });

  it('feeds a model of batch 1 one sample at a time', async () => {
    const set = await open({ 'a.npy': npy(counting(10), [5, 2]) }, [input('x', [1, 2])], 'a.npy');
    expect(set).toMatchObject({ samples: 5, batch: 1 });
    expect(planRuns(set, 4)).toHaveLength(5);
    expect((await set.read(4, 5)).x).toMatchObject({ shape: [1, 2], data: Float32Array.of(8, 9) });
    expect(() => set.read(0, 2)).toThrow(/every run takes 1/);
  });

  it('feeds a model of batch 2 in twos and says what is left out', async () => {
    const set = await open({ 'a.npy': npy(counting(10), [5, 2]) }, [input('x', [2, 2])], 'a.npy');
    expect(planRuns(set, 1)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
    ]);
    expect(set.notes).toEqual(['1 sample left out: every run takes 2']);
    await expect(open({ 'a.npy': npy(counting(2), [1, 2]) }, [input('x', [2, 2])], 'a.npy')).rejects.toThrow(
      'every run takes 2 samples, found 1 sample in a.npy',
    );
  });

  it('stacks samples along the axis the model calls batch', async () => {
    const set = await open({ 'a.npy': npy(counting(24), [3, 4, 2]) }, [input('x', ['time', 'batch', 2])], 'a.npy');
    expect(set.samples).toBe(4);
    expect((await set.read(1, 3)).x).toEqual({
      dataType: 'float32',
      shape: [3, 2, 2],
      data: Float32Array.of(2, 3, 4, 5, 10, 11, 12, 13, 18, 19, 20, 21),
    });
  });

  it('converts to the model’s type and leaves what the model does not say', async () => {
    const doubles = npy(Float64Array.of(0.1, 2), [1, 2]);
    expect((await (await open({ 'a.npy': doubles }, [x], 'a.npy')).read(0, 1)).x.data).toEqual(Float32Array.of(0.1, 2));
    const open_ = await open({ 'a.npy': npy(counting(6), [3, 2]) }, [{ name: 'x', dataType: null, shape: null }], 'a.npy');
    expect((await open_.read(0, 3)).x).toMatchObject({ dataType: 'float32', shape: [3, 2] });
  });

  it('takes whole batches along an axis before the fixed one', async () => {
    const set = await open({ 'a.npy': npy(counting(12), [3, 2, 2]) }, [input('x', [2, 2])], 'a.npy');
    expect(set).toMatchObject({ samples: 6, batch: 2 });
    expect((await set.read(2, 4)).x).toMatchObject({ shape: [2, 2], data: Float32Array.of(4, 5, 6, 7) });
  });

  it.each<[string, ValueInfo['shape'], number[]]>([
    ['colours', [3, 8, 8], [3, 8, 8]],
    ['time', ['time', 5], [7, 5]],
    ['fixed features', [5], [5]],
  ])('takes no first axis of %s for a batch', async (_, shape, found) => {
    const elements = found.reduce((a, b) => a * b);
    const one = await open({ 'a.npy': npy(counting(elements), found) }, [input('x', shape)], 'a.npy');
    expect([one.samples, one.batch, (await one.read(0, 1)).x.shape]).toEqual([1, 1, found]);
    const two = await open({ 'a.npy': npy(counting(2 * elements), [2, ...found]) }, [input('x', shape)], 'a.npy');
    expect([two.samples, two.batch, (await two.read(1, 2)).x.shape]).toEqual([2, 1, found]);
    expect((await two.read(1, 2)).x.data[0]).toBe(elements);
  });

  it('takes models without a batch one sample at a time', async () => {
    const set = await open({ 'a.npy': npy(counting(6), [3, 2]) }, [input('x', [2])], 'a.npy');
    expect(set).toMatchObject({ samples: 3, batch: 1 });
    expect((await set.read(1, 2)).x).toMatchObject({ shape: [2], data: Float32Array.of(2, 3) });
  });

  it('refuses values the model’s type does not hold, when they are read', async () => {
    const set = await open({ 'a.npy': npy(Float32Array.of(1, 2, 1, 0.5), [2, 2]) }, [input('ids', ['batch', 2], 'int64')], 'a.npy');
    await expect(set.read(0, 2)).rejects.toThrow('"a.npy", index 1, as input "ids": int64 does not hold 0.5');
  });

  it('notices a file that shrinks meanwhile', async () => {
    const folder = await folderOf({ 'a.npy': npy(counting(10), [5, 2]) });
    const set = await openInputs(path.join(folder, 'a.npy'), [x]);
    await truncate(path.join(folder, 'a.npy'), 130);
    await expect(set.read(4, 5)).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('openInputs with a .npz', () => {
  const mask = input('mask', ['batch', 'n']);
  it.each([0, 8])('matches inputs by name (method %i)', async (method) => {
    const file = npz({ mask: npy(counting(9), [3, 3]), x: npy(counting(6), [3, 2]), extra: npy(counting(1), [1]) }, method);
    const set = await open({ 'a.npz': file }, [x, mask], 'a.npz');
    expect(set.samples).toBe(3);
    expect(set.notes).toEqual(['"a.npz" also has "extra", which the model does not take']);
    const { x: left, mask: right } = await set.read(2, 3);
    expect([numbers(left.data), numbers(right.data)]).toEqual([
      [4, 5],
      [6, 7, 8],
    ]);
  });

  it('takes a single array for a single input, whatever its name', async () => {
    const set = await open({ 'a.npz': npz({ arr_0: npy(counting(4), [2, 2]) }) }, [x], 'a.npz');
    expect(numbers((await set.read(0, 2)).x.data)).toEqual([0, 1, 2, 3]);
  });

  it('looks only at the arrays that the model takes', async () => {
    const others = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`other${i}`, Buffer.from('junk')]));
    const set = await open({ 'a.npz': npz({ ...others, x: npy(counting(4), [2, 2]) }) }, [x], 'a.npz');
    expect(set.notes).toEqual([
      '"a.npz" also has "other0", "other1", "other2", "other3", "other4" and 295 more, which the model does not take',
    ]);
  });

  it('fills in state and sample rate, and says so', async () => {
    const silero = [input('input', [null, null]), input('state', [2, null, 8]), input('sr', [], 'int64')];
    const set = await open({ 'a.npz': npz({ input: npy(counting(12), [3, 4]) }) }, silero, 'a.npz');
    expect(set.notes).toEqual(['input "state" is not given: zeros', 'input "sr" is not given: 16000 Hz']);
    const run = await set.read(0, 2);
    expect(shapesOf(run)).toEqual({ input: [2, 4], state: [2, 2, 8], sr: [] });
    expect(run.sr.data).toEqual(BigInt64Array.of(16000n));
  });

  it('takes state and shared inputs where they are given', async () => {
    const silero = [input('input', [null, null]), input('state', [2, null, 1]), input('sr', [], 'int64')];
    const arrays = { input: npy(counting(12), [3, 4]), state: npy(counting(6), [2, 3, 1]), sr: npy(BigInt64Array.of(8000n), []) };
    const set = await open({ 'a.npz': npz(arrays) }, silero, 'a.npz');
    const run = await set.read(1, 3);
    expect([numbers(run.state.data), numbers(run.sr.data)]).toEqual([[1, 2, 4, 5], [8000]]);
    expect(set.batch).toBeNull();
  });

  it('feeds one at a time what has a value per sample but no batch axis', async () => {
    const inputs = [x, input('scale', [], 'float32')];
    const set = await open({ 'a.npz': npz({ x: npy(counting(6), [3, 2]), scale: npy(counting(3), [3]) }) }, inputs, 'a.npz');
    expect(set.batch).toBe(1);
    expect((await set.read(2, 3)).scale).toMatchObject({ shape: [], data: Float32Array.of(2) });
  });

  it.each<[string, Record<string, Uint8Array>, ValueInfo[], RegExp]>([
    [
      'a wrong shape',
      { x: npy(counting(6), [2, 3]) },
      [x],
      /^input "x" wants float32 \[batch, 2\], found float32 \[2, 3\] in "a\.npz", "x"$/,
    ],
    [
      'a wrong number of dims',
      { x: npy(counting(16), [2, 2, 2, 2]) },
      [x],
      /^input "x" wants float32 \[batch, 2\], found float32 \[2, 2, 2, 2\] in/,
    ],
    [
      'a wrong name among several',
      { x: npy(counting(4), [2, 2]), msk: npy(counting(4), [2, 2]) },
      [x, mask],
      /^input "mask" wants float32 \[batch, n\], but "a\.npz" has "x", "msk"$/,
    ],
    [
      'a wrong name and several arrays',
      { y: npy(counting(4), [2, 2]), z: npy(counting(4), [2, 2]) },
      [x],
      /^input "x" wants float32 \[batch, 2\], but "a\.npz" has "y", "z"$/,
    ],
    [
      'different numbers of samples',
      { x: npy(counting(4), [2, 2]), mask: npy(counting(9), [3, 3]) },
      [x, mask],
      /inputs "x" and "mask" have 2 and 3 samples/,
    ],
    [
      'a name with two sizes',
      { a: npy(counting(6), [2, 3]), b: npy(counting(8), [2, 4]) },
      [input('a', ['n', 'k']), input('b', ['n', 'k'])],
      /wants float32 \[n, k\] \(k is 3 in another input\), found float32 \[2, 4\]/,
    ],
    ['no samples', { x: npy(counting(0), [0, 2]) }, [x], /it holds no samples/],
    ['no arrays', {}, [x], /"a\.npz" has no arrays/],
    ['an array that is cut off', { x: npy(counting(4), [2, 2]).subarray(0, -2) }, [x], /"a\.npz", "x": cut off/],
  ])('refuses %s', async (_, arrays, inputs, message) => {
    await expect(open({ 'a.npz': npz(arrays) }, inputs, 'a.npz')).rejects.toThrow(message);
    await expect(open({ 'a.npz': npz(arrays) }, inputs, 'a.npz')).rejects.toMatchObject({ name: 'InputError' });
  });

  it('keeps names from files on one line', async () => {
    const evil = npz({ 'a\nb\u001b[2J': npy(counting(4), [2, 2]), c: npy(counting(4), [2, 2]) });
    await expect(open({ 'a.npz': evil }, [x], 'a.npz')).rejects.toThrow(/^\P{Cc}*$/u);
  });

  it('asks for a .npz when a .npy is not enough', async () => {
    await expect(open({ 'a.npy': npy(counting(4), [2, 2]) }, [x, mask], 'a.npy')).rejects.toThrow(
      'input "x" wants float32 [batch, 2], but "a.npy" holds one array without a name: save a .npz with the 2 inputs "x", "mask"',
    );
  });
});

describe('openInputs with a folder', () => {
  it('takes samples and batches in natural order, a few files open at a time', async () => {
    const files = {
      '10.npy': npy(counting(2, 100), [2]),
      '2.npy': npy(counting(4, 20), [2, 2]),
      '1.npy': npy(counting(2, 10), [1, 2]),
      '.hidden.npy': 'no',
      'notes.md': '',
    };
    const set = await open(files, [x]);
    expect(set).toMatchObject({ samples: 4, seams: [], sampleNames: null });
    expect(set.notes).toHaveLength(1);
    expect(set.notes[0]).toMatch(/^1 other file in "inputs-.*" passed over$/);
    expect(numbers((await set.read(0, 4)).x.data)).toEqual([10, 11, 20, 21, 22, 23, 100, 101]);
    expect(numbers((await set.read(2, 3)).x.data)).toEqual([22, 23]);
    await set.close();
  });

  it('names samples by file where each file is one', async () => {
    const set = await open({ 'b.npy': npy(counting(2), [2]), 'a.npy': npy(counting(2), [2]) }, [x]);
    expect(set.sampleNames).toEqual(['a.npy', 'b.npy']);
  });

  it('puts seams where shapes change, which no run crosses', async () => {
    const wide = input('x', ['batch', 'n']);
    const set = await open({ '1.npy': npy(counting(6), [3, 2]), '2.npy': npy(counting(9), [3, 3]), '3.npy': npy(counting(3), [1, 3]) }, [
      wide,
    ]);
    expect(set.seams).toEqual([3]);
    expect(planRuns(set, 2)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
      { start: 3, end: 5 },
      { start: 5, end: 7 },
    ]);
    expect(() => set.read(2, 4)).toThrow(/across a seam/);
    expect((await set.read(5, 7)).x).toMatchObject({ shape: [2, 3], data: Float32Array.of(6, 7, 8, 0, 1, 2) });
  });

  it('joins along the axis of the samples, wherever it is', async () => {
    const file = (from: number): Uint8Array => npz({ x: npy(counting(2, from), [1, 2]), h: npy(counting(2, from + 5), [2, 1, 1]) });
    const set = await open({ 'a.npz': file(0), 'b.npz': file(10) }, [x, input('h', [2, 'batch', 1])]);
    const { h } = await set.read(0, 2);
    expect(h).toEqual({ dataType: 'float32', shape: [2, 2, 1], data: Float32Array.of(5, 15, 6, 16) });
  });

  it('keeps files with shared inputs apart', async () => {
    const file = (rate: bigint): Uint8Array => npz({ x: npy(counting(4), [2, 2]), sr: npy(BigInt64Array.of(rate), []) });
    const set = await open({ 'a.npz': file(8000n), 'b.npz': file(16000n) }, [x, input('sr', [], 'int64')]);
    expect(set.seams).toEqual([2]);
    expect(numbers((await set.read(2, 4)).sr.data)).toEqual([16000]);
  });

  it('answers reads that come at once, from more files than stay open', async () => {
    const set = await open(
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.npz`, npz({ x: npy(counting(2, 10 * i), [2]) })])),
      [x],
    );
    const all = await Promise.all([8, 0, 4, 2, 7].map((i) => set.read(i, i + 1)));
    expect(all.map((run) => numbers(run.x.data)[0])).toEqual([80, 0, 40, 20, 70]);
    await set.close();
    expect(numbers((await set.read(3, 4)).x.data)).toEqual([30, 31]);
    await set.close();
  });

  it('leaves no file open after close', async () => {
    const folder = await folderOf({ '1.npy': npy(counting(2), [2]), '2.npz': '' });
    const files = async (): Promise<number> => (await readdir('/proc/self/fd').catch(() => [])).length;
    const before = await files();
    const set = await openInputs(path.join(folder, '1.npy'), [x]);
    await set.read(0, 1);
    await set.close();
    await expect(openInputs(path.join(folder, '2.npz'), [x])).rejects.toThrow(/not a zip/);
    expect(await files()).toBe(before);
  });

  it.each<[string, Record<string, Uint8Array | string>, RegExp]>([
    ['an empty one', {}, /has no inputs \(\.npy, \.npz, \.png, \.jpg\): it is empty/],
    ['one without inputs', { 'a.txt': '', 'b.txt': '' }, /has no inputs .*, only 2 files/],
    ['a mixed one', { 'a.npy': npy(counting(2), [2]), 'b.png': '', 'c.png': '' }, /is mixed: 1 \.npy file and 2 images; keep one kind/],
    ['one with a file that is none', { 'a.npy': npy(counting(2), [2]), 'b.npy': 'junk' }, /^"b\.npy": not a \.npy file/],
    ['one with an empty file', { 'a.npy': '' }, /^"a\.npy": not a \.npy file/],
  ])('refuses %s', async (_, files, message) => {
    await expect(open(files, [x])).rejects.toThrow(message);
    await expect(open(files, [x])).rejects.toMatchObject({ name: 'InputError' });
  });

  it('says when there are only folders in it', async () => {
    const folder = await folderOf({});
    await mkdir(path.join(folder, 'cats'));
    await expect(openInputs(folder, [x])).rejects.toThrow(/only 1 folder/);
  });

  it.each(['nothing.npy', 'a.txt'])('refuses %s, which is missing or no inputs', async (name) => {
    const folder = await folderOf({ 'a.txt': 'x' });
    await expect(openInputs(path.join(folder, name), [x])).rejects.toThrow(/no such file or folder|is no inputs/);
  });

  it('does not read devices', async () => {
    const folder = await folderOf({});
    await symlink('/dev/zero', path.join(folder, 'a.npy'));
    await expect(openInputs(path.join(folder, 'a.npy'), [x])).rejects.toThrow(/neither a file nor a folder|no such file/);
    await expect(openInputs(folder, [x])).rejects.toThrow(/"a\.npy" is not a file: give a file of inputs|is missing/);
  });
});

describe('openInputs with images', () => {
  const image = input('image', ['batch', 3, 8, 8]);
  it('decodes, resizes and normalizes, and tells what it chose', async () => {
    const files = {
      '2.png': await readFile(fixture('images', 'rgb.png')),
      '10.jpg': await readFile(fixture('images', 'full.jpg')),
      '1.jpeg': await readFile(fixture('images', 'grey.jpg')),
    };
    const set = await open(files, [image]);
    expect(set).toMatchObject({ evidence: 'data', samples: 3, batch: null, seams: [], sampleNames: ['1.jpeg', '2.png', '10.jpg'] });
    expect(set.notes[0]).toMatch(/^images: 8 × 8 RGB, NCHW; .* all by default$/);
    const run = await set.read(1, 3);
    expect(run.image).toMatchObject({ dataType: 'float32', shape: [2, 3, 8, 8] });
    expect(countNonFinite(run.image)).toEqual({ nan: 0, infinite: 0 });
  });

  it('keeps the pixels where nothing is to be done', async () => {
    const { shape, data } = await golden('images', 'rgb.png.npy');
    const set = await openInputs(fixture('images', 'rgb.png'), [input('image', [1, shape[0], shape[1], 3], 'uint8')]);
    expect((await set.read(0, 1)).image).toEqual({ dataType: 'uint8', shape: [1, ...shape], data });
  });

  it('fills three dims with grey, and other inputs with what stands in', async () => {
    const set = await openInputs(fixture('images', 'rgb.png'), [input('image', ['batch', 8, 'w']), input('state', ['batch', 'w'])]);
    expect(shapesOf(await set.read(0, 1))).toEqual({ image: [1, 8, 320], state: [1, 320] });
  });

  it.each<[string, ValueInfo[], OpenOptions, RegExp]>([
    ['a model that takes no images', [x], {}, /input "x" wants float32 \[batch, 2\], which is no shape for images: give \.npy or \.npz/],
    ['a model that takes more', [image, x], {}, /the model takes "image", "x": images alone are not enough/],
    ['a size the model does not take', [image], { images: { size: [4, 4] } }, /takes images of 8 × 8/],
    ['a layout the model does not have', [image], { images: { layout: 'NHWC' } }, /no shape for images in NHWC/],
  ])('refuses %s', async (_, inputs, options, message) => {
    await expect(openInputs(fixture('images', 'rgb.png'), inputs, options)).rejects.toThrow(message);
  });

  it('names the image that is damaged, when it is read', async () => {
    const set = await open({ 'a.png': await readFile(fixture('images', 'rgb.png')), 'b.png': 'junk' }, [image]);
    await set.read(0, 1);
    await expect(set.read(0, 2)).rejects.toThrow(/^"b\.png": neither a PNG nor a JPEG/);
  });
});

describe('limitSamples', () => {
  it('keeps the first ones, their names and seams', async () => {
    const set = await open(
      { 'b.npy': npy(counting(3), [3]), 'a.npy': npy(counting(2), [2]), 'c.npy': npy(counting(2), [2]) },
      [input('x', ['batch', 'n'])],
      undefined,
      { samples: 2 },
    );
    expect(set).toMatchObject({ samples: 2, seams: [1], sampleNames: ['a.npy', 'b.npy'] });
    expect(set.notes.at(-1)).toBe('the first 2 of 3 samples');
    expect(() => set.read(2, 3)).toThrow(RangeError);
    expect(limitSamples(set, 5)).toBe(set);
    const pairs = await open({ 'a.npy': npy(counting(10), [5, 2]) }, [input('x', [2, 2])]);
    expect(limitSamples(pairs, 3).notes.at(-1)).toBe('1 sample left out: every run takes 2');
    expect(() => limitSamples(pairs, 1)).toThrow(/every run takes 2 samples, found 1/);
    expect(() => limitSamples(set, 0)).toThrow(/ask for 1 or more/);
  });
});

describe('survey', () => {
  it('counts NaN and infinities by input', async () => {
    const file = npz({ x: npy(Float32Array.of(NaN, 1, Infinity, NaN, -Infinity, 0), [3, 2]), y: npy(counting(3), [3]) });
    const set = await open({ 'a.npz': file }, [x, input('y', ['batch'])], 'a.npz');
    expect((await survey(set)).nonFinite).toEqual({ x: { nan: 2, infinite: 2 } });
  });

  it('counts them in half floats too', () => {
    const half = { dataType: 'float16', shape: [4], data: Uint16Array.of(0x7c00, 0xfc00, 0x7c01, 0x7bff) } as const;
    expect(countNonFinite(half)).toEqual({ nan: 1, infinite: 2 });
    const brain = { dataType: 'bfloat16', shape: [3], data: Uint16Array.of(0x7f80, 0xffc0, 0x7f7f) } as const;
    expect(countNonFinite(brain)).toEqual({ nan: 1, infinite: 1 });
  });

  it('has one hash for the same inputs however they are stored, and another for others', async () => {
    const inputs = [input('x', ['batch', 2])];
    const hash = async (files: Record<string, Uint8Array>): Promise<string> => (await survey(await open(files, inputs))).sha256;
    const one = await hash({ 'a.npy': npy(counting(6), [3, 2]) });
    const columns = npyWith(`{'descr': '<f8', 'fortran_order': True, 'shape': (3, 2)}`, Float64Array.of(0, 2, 4, 1, 3, 5));
    expect(await hash({ 'z.npz': npz({ x: columns }) })).toBe(one);
    expect(await hash({ '1.npy': npy(counting(2), [2]), '2.npy': npy(counting(4, 2), [2, 2]) })).toBe(one);
    expect(await hash({ 'a.npy': npy(counting(6, 1), [3, 2]) })).not.toBe(one);
    expect((await survey(syntheticInputs(inputs, { samples: 3, seed: 1 }))).sha256).not.toBe(
      (await survey(syntheticInputs(inputs, { samples: 3, seed: 2 }))).sha256,
    );
  });

  it('stops when asked to', async () => {
    const set = syntheticInputs([x], { samples: 3, seed: 1 });
    await expect(survey(set, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('the LeNet sample', () => {
  const folder = path.join(import.meta.dirname, '../../../../samples/lenet');
  const inputs = [input('image', ['batch', 1, 28, 28])];
  it('is 500 normalized digits with labels', async () => {
    const set = await openInputs(path.join(folder, 'test-images.npz'), inputs);
    expect(set).toMatchObject({ samples: 500, batch: null, notes: [] });
    const { nonFinite } = await survey(set);
    expect(nonFinite).toEqual({});
    const { image } = await set.read(100, 164);
    expect(image.shape).toEqual([64, 1, 28, 28]);
    // black is (0 − mean) / std
    expect(Math.min(...numbers(image.data))).toBeCloseTo(-0.1307 / 0.3081, 5);
    const labels = await readLabels(path.join(folder, 'test-labels.npy'), set.samples, set.sampleNames);
    expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    await expect(readLabels(path.join(folder, 'test-labels.npy'), 501)).rejects.toThrow('"test-labels.npy" has 500 labels for 501 samples');
    await set.close();
  });

  it('is mixed as a folder', async () => {
    await expect(openInputs(folder, inputs)).rejects.toThrow(/"lenet" is mixed: /);
  });
});
