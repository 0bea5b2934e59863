import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { addEffects } from '../../../src/analysis/run.js';
import { localEngine } from '../../../src/engine/index.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import type { Report } from '../../../src/report/types.js';
import { withModel } from '../../../src/worker/input.js';
import { floats, model, node, value } from '../model/build.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function report(bytes: Uint8Array, settings: Partial<RunSettings> = {}): Promise<Report> {
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, bytes);
  const { signal } = new AbortController();
  return withModel({ path: file }, async (input) => {
    const { report: weights } = await analyzeModel(
      input,
      { schemes: ['int4/tensor/minmax', 'int2/tensor/minmax'], targetSqnr: 25 },
      () => undefined,
      signal,
    );
    return addEffects(
      input,
      weights,
      {
        settings: { ...defaultRunSettings, samples: 6, targets: ['weight'], exhaustive: true, ...settings },
        place: { path: file },
        startEngine: localEngine,
        cacheFolder: null,
      },
      () => undefined,
      signal,
    );
  });
}

const weight = (name: string, seed: number) =>
  floats(
    name,
    [8, 8],
    Array.from({ length: 64 }, (_, i) => Math.sin(seed + i * i)),
  );

test('a model with an operator that the runtime lacks keeps what its weights tell, and the reason', async () => {
  const { layers, run, warnings } = await report(
    model(
      {
        node: [node('MatMul', ['x', 'w'], ['a'], {}, 'first'), node('Swirl', ['a'], ['y'], {}, 'odd', 'com.example')],
        initializer: [weight('w', 1)],
        input: [value('x', ['n', 8])],
        output: [value('y', null)],
      },
      {
        opsetImport: [
          { domain: '', version: 17 },
          { domain: 'com.example', version: 1 },
        ],
      },
    ),
  );
  const reason = 'ONNX Runtime has no operator Swirl of the domain "com.example"';
  expect(run?.problem).toBe(reason);
  expect(warnings).toContain(`The model was not run, or not to the end: ${reason}`);
  expect(layers).toHaveLength(1);
  expect(layers[0].errors.map(({ scheme }) => scheme)).toEqual(['int4/tensor/minmax', 'int2/tensor/minmax']);
  expect(layers[0].sensitivity).toEqual([]);
});

/**
 * Rows of a table are looked up far out of bounds as soon as two products differ: those of one weight and of its `twin`.
 */
function lookup(twin: number): Uint8Array {
  return model({
    node: [
      node('MatMul', ['x', 'v'], ['a'], {}, 'sound'),
      node('MatMul', ['x', 'w'], ['b'], {}, 'before'),
      node('MatMul', ['x', 't'], ['c'], {}, 'twin'),
      node('Sub', ['b', 'c'], ['d']),
      node('Mul', ['d', 'scale'], ['e']),
      node('Cast', ['e'], ['i'], { to: 7 }),
      node('Gather', ['table', 'i'], ['rows'], {}, 'lookup'),
      node('ReduceMean', ['rows'], ['m'], { axes: [2], keepdims: 0 }),
      node('Add', ['m', 'a'], ['y']),
    ],
    initializer: [weight('v', 2), weight('w', 1), weight('t', twin), floats('scale', [], [1e6]), floats('table', [4, 8])],
    input: [value('x', ['n', 8])],
    output: [value('y', ['n', 8])],
  });
}

test('a model that fails in the middle of its samples says at which and where', async () => {
  const { run, layers } = await report(lookup(3), { samples: 3 });
  expect(run?.problem).toMatch(/^samples 1 to 3: node "lookup" \(Gather\): indices element out of data bounds, idx=-?\d+ must be within/);
  expect(layers.every(({ errors }) => errors.length > 0)).toBe(true);
});

test('a layer that the model does not run without is told, and the others are measured', async () => {
  const { run, layers } = await report(lookup(1));
  expect(run?.problem).toBeUndefined();
  const [sound, before] = ['sound', 'before'].map((name) => layers.find((layer) => layer.name === name)!);
  expect(before.problem).toMatch(/^node "lookup" \(Gather\): indices element out of data bounds/);
  expect(sound.problem).toBeUndefined();
  expect(sound.sensitivity.map(({ how }) => how)).toEqual(['measured', 'measured']);
});
