import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import type { InputSet } from '../../../src/engine/inputs/index.js';
import { folderSiblings } from '../../../src/model/fileSource.js';
import { startBench } from '../../unit/engine/bench.js';
import { floats, model, node, value } from '../../unit/model/build.js';

const ROWS = 2 ** 26;
const WIDTH = 16;

/** A table of 4 GiB, of which the file system keeps only the rows that are not zero. */
async function writeTable(file: string, rows: readonly number[]): Promise<void> {
  const handle = await open(file, 'w');
  await handle.truncate(ROWS * WIDTH * 4);
  for (const row of rows) {
    const values = Float32Array.from({ length: WIDTH }, (_, i) => Math.cos(row + i));
    await handle.write(new Uint8Array(values.buffer), 0, WIDTH * 4, row * WIDTH * 4);
  }
  await handle.close();
}

test('a model with more than 2 GiB of weights beside it is run without a copy of them', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'precision-lens-'));
  const siblings = folderSiblings(folder);
  try {
    const rows = [0, 12_345, ROWS - 1];
    await writeTable(path.join(folder, 'table.bin'), rows);
    const table = { name: 'table', dims: [ROWS, WIDTH], dataType: 1, dataLocation: onnx.TensorProto.DataLocation.EXTERNAL, externalData: [{ key: 'location', value: 'table.bin' }] };
    const weight = floats('w', [WIDTH, 4], Array.from({ length: WIDTH * 4 }, (_, i) => Math.sin(i * i)));
    const file = path.join(folder, 'model.onnx');
    await writeFile(
      file,
      model({
        node: [node('Gather', ['table', 'i'], ['a']), node('MatMul', ['a', 'w'], ['y'])],
        initializer: [table, weight],
        input: [value('i', ['n'], 7)],
        output: [value('y', ['n', 4])],
      }),
    );
    const inputs: InputSet = {
      evidence: 'data',
      source: 'rows',
      samples: rows.length,
      names: ['i'],
      notes: [],
      batch: null,
      seams: [],
      sampleNames: null,
      read: (start, end) =>
        Promise.resolve({ i: { dataType: 'int64', shape: [end - start], data: BigInt64Array.from(rows.slice(start, end), BigInt) } }),
      close: () => Promise.resolve(),
    };
    const bench = await startBench(file, () => inputs, { siblings });
    const layer = bench.model.layers.findIndex(({ weight: { name } }) => name === 'w');
    const { outputs } = await bench.call('effect', { layer, weight: 'int4/tensor/minmax', activation: null });
    // As large as the noise of rounding is: the last row, behind the second GiB, was among them.
    expect(outputs[0].sqnrDb).toBeGreaterThan(10);
    expect(outputs[0].sqnrDb).toBeLessThan(30);
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 31);
  } finally {
    await siblings.close();
    await rm(folder, { recursive: true, force: true });
  }
});
