/**
 * Benchmark of testing layers at the model's outputs, one thread: ratios to plain runs of the unmodified model with the same inputs, in the same
 * batches. `npm run bench -- sensitivity [MODEL…]`; inputs are synthetic. Bars: effect ≤ 0.75 on models of 20 layers and more, ≤ 1.0 on smaller
 * ones; calibration ≤ 2.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nativeBackend } from '../src/engine/backend/native.js';
import type { RunTensors } from '../src/engine/backend/types.js';
import { planRuns, syntheticInputs } from '../src/engine/inputs/index.js';
import { preferredBatch } from '../src/engine/batch.js';
import { workbench } from '../src/engine/workbench.js';
import { memorySource } from '../src/model/memorySource.js';
import { openModel } from '../src/model/open.js';

const MODELS = [
  'samples/lenet/lenet5-mnist.onnx',
  'samples/resnet-fashion/resnet20-fashion.onnx',
  '.materials/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
  '.materials/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',
  '.materials/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx',
  '.materials/vad-web/dist/silero_vad_v5.onnx',
];
const SAMPLES = Number(process.env['SAMPLES'] ?? 16);
const SCHEME = 'int4/channel/minmax';
const context = { signal: new AbortController().signal, progress: () => undefined, transfer: () => undefined };

/** The processor's time, which other programs on the machine do not lengthen. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed<T>(work: () => Promise<T> | T): Promise<readonly [number, T]> {
  const from = cpuMs();
  const result = await work();
  return [cpuMs() - from, result];
}

async function measure(file: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(file));
  const model = await openModel(memorySource(bytes), () => Promise.reject(new Error('nothing lies beside the model')));
  const inputs = syntheticInputs(model.inputs, { samples: SAMPLES, seed: 1 });
  const runs: RunTensors[] = [];
  const bench = workbench(nativeBackend);
  await bench.open({ model: { bytes } }, context);
  for (const { start, end } of planRuns(inputs, await preferredBatch(inputs))) {
    const values = await inputs.read(start, end);
    runs.push(new Map(Object.entries(values)));
    await bench.feed({ inputs: values, samples: end - start }, context);
  }
  const session = await (await nativeBackend()).load(bytes);
  const plain = async (): Promise<void> => {
    for (const run of runs) await session.run(run);
  };
  await plain();

  const probe = await inputs.read(0, inputs.batch ?? 1);
  const [started, start] = await timed(() => bench.start({ probe, labels: null, classes: 'auto', budget: 2 ** 30 }, context));
  const layers = start.layers.flatMap(({ weight }, layer) => (weight ? [layer] : []));
  // Plain runs are taken before, between and after, so that both see the same machine.
  let effects = 0;
  let reference = 0;
  let references = 0;
  for (const [at, layer] of layers.entries()) {
    if (at % Math.max(1, Math.ceil(layers.length / 8)) === 0) {
      reference += (await timed(plain))[0];
      references++;
    }
    effects += (await timed(() => bench.effect({ layer, weight: SCHEME, activation: null }, context)))[0];
  }
  const run = reference / references;
  let calibration = 0;
  for (let part = 0; part < start.parts; part++)
    calibration += (await timed(() => bench.observe({ part, weightSchemes: [], activationSchemes: [] }, context)))[0];
  const ratio = (ms: number, times = 1): string => (ms / run / times).toFixed(2).padStart(6);
  console.log(
    [
      path.basename(file).padEnd(40),
      `${layers.length} layers in ${start.parts} parts`.padEnd(24),
      `${runs.length} runs, ${run.toFixed(1)} ms`.padEnd(22),
      `effect ${ratio(effects, layers.length)} L·S·t`,
      `calibration ${ratio(calibration)} S·t`,
      `start ${ratio(started)} S·t`,
      `kept ${(start.kept / 2 ** 20).toFixed(0)} MiB`,
    ].join('  '),
  );
}

const chosen = process.argv.slice(3);
for (const file of chosen.length > 0 ? chosen : MODELS) await measure(file);
