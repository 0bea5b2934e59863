import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderSiblings } from '../../src/model/fileSource.js';
import { memorySource } from '../../src/model/memorySource.js';
import { OnnxNode } from '../../src/model/readers/onnx/nodeView.js';
import { ofTensor } from '../../src/model/readers/onnx/literals.js';
import { openOnnxFile, type KnownTensor } from '../../src/model/readers/onnx/onnxFile.js';
import { inferOutputs } from '../../src/model/shapes/infer.js';
import { UNKNOWN, type Value } from '../../src/model/shapes/value.js';
import { asModel, filesBelow, golden, onnxTestdata } from './testdata.js';

/** What is inferred for single operators, against the outputs that ONNX's own tests record. */

const folder = onnxTestdata();
const skipped = new Set((await golden<{ filesWithoutTensor: string[] }>('testdata.json')).filesWithoutTensor);
const siblings = folderSiblings(folder);

async function tensorIn(file: string): Promise<KnownTensor | null> {
  if (skipped.has(file)) return null;
  const { tensors } = await openOnnxFile(memorySource(asModel(await readFile(path.join(folder, file)))), siblings);
  return [...tensors.values()][0];
}

describe('shapes of libonnx-testdata', () => {
  it('are what the operators really give, and so are the elements of small tensors', async () => {
    const wrong: string[] = [];
    let dims = 0;
    let elements = 0;
    // tensor files of bfloat16 are declared to be uint16
    const names = (await filesBelow(folder, '.onnx')).filter((file) => file.startsWith('node/') && !file.includes('BFLOAT16'));
    for (const name of names) {
      const { proto } = await openOnnxFile(memorySource(await readFile(path.join(folder, name))), siblings);
      const graph = proto.graph!;
      if (graph.node.length !== 1) continue;
      const [node] = graph.node;
      const beside = path.join(path.dirname(name), 'test_data_set_0');
      const inputs = await Promise.all(
        node.input.map(async (input): Promise<Value | null> => {
          const at = graph.input.findIndex((value) => value.name === input);
          if (at < 0) return input === '' ? null : UNKNOWN;
          const found = await tensorIn(path.join(beside, `input_${at}.pb`));
          return found ? ofTensor(found.tensor, found.small) : UNKNOWN;
        }),
      );
      const inferred = inferOutputs(new OnnxNode(node, inputs, null));
      for (const [i, output] of node.output.entries()) {
        const at = graph.output.findIndex((value) => value.name === output);
        const found = at < 0 ? null : await tensorIn(path.join(beside, `output_${at}.pb`));
        if (!found) continue;
        const guess = inferred[i];
        const { shape } = found.tensor;
        if (guess.dims) {
          if (guess.dims.length !== shape.length || guess.dims.some((dim, axis) => dim !== null && dim !== shape[axis]))
            wrong.push(`${name}: output ${i} is [${shape.join()}], not [${guess.dims.join()}]`);
          else if (!guess.dims.includes(null)) dims++;
        }
        if (guess.elements && found.small) {
          const same = guess.elements.every((n, j) => n === null || Math.abs(n - found.small![j]) <= 1e-6 * Math.abs(n));
          if (!same || guess.elements.length !== found.small.length)
            wrong.push(`${name}: output ${i} holds ${found.small.join()}, not ${guess.elements.join()}`);
          else elements++;
        }
      }
    }
    expect(wrong).toEqual([]);
    // so many are told at all; a new rule makes it more
    expect(dims).toBeGreaterThanOrEqual(695);
    expect(elements).toBeGreaterThanOrEqual(98);
  });
});
