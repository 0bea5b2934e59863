/**
 * Benchmark of testing layers at the model's outputs: ratios to plain runs of the unmodified model with the same inputs, in the same batches, in the
 * same run. `npm run bench -- sensitivity [MODEL…]`, with SAMPLES and ROUNDS in the environment. L layers, S samples, t a plain run of one sample. Bars: the
 * isolated effect of all layers under one scheme ≤ 0.75·L·S·t on models of 20 layers and more, ≤ 1.0 on smaller ones; predictions for twelve schemes, two
 * of them measured, ≤ 2.0·L·S·t; calibration ≤ 2·S·t.
 */
import path from 'node:path';
import { allCores } from './sensitivity/allCores.js';
import { oneThread, type Ratios } from './sensitivity/oneThread.js';
import { openSubject } from './sensitivity/subject.js';

const MODELS = [
  'samples/lenet/lenet5-mnist.onnx',
  'samples/lstm-fashion/lstm-fashion.onnx',
  'samples/resnet-fashion/resnet20-fashion.onnx',
  'samples/mobilenet-fashion/mobilenetv2-fashion.onnx',
  'samples/vit-fashion/vit-fashion.onnx',
  '.materials/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
  '.materials/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',
  '.materials/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx',
  '.materials/vad-web/dist/silero_vad_v5.onnx',
];
/** From so many layers on the stricter bar holds. */
const MANY = 20;

const setting = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

async function measure(file: string): Promise<void> {
  const subject = await openSubject(file, setting('SAMPLES', 64));
  const { inputs, ranges } = subject;
  const rounds = setting('ROUNDS', 4);
  const one = await oneThread(subject, rounds);
  const all = await allCores(subject, rounds);
  const batch = ranges[0].end - ranges[0].start;
  console.log(
    `${path.basename(file)}: ${one.layers} layers in ${one.parts} parts, ${inputs.samples} samples in batches of ${batch}, S·t = ${one.plainMs.toFixed(1)} ms, ` +
      `${(one.kept / 2 ** 20).toFixed(0)} MiB kept`,
  );
  const line = (what: string, of: (ratios: Ratios) => number, unit: string, bar: number): void => {
    const found = one.rounds.map(of);
    const best = Math.min(...found);
    console.log(
      `  ${what.padEnd(34)}${best.toFixed(2).padStart(7)} ${unit.padEnd(6)} first ${found[0].toFixed(2).padStart(7)}   bar ${bar.toFixed(2)}  ` +
        (best <= bar ? 'kept' : `missed, ${(best / bar).toFixed(1)} times as much`),
    );
  };
  const bar = one.layers >= MANY ? 0.75 : 1;
  line('effect of a layer, one scheme', ({ effect }) => effect, 'L·S·t', bar);
  line('prediction for twelve schemes', ({ predicted }) => predicted, 'L·S·t', 2);
  line('calibration', ({ calibration }) => calibration, 'S·t', 2);
  console.log(`  ${'start: prepare, run in float'.padEnd(34)}${one.start.toFixed(2).padStart(7)} S·t`);
  console.log(
    `  ${`effect, ${all.processes} engines by the clock`.padEnd(34)}${all.effect.toFixed(2).padStart(7)} L·S·t of a plain run in ${all.processes} threads`,
  );
}

if (process.send) await import('../src/engine/main.js');
else {
  const chosen = process.argv.slice(3);
  for (const file of chosen.length > 0 ? chosen : MODELS) await measure(file);
}
