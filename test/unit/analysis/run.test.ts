import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { addEffects } from '../../../src/analysis/run.js';
import { localEngine } from '../../../src/engine/index.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import schema from '../../../src/report/schema.json';
import { withModel } from '../../../src/worker/input.js';
import { violations } from '../cli/schema.js';

const folder = path.resolve(import.meta.dirname, '../../../samples/lenet');
const model = path.join(folder, 'lenet5-mnist.onnx');
const { signal } = new AbortController();

const run = (settings: Partial<RunSettings>) =>
  withModel({ path: model }, async (input) => {
    const schemes = ['int8/channel/mse', 'int3/channel/mse', 'int2/channel/mse'];
    const { report } = await analyzeModel(input, { schemes, targetSqnr: 25 }, () => undefined, signal);
    const some: RunSettings = { ...defaultRunSettings, samples: 16, targets: ['weight'], exhaustive: true, ...settings };
    return addEffects(
      input,
      report,
      { settings: some, place: { path: model }, startEngine: localEngine, cacheFolder: null },
      () => undefined,
      signal,
    );
  });

describe('a report of a model that was run', () => {
  it('tells the accuracy on the user’s samples and what every layer does to the outputs', async () => {
    const report = await run({ inputs: path.join(folder, 'test-images.npz'), labels: path.join(folder, 'test-labels.npy') });
    expect(report.evidence).toBe('data');
    expect(report.samples).toBe(16);
    expect(report.run?.accuracy?.samples).toBe(16);
    expect(violations(JSON.parse(JSON.stringify(report)), schema)).toEqual([]);
    for (const layer of report.layers) {
      const effects = new Map(layer.sensitivity.map((s) => [s.scheme, s]));
      expect(effects.get('int8/channel/mse')?.how).toBe('measured');
      // The outputs suffer more from 2 bits than from 8, by about 6 dB a bit.
      expect(effects.get('int8/channel/mse')!.outputSqnrDb!).toBeGreaterThan(effects.get('int2/channel/mse')!.outputSqnrDb! + 20);
      expect(layer.activationStats?.input?.count).toBeGreaterThan(0);
    }
  });

  it('says when its inputs were generated, and is the same for a seed', async () => {
    const [first, second] = [await run({ seed: 3 }), await run({ seed: 3 })];
    expect(first.evidence).toBe('synthetic');
    expect(second.layers).toEqual(first.layers);
  });

  it('refuses labels that do not suffice, in one line', async () => {
    const labels = path.join(folder, 'lenet5-mnist.onnx');
    await expect(run({ inputs: path.join(folder, 'test-images.npz'), labels })).rejects.toThrow(/^[^\n]*no labels[^\n]*$/);
  });
});
