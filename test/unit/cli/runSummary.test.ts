import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { addEffects } from '../../../src/analysis/run.js';
import { renderAnalysis } from '../../../src/cli/summary.js';
import { localEngine } from '../../../src/engine/index.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import type { Report } from '../../../src/report/types.js';
import { withModel } from '../../../src/worker/input.js';

const folder = path.resolve(import.meta.dirname, '../../../samples/lenet');
const model = path.join(folder, 'lenet5-mnist.onnx');
const { signal } = new AbortController();

let report: Report;
beforeAll(async () => {
  report = await withModel({ path: model }, async (input) => {
    const schemes = ['int8/channel/mse', 'int5/channel/mse', 'int4/channel/mse', 'int3/channel/mse', 'int2/channel/mse'];
    const weights = await analyzeModel(input, { schemes, targetSqnr: 25 }, () => undefined, signal);
    const settings = {
      ...defaultRunSettings,
      inputs: path.join(folder, 'test-images.npz'),
      labels: path.join(folder, 'test-labels.npy'),
      samples: 16,
      together: { weight: 'int3/channel/mse', activation: 'uint5/tensor/minmax' },
    };
    const options = { settings, place: { path: model }, startEngine: localEngine, cacheFolder: null };
    return addEffects(input, weights.report, options, () => undefined, signal);
  });
});

describe('what analyze prints of a run', () => {
  it('is the effect at the outputs, how it is known, and the causes, for each layer', () => {
    const lines = renderAnalysis(report, 25).split('\n');
    expect(lines[1]).toMatch(/16 samples of your inputs.*the float model is right on.*Suggested: .* keep 25 dB at the outputs\.$/);
    const titles = lines.find((line) => line.startsWith('Layer'))!;
    for (const title of ['Outputs (dB)', 'How', 'Top-1 kept', 'Accuracy lost (points)', 'Causes']) expect(titles).toContain(title);
    for (const { name, advice } of report.layers) {
      const row = lines.find((line) => line.startsWith(name))!;
      expect(row).toContain(`${advice!.outputSqnrDb!.toFixed(1)}  ${advice!.how}`);
    }
  });

  it('is what happens when all layers are quantized at once', () => {
    const { together } = report.run!;
    expect(together?.activationScheme).toBe('uint5/tensor/minmax');
    const text = renderAnalysis(report, 25);
    expect(text).toContain(
      `All layers at once, weights int3/channel/mse, activations uint5/tensor/minmax: ${together!.outputSqnrDb!.toFixed(1)} dB`,
    );
    const table = text.slice(text.indexOf('All layers at once')).split('\n');
    for (const { name, together: at } of report.layers) {
      const row = table.find((line) => line.startsWith(name))!;
      expect(row).toContain(at!.accumulatedSqnrDb!.toFixed(1));
      expect(row).toContain((at!.withoutSqnrDb! - together!.outputSqnrDb!).toFixed(1));
    }
  });

  it('takes nothing from the model’s names into the terminal', () => {
    const escape = '\u001b[2J';
    const findings = [{ cause: 'outliers' as const, target: 'weight' as const, text: 'found', remedy: 'clip', gainDb: 3, numbers: {} }];
    const layers = report.layers.map((layer) => ({ ...layer, name: `${escape}${layer.name}`, findings }));
    expect(renderAnalysis({ ...report, layers }, 25)).not.toContain(escape);
  });
});
