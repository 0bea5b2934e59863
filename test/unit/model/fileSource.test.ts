import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource, folderSiblings, isConfinedName } from '../../../src/model/fileSource.js';
import { subSource } from '../../../src/model/subSource.js';
import { ModelError } from '../../../src/model/types.js';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'sources-'));
  folder = path.join(root, 'model');
  await mkdir(path.join(folder, 'parts'), { recursive: true });
  await writeFile(path.join(root, 'secret'), 'secret');
  await writeFile(path.join(folder, 'w.bin'), Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]));
  await writeFile(path.join(folder, 'parts', 'p.bin'), Uint8Array.from([9]));
  await symlink(path.join(folder, 'w.bin'), path.join(folder, 'inside'));
  await symlink(path.join(root, 'secret'), path.join(folder, 'outside'));
  await symlink(root, path.join(folder, 'up'));
  await symlink(path.join(folder, 'circle'), path.join(folder, 'circle'));
});

afterAll(() => rm(root, { recursive: true }));

describe('fileSource', () => {
  it('reads any stretch of a file', async () => {
    const source = await fileSource(path.join(folder, 'w.bin'));
    expect(source.byteLength).toBe(8);
    expect([...(await source.slice(2, 5))]).toEqual([2, 3, 4]);
    expect([...(await source.slice(8, 8))]).toEqual([]);
    await expect(source.slice(7, 9)).rejects.toThrow(RangeError);
    await source.close();
  });

  it('reads into memory that it is given', async () => {
    const source = await fileSource(path.join(folder, 'w.bin'));
    const room = new Uint8Array(6);
    const into = room.subarray(2, 5);
    expect(await subSource(source, 3, 5).slice(1, 4, into)).toBe(into);
    expect([...room]).toEqual([0, 0, 4, 5, 6, 0]);
    await source.close();
  });

  it('says when a file became shorter', async () => {
    const file = path.join(folder, 'shrinking');
    await writeFile(file, new Uint8Array(100));
    const source = await fileSource(file);
    await truncate(file, 10);
    await expect(source.slice(0, 50)).rejects.toThrow(/"shrinking" became shorter/);
    await source.close();
  });

  it.each([
    ['nothing.onnx', /"nothing\.onnx".*missing/],
    ['parts', /"parts" is not a file/],
    ['w.bin/deeper', /missing/],
    ['circle', /circle/],
  ])('says what is wrong with %s', async (name, reason) => {
    const opened = fileSource(path.join(folder, name));
    await expect(opened).rejects.toThrow(ModelError);
    await expect(opened).rejects.toThrow(reason);
  });
});

describe('folderSiblings', () => {
  it.each(['w.bin', './w.bin', 'parts/p.bin', 'inside'])('opens %s', async (name) => {
    const siblings = folderSiblings(folder);
    expect((await siblings(name)).byteLength).toBeGreaterThan(0);
    await siblings.close();
  });

  it('opens a file once', async () => {
    const siblings = folderSiblings(folder);
    expect(await siblings('w.bin')).toBe(await siblings('./w.bin'));
    await siblings.close();
  });

  it.each([
    ['../secret', /leads outside/],
    ['parts/../../secret', /leads outside/],
    ['parts\\..\\..\\secret', /leads outside/],
    ['/etc/passwd', /leads outside/],
    ['C:\\secret', /leads outside/],
    ['\\\\server\\share', /leads outside/],
    ['', /leads outside/],
    ['w.bin\0', /leads outside/],
    ['outside', /link that leads outside/],
    ['up/secret', /link that leads outside/],
    ['.', /link that leads outside/],
    ['parts', /not a file/],
    ['none.bin', /"none\.bin" is missing: put it next to the model/],
  ])('does not open %j', async (name, reason) => {
    const siblings = folderSiblings(folder);
    await expect(siblings(name)).rejects.toThrow(ModelError);
    await expect(siblings(name)).rejects.toThrow(reason);
    await siblings.close();
  });

  it('opens files beside a model in a folder that is itself a link', async () => {
    const link = path.join(root, 'link');
    await symlink(folder, link);
    const siblings = folderSiblings(link);
    expect((await siblings('w.bin')).byteLength).toBe(8);
    await siblings.close();
  });
});

describe('isConfinedName', () => {
  it('lets names through that only look dangerous', () => {
    expect(['a..b', '...', 'weights.bin', 'a/b.c/d'].filter((name) => !isConfinedName(name))).toEqual([]);
  });
});
