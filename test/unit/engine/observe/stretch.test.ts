import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInputs, type InputSet } from '../../../../src/engine/inputs/index.js';
import type { LayerFacts } from '../../../../src/engine/index.js';
import { floats, model, node, value } from '../../model/build.js';
import { startBench, type TestBench } from '../bench.js';

const MODEL = 'samples/mobilenet-fashion/mobilenetv2-fashion.onnx';
const IMAGES = 'samples/fashion/test-images.npz';
const SAMPLES = 250;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stretch-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function observed({ started, call }: TestBench): Promise<readonly LayerFacts[]> {
  const facts: LayerFacts[] = [];
  for (let stretch = 0; stretch < started.stretches; stretch++)
    facts.push(...(await call('observe', { stretch, weightSchemes: [], activationSchemes: [] })));
  return facts;
}

/** Smallest and largest of values in the whole model, from the runtime. */
async function trueEnds(names: ReadonlySet<string>, images: Float32Array): Promise<ReadonlyMap<string, readonly [number, number]>> {
  const proto = onnx.ModelProto.decode(await readFile(MODEL));
  const own = new Set(proto.graph!.output!.map(({ name }) => name));
  for (const name of names) if (name !== 'image' && !own.has(name)) proto.graph!.output!.push({ name });
  const session = await InferenceSession.create(onnx.ModelProto.encode(proto).finish());
  const results = await session.run({ image: new Tensor('float32', images, [images.length / 784, 1, 28, 28]) });
  const ends = (x: Float32Array): readonly [number, number] => [
    x.reduce((a, b) => Math.min(a, b), Infinity),
    x.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return new Map([...names].map((name) => [name, ends(name === 'image' ? images : (results[name].data as Float32Array))]));
}

test('ranges are those of all samples, though few are looked at; but for ends that a Clip behind cuts off', async () => {
  const bench = await startBench(MODEL, ({ inputs }) => openInputs(IMAGES, inputs), { samples: SAMPLES, batch: 64 });
  const inputs = await openInputs(IMAGES, bench.model.inputs);
  const images = (await inputs.read(0, SAMPLES)).image.data as Float32Array;
  await inputs.close();
  const facts = await observed(bench);
  expect(facts).toHaveLength(bench.model.layers.length);
  const values = facts.flatMap(({ input, output }) => [input!, output!]);
  const ends = await trueEnds(new Set(values.map((seen) => seen.value)), images);
  const { node: nodes } = onnx.ModelProto.decode(await readFile(MODEL)).graph!;
  const intoClips = new Set(nodes!.flatMap(({ opType, input }) => (opType === 'Clip' ? [input![0]] : [])));
  expect(intoClips.size).toBeGreaterThan(10);
  for (const { input, output } of facts) {
    for (const seen of [input!, output!]) {
      const [min, max] = ends.get(seen.value)!;
      const slack = 1e-4 * (max - min);
      const { count } = seen.statistics;
      expect(count).toBeLessThanOrEqual(seen.total);
      expect(seen.total % SAMPLES).toBe(0);
      expect(seen.histogram.counts.reduce((a, b) => a + b, 0)).toBe(count);
      expect(seen.statistics.min).toBeGreaterThan(min - slack);
      expect(seen.statistics.max).toBeLessThan(max + slack);
      // A Clip to 0…6 sees nothing beyond.
      const cut = intoClips.has(seen.value);
      if (!(cut && min < 0)) expect(Math.abs(seen.statistics.min - min), seen.value).toBeLessThan(slack);
      if (!(cut && max > 6)) expect(Math.abs(seen.statistics.max - max), seen.value).toBeLessThan(slack);
    }
  }
});

// So many values that not all of them are brought out of the runtime.
const ROWS = 72;
const PLACES = 1 << 16;

/** Two channels: one that holds the number of the sample, and one that is 1 but for one place of one sample. */
function features(odd: number, last = 1): Float32Array {
  const x = new Float32Array(2 * ROWS * PLACES).fill(1);
  for (let i = 0; i < x.length; i += 2) x[i] = Math.floor(i / 2 / PLACES) - 20;
  x[2 * (odd * PLACES + 4321) + 1] = last;
  return x;
}

function rows(data: Float32Array): InputSet {
  const each = 2 * PLACES;
  return {
    ...{ evidence: 'data', source: 'rows', samples: ROWS, names: ['x'], notes: [], batch: null, seams: [], sampleNames: null },
    read: (start, end) =>
      Promise.resolve({ x: { dataType: 'float32', shape: [end - start, PLACES, 2], data: data.slice(start * each, end * each) } }),
    close: () => Promise.resolve(),
  };
}

async function layerFacts(data: Float32Array): Promise<LayerFacts> {
  const file = path.join(folder, 'model.onnx');
  const shape = ['n', PLACES, 2];
  await writeFile(
    file,
    model({
      node: [node('MatMul', ['x', 'w'], ['y'])],
      initializer: [floats('w', [2, 2], [1, 0, 0, 1])],
      input: [value('x', shape)],
      output: [value('y', shape)],
    }),
  );
  const bench = await startBench(file, () => rows(data), { samples: ROWS, batch: 16, classes: 'none' });
  const [facts] = await observed(bench);
  return facts;
}

const ODD = [0, 31, ROWS - 1];

test('a channel that a single value moves is not dead, whichever sample it is in', async () => {
  const values = ROWS * PLACES;
  for (const odd of ODD) expect((await layerFacts(features(odd, 3))).inputChannels).toEqual({ channels: 2, dead: 0, values });
  expect((await layerFacts(features(0))).inputChannels).toEqual({ channels: 2, dead: 1, values });
}, 60_000);

test('values that are not finite are left out of ranges, whichever sample they are in', async () => {
  for (const odd of ODD)
    for (const bad of [Infinity, -Infinity, NaN]) {
      const { input } = await layerFacts(features(odd, bad));
      expect([input!.statistics.min, input!.statistics.max]).toEqual([-20, ROWS - 21]);
      expect(input!.total).toBe(2 * ROWS * PLACES);
    }
}, 60_000);
