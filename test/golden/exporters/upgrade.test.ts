import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { ExportError } from '../../../src/exporters/exportError.js';
import { freeNames, newEdits } from '../../../src/exporters/qdq/edits.js';
import { finder } from '../../../src/exporters/qdq/places.js';
import { modelTree, type Body, type Scope } from '../../../src/exporters/qdq/tree.js';
import { irVersionFor, upgrader } from '../../../src/exporters/qdq/upgrade.js';
import { functionOpset, writeModel } from '../../../src/exporters/qdq/write.js';
import { folderSiblings } from '../../../src/model/fileSource.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { openOnnxFile } from '../../../src/model/readers/onnx/onnxFile.js';
import { filesBelow, onnxTestdata } from '../testdata.js';

/** ONNX's own test models, brought to opset 21 and run in ONNX Runtime on their own inputs: each has to give what it gave before. */

const NEWEST = 21;
const OLDEST = 7;

type Numbers = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | BigInt64Array | BigUint64Array;
const arrays: Readonly<Record<number, readonly [string, new (buffer: ArrayBuffer) => Numbers]>> = {
  1: ['float32', Float32Array],
  2: ['uint8', Uint8Array],
  3: ['int8', Int8Array],
  4: ['uint16', Uint16Array],
  5: ['int16', Int16Array],
  6: ['int32', Int32Array],
  7: ['int64', BigInt64Array],
  9: ['bool', Uint8Array],
  11: ['float64', Float64Array],
  12: ['uint32', Uint32Array],
  13: ['uint64', BigUint64Array],
};

/** An input of a test; null for those that are no dense tensors of numbers in raw form. */
async function readTensor(file: string): Promise<Tensor | null> {
  const { dataType, dims, rawData } = onnx.TensorProto.decode(await readFile(file));
  const kind = arrays[dataType];
  if (!kind || !rawData || rawData.length === 0) return null;
  return new Tensor(kind[0] as 'float32', new kind[1](Uint8Array.from(rawData).buffer) as Float32Array, dims.map(Number));
}

type Outputs = InferenceSession.OnnxValueMapType;

/** What a model gives for the inputs beside it; null when the runtime does not take it. */
async function run(model: Uint8Array, folder: string): Promise<Outputs | null> {
  let session: InferenceSession | null = null;
  try {
    session = await InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' });
    const feeds: Record<string, Tensor> = {};
    for (const [i, name] of session.inputNames.entries()) {
      const tensor = await readTensor(path.join(folder, 'test_data_set_0', `input_${i}.pb`));
      if (!tensor) return null;
      feeds[name] = tensor;
    }
    return await session.run(feeds);
  } catch {
    return null;
  } finally {
    await session?.release();
  }
}

const alike = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || a === b || Math.abs(Number(a) - Number(b)) <= 1e-6 + 1e-5 * Math.abs(Number(a));

function same(before: Outputs, after: Outputs | null): boolean {
  return (
    after !== null &&
    Object.entries(before).every(([name, { data, dims }]) => {
      const other = after[name];
      const [x, y] = [Array.from(data as ArrayLike<unknown>), Array.from(other.data as ArrayLike<unknown>)];
      return other.dims.join() === dims.join() && x.every((value, i) => alike(value, y[i]));
    })
  );
}

async function upgraded(bytes: Uint8Array, from: number, folder: string): Promise<Uint8Array> {
  const tree = modelTree(bytes, await openOnnxFile(memorySource(bytes), folderSiblings(folder)));
  const find = finder(tree);
  const unique = freeNames(tree);
  const scopeOf = (body: Body): Scope => ({ body, from: body.outer && scopeOf(body.outer) });
  const upgrade = (body: Body) =>
    upgrader(body.graph === null ? (functionOpset(body.bytes) ?? from) : from, NEWEST, {
      typeOf: (value) => find.typeOf(scopeOf(body), value) ?? 'float32',
      unique,
    });
  return writeModel({ tree, edits: newEdits(), opset: { version: NEWEST, upgrade }, irVersion: irVersionFor(NEWEST), beside: null }).finish();
}

test('every model means the same in opset 21, or is refused by name', async () => {
  const root = onnxTestdata();
  const different: string[] = [];
  const refused: string[] = [];
  let count = 0;
  for (const name of await filesBelow(root, 'model.onnx')) {
    const file = path.join(root, name);
    const folder = path.dirname(file);
    const bytes = new Uint8Array(await readFile(file));
    const opset = await openModel(memorySource(bytes), folderSiblings(folder)).then(
      (model) => model.opset,
      () => 0,
    );
    if (opset < OLDEST || opset >= NEWEST) continue;
    const before = await run(bytes, folder);
    if (!before) continue;
    count++;
    try {
      if (!same(before, await run(await upgraded(bytes, opset, folder), folder))) different.push(name);
    } catch (error) {
      if (!(error instanceof ExportError)) throw error;
      refused.push(name);
    }
  }
  expect(different).toEqual([]);
  expect(refused).toEqual([
    'node/test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn/model.onnx',
    'node/test_scan_sum/model.onnx',
  ]);
  expect(count).toBeGreaterThan(700);
});
