import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { measureSensitivity } from '../../../src/analysis/sensitivity/index.js';
import { localEngine } from '../../../src/engine/index.js';
import { syntheticInputs } from '../../../src/engine/inputs/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { materials } from '../testdata.js';

/** Layers that are measured of models from elsewhere; those of branches that the inputs never take are not. */
const models = [
  { name: 'ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx', measured: 54, classes: 2 },
  { name: 'ocr-models/assets/ch_PP-OCRv4_det_infer.onnx', measured: 64, classes: null },
  { name: 'ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx', measured: 47, classes: null },
  { name: 'vad-web/dist/silero_vad_v5.onnx', measured: 8, classes: null },
];

test.each(models)('$name runs on synthetic inputs, every layer by itself', async ({ name, measured, classes }) => {
  const file = path.join(await materials(), name);
  const model = await openModel(memorySource(await readFile(file)), () => Promise.reject(new Error('there is nothing beside the model')));
  const { run, layers } = await measureSensitivity(
    model,
    { path: file },
    syntheticInputs(model.inputs, { samples: 1, seed: 1 }),
    {
      startEngine: localEngine,
      processes: 1,
      weightSchemes: ['int8/channel/minmax', 'int4/tensor/minmax'],
      activationSchemes: [],
      targets: ['weight'],
    },
    () => undefined,
    new AbortController().signal,
  );
  expect(run.problem).toBeUndefined();
  expect(run.classes?.count ?? null).toBe(classes);
  const ran = layers.filter(({ problem }) => problem === undefined);
  expect(ran).toHaveLength(measured);
  for (const { sensitivity, activationStats } of ran) {
    expect(sensitivity).toHaveLength(2);
    expect(sensitivity.every(({ how }) => how === 'measured')).toBe(true);
    expect(activationStats!.output).not.toBeNull();
  }
  // Eight bits a channel cost less than four a tensor, but for layers the synthetic inputs hardly reach.
  const better = ran.filter(({ sensitivity: [eight, four] }) => (eight.outputSqnrDb ?? Infinity) > (four.outputSqnrDb ?? -Infinity));
  expect(better.length).toBeGreaterThan(measured * 0.9);
});
