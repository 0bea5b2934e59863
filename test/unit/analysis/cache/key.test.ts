import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recording, runKey } from '../../../../src/analysis/cache/key.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { defaultRunSettings, type RunSettings } from '../../../../src/report/runSettings.js';

let folder: string;
let settings: RunSettings;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'key-'));
  const file = (name: string): string => {
    writeFileSync(path.join(folder, name), name);
    return path.join(folder, name);
  };
  mkdirSync(path.join(folder, 'images'));
  file('images/1.png');
  file('images/2.png');
  settings = { ...defaultRunSettings, inputs: file('inputs.npz'), labels: file('labels.npy') };
});
afterEach(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();
const keyOf = async (changed: Partial<RunSettings> = {}, sha256 = 'model', beside = 'weights'): Promise<string> => {
  const { siblings, opened } = recording(() => Promise.resolve(memorySource(Buffer.from(beside))));
  await siblings('weights.bin');
  return runKey({ sha256, beside: opened }, { ...settings, ...changed }, signal);
};

it('is 64 hexadecimal digits, the same for the same', async () => {
  expect(await keyOf()).toMatch(/^[0-9a-f]{64}$/);
  expect(await keyOf({ images: { scale: 1, fit: 'crop' }, dims: { a: 1, b: 2 } })).toBe(
    await keyOf({ images: { fit: 'crop', scale: 1 }, dims: { b: 2, a: 1 } }),
  );
});

it('does not depend on what is asked, for each question has its own answer', async () => {
  const other = {
    targets: ['both'],
    exhaustive: true,
    together: { weight: 'int4', activation: null },
    targetSqnr: 40,
    activationSchemes: [],
  } as const;
  expect(await keyOf(other)).toBe(await keyOf());
});

it.each<[string, () => Parameters<typeof keyOf>]>([
  ['the model', () => [{}, 'other']],
  ['a file beside the model', () => [{}, 'model', 'other weights']],
  ['the inputs', () => (appendFileSync(settings.inputs!, 'more'), [])],
  ['the labels', () => (appendFileSync(settings.labels!, 'more'), [])],
  ['whether there are labels', () => [{ labels: null }]],
  ['where the inputs come from', () => [{ inputs: null }]],
  ['the number of samples', () => [{ samples: 3 }]],
  ['how images become inputs', () => [{ images: { mean: [0.5] } }]],
  ['the seed', () => [{ seed: 2 }]],
  ['a dim', () => [{ dims: { N: 3 } }]],
  ['the build that runs the model', () => [{ backend: 'wasm' }]],
  ['the memory budget, which decides where the model is cut', () => [{ memoryBudget: 2 ** 20 }]],
])('changes with %s', async (_, change) => {
  const before = await keyOf();
  expect(await keyOf(...change())).not.toBe(before);
});

it('changes with names and contents of the files in a folder', async () => {
  const images = { inputs: path.join(folder, 'images') };
  const keys = [await keyOf(images)];
  appendFileSync(path.join(folder, 'images', '2.png'), 'more');
  keys.push(await keyOf(images));
  writeFileSync(path.join(folder, 'images', '3.png'), '');
  keys.push(await keyOf(images));
  expect(new Set(keys).size).toBe(3);
});
