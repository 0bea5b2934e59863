import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syntheticInputs } from '../../../src/engine/inputs/index.js';
import { folderSiblings } from '../../../src/model/fileSource.js';
import { floats, model, node, value } from '../model/build.js';
import { startBench } from './bench.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two layers, their weights in the model file or beside it, one behind the other at an offset. */
async function write(name: string, external: boolean): Promise<string> {
  const tensors = [floats('w', [8, 16], ramp(128)), floats('v', [16, 8], ramp(128))];
  const file = path.join(folder, `${name}.onnx`);
  if (external) {
    const data = tensors.map(({ rawData }) => rawData!);
    await writeFile(path.join(folder, `${name}.bin`), Buffer.concat([new Uint8Array(64), ...data]));
    tensors.forEach((tensor, i) => {
      delete tensor.rawData;
      tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
      tensor.externalData = [
        { key: 'location', value: `${name}.bin` },
        { key: 'offset', value: String(64 + i * 512) },
        { key: 'length', value: '512' },
      ];
    });
  }
  const nodes = [node('MatMul', ['x', 'w'], ['a']), node('Relu', ['a'], ['b']), node('MatMul', ['b', 'v'], ['y'])];
  await writeFile(file, model({ node: nodes, initializer: tensors, input: [value('x', ['n', 8])], output: [value('y', ['n', 8])] }));
  return file;
}

const ramp = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * i));

test.each(['native', 'wasm'] as const)('weights beside the model are run by the %s build as those inside it', async (backend) => {
  const siblings = folderSiblings(folder);
  const effects = await Promise.all(
    [true, false].map(async (external) => {
      const file = await write(`${backend}-${external}`, external);
      const bench = await startBench(file, ({ inputs }) => syntheticInputs(inputs, { samples: 4, seed: 1 }), {
        backend,
        siblings,
      });
      expect(bench.started.layers.every(({ weight }) => weight)).toBe(true);
      return Promise.all([0, 1].map((layer) => bench.call('effect', { layer, weight: 'int4/tensor/minmax', activation: null })));
    }),
  );
  await siblings.close();
  expect(effects[0]).toEqual(effects[1]);
  expect(effects[0][0].outputs[0].sqnrDb).toBeGreaterThan(5);
});
