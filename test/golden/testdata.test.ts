import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isNumeric } from '../../src/model/dataTypes.js';
import { folderSiblings } from '../../src/model/fileSource.js';
import { memorySource } from '../../src/model/memorySource.js';
import { openModel } from '../../src/model/open.js';
import { openOnnxFile } from '../../src/model/readers/onnx/onnxFile.js';
import { ModelError, type Tensor } from '../../src/model/types.js';
import { asModel, filesBelow, golden, onnxTestdata } from './testdata.js';

/** All of ONNX's own test models and tensors, against what onnx and numpy read in them (make_golden.py). */

interface Digest {
  readonly tensors: number;
  readonly elements: number;
  readonly sha256?: string;
}

interface Golden {
  readonly version: string;
  readonly models: { readonly files: number; readonly read: number; readonly refused: number };
  readonly layersByOp: Readonly<Record<string, number>>;
  readonly tensorsInModels: Readonly<Record<string, Digest>>;
  readonly tensorFiles: Readonly<Record<string, Digest>>;
  readonly filesWithoutTensor: readonly string[];
}

const expected = await golden<Golden>('testdata.json');

/** Counts and hashes tensors by element type, as the script does: float32, NaN always the same one. */
class Digests {
  private readonly byType = new Map<string, { tensors: number; elements: number; hash: Hash }>();

  async add(tensor: Tensor): Promise<void> {
    let digest = this.byType.get(tensor.dataType);
    if (!digest) this.byType.set(tensor.dataType, (digest = { tensors: 0, elements: 0, hash: createHash('sha256') }));
    digest.tensors++;
    digest.elements += tensor.elements;
    if (!isNumeric(tensor.dataType)) return;
    const values = await tensor.read(0, tensor.elements);
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) bits[i] = 0x7fc00000;
    });
    digest.hash.update(new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
  }

  toObject(): Record<string, Digest> {
    return Object.fromEntries(
      [...this.byType].map(([type, { tensors, elements, hash }]) => [
        type,
        isNumeric(type as Tensor['dataType'])
          ? { tensors, elements, sha256: hash.digest('hex') }
          : { tensors, elements, sha256: EMPTY },
      ]),
    );
  }
}
const EMPTY = createHash('sha256').digest('hex');

describe('libonnx-testdata', () => {
  const folder = onnxTestdata();

  it('is the version the goldens were computed from', async () => {
    const packages = await readFile('/var/lib/dpkg/status', 'utf8');
    const version = /^Package: libonnx-testdata\n(?:.+\n)*?Version: (.+)$/m.exec(packages)?.[1];
    expect(version, 'run test/golden/make_golden.py for another version').toBe(expected.version);
  });

  it('is read model by model, or refused in one line, and gives the layers that numpy found', async () => {
    const found = { files: 0, read: 0, refused: 0 };
    const layersByOp: Record<string, number> = {};
    for (const name of await filesBelow(folder, '.onnx')) {
      const file = path.join(folder, name);
      found.files++;
      try {
        const model = await openModel(memorySource(await readFile(file)), folderSiblings(path.dirname(file)));
        found.read++;
        for (const { op } of model.layers) layersByOp[op] = (layersByOp[op] ?? 0) + 1;
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`${name} is neither read nor refused`, { cause: error });
        expect(error.message, name).toMatch(/^.+$/);
        found.refused++;
      }
    }
    expect(found).toEqual(expected.models);
    expect(layersByOp).toEqual(expected.layersByOp);
  });

  it('has in its models the tensors that onnx reads, bit by bit', async () => {
    const digests = new Digests();
    for (const name of await filesBelow(folder, '.onnx')) {
      const file = await openOnnxFile(memorySource(await readFile(path.join(folder, name))), folderSiblings(folder));
      for (const { tensor } of file.tensors.values()) await digests.add(tensor);
    }
    expect(digests.toObject()).toEqual(expected.tensorsInModels);
  });

  it('has in its tensor files what onnx reads, bit by bit, in every element type', async () => {
    const digests = new Digests();
    const skipped = new Set(expected.filesWithoutTensor);
    for (const name of await filesBelow(folder, '.onnx')) {
      const beside = path.dirname(name);
      for (const tensorName of await filesBelow(path.join(folder, beside), '.pb')) {
        const file = path.join(beside, tensorName);
        if (skipped.has(file)) continue;
        const opened = await openOnnxFile(memorySource(asModel(await readFile(path.join(folder, file)))), folderSiblings(folder));
        for (const { tensor } of opened.tensors.values()) await digests.add(tensor);
      }
    }
    expect(digests.toObject()).toEqual(expected.tensorFiles);
  });
});
