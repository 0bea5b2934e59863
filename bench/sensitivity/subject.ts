import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preferredBatch } from '../../src/engine/batch.js';
import type { RunTensors } from '../../src/engine/backend/types.js';
import { openInputs, planRuns, syntheticInputs } from '../../src/engine/inputs/index.js';
import type { InputSet, SampleRange } from '../../src/engine/inputs/types.js';
import { memorySource } from '../../src/model/memorySource.js';
import { openModel } from '../../src/model/open.js';
import type { Model } from '../../src/model/types.js';

/** A model and what it is run on, in the batches that the engine would choose. */
export interface Subject {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly model: Model;
  readonly inputs: InputSet;
  readonly ranges: readonly SampleRange[];
  readonly runs: readonly RunTensors[];
}

/** The test images beside a sample model, or generated inputs where there are none. */
export async function openSubject(file: string, samples: number): Promise<Subject> {
  const bytes = new Uint8Array(readFileSync(file));
  const model = await openModel(memorySource(bytes), () => Promise.reject(new Error('nothing lies beside the model')));
  const images = ['test-images.npz', '../fashion/test-images.npz'].map((name) => path.join(path.dirname(file), name)).find(existsSync);
  const inputs = images ? await openInputs(images, model.inputs, { samples }) : syntheticInputs(model.inputs, { samples, seed: 1 });
  const ranges = planRuns(inputs, await preferredBatch(inputs));
  const runs: RunTensors[] = [];
  for (const { start, end } of ranges) runs.push(new Map(Object.entries(await inputs.read(start, end))));
  return { file, bytes, model, inputs, ranges, runs };
}
