import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RunSettings } from '../../../src/report/runSettings.js';
import type { PlanJob } from '../../../src/report/planRequest.js';
import { unpackPlan } from '../../../src/rpc/packedPlan.js';
import type { PlanProgress, RunUpdate } from '../../../src/report/update.js';
import type { PlanAnswer, WorkerMethods } from '../../../src/rpc/worker.js';
import type { LayerReport } from '../../../src/report/types.js';
import { localEngine } from '../../../src/engine/index.js';
import { workerHandlers } from '../../../src/worker/handlers.js';
import { pair } from '../../unit/rpc/wire.js';
import { job, lenet, request, sample, testWorker } from '../../unit/worker/worker.js';

const worker = testWorker();
const { analyze } = worker;

describe('a worker that runs the model', () => {
  const location = { path: lenet };
  const run = (more: Partial<RunSettings>, onProgress?: (update: RunUpdate) => void, signal?: AbortSignal) =>
    worker.call(
      'run',
      { location, request: { ...request, ...more }, cacheFolder: null },
      { ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) },
    );

  it('streams what each layer does to the outputs, and answers with the rest', async () => {
    const layers: LayerReport[] = [...(await analyze(location)).layers];
    const stages = new Set<string>();
    const head = await run({ inputs: sample('test-images.npz'), labels: sample('test-labels.npy') }, (update) => {
      if (update.kind === 'layers') update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
      else stages.add(update.stage);
    });
    expect(head).toMatchObject({ evidence: 'data', samples: 8, run: { inputs: 'test-images.npz', accuracy: { samples: 8 } } });
    expect([...stages]).toEqual(['load', 'float', 'observe', 'effects', 'causes']);
    for (const { advice, errors, sensitivity, activationStats } of layers) {
      expect(errors.some(({ scheme }) => scheme === advice!.scheme)).toBe(true);
      expect(sensitivity.find(({ scheme, target }) => scheme === advice!.scheme && target === 'weight')?.outputSqnrDb).toBeGreaterThan(0);
      expect(activationStats?.input).not.toBeNull();
    }
  });

  it('tells what clip ranges do to the values it saw, as its clipping methods expect it', async () => {
    const layers: LayerReport[] = [...(await analyze(location)).layers];
    await run({ inputs: sample('test-images.npz') }, (update) => {
      if (update.kind === 'layers') update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
    });
    for (const [index, { activationStats }] of layers.entries()) {
      const { clips = [] } = activationStats!.input!;
      expect(clips.length).toBeGreaterThan(0);
      for (const { scheme, lo, hi, sqnrDb } of clips) {
        const found = await worker.call('valueError', { index, value: 'input', scheme, clip: { lo, hi } });
        expect(found!.sqnrDb, `${index} ${scheme}`).toBeCloseTo(sqnrDb!, 6);
      }
    }
  });

  it('brings back a run that came to its end, without running anything', async () => {
    const cacheFolder = mkdtempSync(path.join(tmpdir(), 'precision-lens-'));
    try {
      let started = 0;
      const counting = () =>
        pair<WorkerMethods>(
          workerHandlers(() => {
            started++;
            return localEngine();
          }),
        );
      const ask = async (own: ReturnType<typeof counting>, recall: boolean) => {
        const layers: LayerReport[] = [];
        await own.call('analyze', { location, options: { targetSqnr: 25 } });
        const head = await own.call(
          'run',
          { location, request, cacheFolder, recall },
          {
            onProgress(update) {
              if (update.kind === 'layers') update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
            },
          },
        );
        return { head, layers };
      };
      await expect(ask(counting(), true)).rejects.toMatchObject({ code: 'NotRememberedError' });
      const ran = await ask(counting(), false);
      expect(started).toBeGreaterThan(0);
      started = 0;
      expect(await ask(counting(), true)).toEqual(ran);
      expect(started).toBe(0);
    } finally {
      rmSync(cacheFolder, { recursive: true });
    }
  });

  it('tells it by the report where another worker ran the model', async () => {
    const layers: LayerReport[] = [...(await analyze(location)).layers];
    await run({ inputs: sample('test-images.npz') }, (update) => {
      if (update.kind === 'layers') update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
    });
    // forgets the run
    await analyze(location);
    for (const [index, { activationStats }] of layers.entries()) {
      const stats = activationStats!.input!;
      for (const { scheme, lo, hi, sqnrDb } of stats.clips!) {
        const found = await worker.call('valueError', { index, value: 'input', scheme, clip: { lo, hi }, stats });
        expect(found!.sqnrDb, `${index} ${scheme}`).toBeCloseTo(sqnrDb!, 6);
      }
      const scheme = 'uint4/tensor/minmax';
      const study = await worker.call('valueClips', { index, value: 'input', scheme, stats });
      expect(study!.methods.length).toBe(6);
      expect(Math.max(...study!.curve.ratios)).toBe(1);
    }
  });

  it('gives the same from bytes as from a file', async () => {
    await analyze(location);
    const fromFile = await run({});
    const fromBytes = await worker.call('run', {
      location: { name: 'lenet5-mnist.onnx', bytes: readFileSync(lenet) },
      request,
      cacheFolder: null,
    });
    expect(fromBytes).toEqual(fromFile);
    expect(fromBytes.evidence).toBe('synthetic');
  });

  it('refuses inputs that do not fit in one line, and stops when it is told to', async () => {
    await analyze(location);
    await expect(run({ inputs: lenet })).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(/^[^\n]+$/) as string,
    });
    const abort = new AbortController();
    await expect(run({}, () => abort.abort(), abort.signal)).rejects.toMatchObject({ code: 'AbortError' });
  });

  const plan = (more: Partial<PlanJob>, onProgress?: (progress: PlanProgress) => void) =>
    worker.call(
      'plan',
      { location: { path: lenet }, job: { ...job, ...more }, cacheFolder: null },
      { ...(onProgress ? { onProgress } : {}) },
    );

  it('runs the plan where it is told how', async () => {
    const stages = new Set<string>();
    const answer = await plan({ budgets: ['energy=10uJ'], run: request }, ({ stage }) => stages.add(stage));
    const found = unpackPlan((answer as Extract<PlanAnswer, { kind: 'plan' }>).plan);
    expect(found).toMatchObject({ evidence: 'synthetic', samples: 8 });
    expect(found.measured!.outputSqnrDb).toBeGreaterThan(0);
    expect(stages).toContain('plan');
    const known = new Map(found.ranges!.map(({ input, clips }) => [input, new Set(clips.map(({ scheme }) => scheme))]));
    const inputs = found.assignments.flatMap(({ input }) => input ?? []);
    expect(inputs.length).toBeGreaterThan(0);
    for (const input of inputs) expect(known.get(input)!.size).toBeGreaterThan(0);
  });
});
