import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/index.js';
import { withUpdate } from '../../../src/rpc/reportStream.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import type { PlanJob } from '../../../src/report/planRequest.js';
import { unpackPlan } from '../../../src/rpc/packedPlan.js';
import type { AnalysisUpdate, PlanProgress, RunUpdate } from '../../../src/report/update.js';
import type { Client } from '../../../src/rpc/rpc.js';
import type { ModelLocation, PlanAnswer, WorkerMethods } from '../../../src/rpc/worker.js';
import type { LayerReport, Report } from '../../../src/report/types.js';
import { workerHandlers } from '../../../src/worker/handlers.js';
import { pair } from '../rpc/wire.js';

const lenet = fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url));
const sample = (name: string) => fileURLToPath(new URL(`../../../samples/lenet/${name}`, import.meta.url));
const options = { targetSqnr: 25 };
const request: RunSettings = { ...defaultRunSettings, samples: 8 };

/** The handlers behind a port that clones like a thread's. */
let worker: Client<WorkerMethods>;
beforeEach(() => {
  worker = pair<WorkerMethods>(workerHandlers(localEngine));
});

async function analyze(location: ModelLocation): Promise<Report> {
  let report: Report | undefined;
  const onProgress = (update: AnalysisUpdate) => (report = withUpdate(report, update));
  const head = await worker.call('analyze', { location, options }, { onProgress });
  return { ...head, layers: report!.layers };
}

describe('a worker', () => {
  it('inspects a model: layers without figures', async () => {
    const { model, layers } = await worker.call('inspect', { path: lenet });
    expect(model).toMatchObject({ file: 'lenet5-mnist.onnx', parameters: 61_706 });
    expect(layers).toHaveLength(5);
    expect(layers.every(({ weightStats, advice }) => weightStats === null && advice === null)).toBe(true);
  });

  it('streams advice for every layer, and answers with the rest of the report', async () => {
    const { layers, model } = await analyze({ path: lenet });
    expect(layers.map(({ advice }) => advice !== null)).toEqual(new Array(5).fill(true));
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps the clip ranges of channels for the advised scheme alone', async () => {
    const { layers } = await analyze({ path: lenet });
    const kept = layers.flatMap(({ errors, advice }) => errors.filter(({ clips }) => clips).map(({ scheme }) => [scheme, advice!.scheme]));
    expect(kept.length).toBeGreaterThan(0);
    for (const [scheme, advised] of kept) expect(scheme).toBe(advised);
  });

  it('gives the same from bytes as from a file', async () => {
    const bytes = await analyze({ name: 'lenet5-mnist.onnx', bytes: readFileSync(lenet) });
    expect(bytes).toEqual(await analyze({ path: lenet }));
  });

  it('gives histograms of the model it analyzed last', async () => {
    const { layers } = await analyze({ path: lenet });
    const { counts, edges } = await worker.call('histogram', { index: 1, bins: 32 });
    expect(edges).toHaveLength(counts.length + 1);
    expect(counts.reduce((sum, count) => sum + count)).toBe(layers[1].parameters);
  });

  it('answers what is asked of a single layer', async () => {
    const { layers } = await analyze({ path: lenet });
    const [first, second] = layers;
    const { counts } = await worker.call('histograms', { indices: [1, 0], bins: 8 });
    const sum = (from: number) => counts.slice(from, from + 8).reduce((a, b) => a + b);
    expect(sum(0)).toBeCloseTo(second.parameters, 3);
    expect(sum(8)).toBeCloseTo(first.parameters, 3);

    const channel = await worker.call('channelHistogram', { index: 1, channel: 3, bins: 8 });
    expect(channel.counts.reduce((a, b) => a + b)).toBe(second.parameters / second.shape[0]);

    const { advice } = second;
    const ask = { index: 1, scheme: advice!.scheme, clip: null, channel: null };
    expect(await worker.call('weightError', { ...ask, exact: true })).toMatchObject({ sqnrDb: advice!.sqnrDb, how: 'exact' });
    const clip = { lo: -0.2, hi: 0.2 };
    const [exact, estimated] = await Promise.all([true, false].map((exact) => worker.call('weightError', { ...ask, clip, exact })));
    expect(exact).toMatchObject({ clip, how: 'exact' });
    expect(estimated).toMatchObject({ clip, how: 'estimated' });
    expect(Math.abs(exact.sqnrDb! - estimated.sqnrDb!)).toBeLessThan(0.5);

    const study = await worker.call('clipStudy', { index: 1, scheme: advice!.scheme, channel: null });
    expect(study!.methods.find(({ method }) => method === 'minmax')).toMatchObject({
      hi: Math.max(-second.weightStats!.min, second.weightStats!.max),
    });
    expect(study!.curve.ratios.length).toBe(study!.curve.overload.length);

    const ranges = await worker.call('channelRanges', { index: 1 });
    expect(Math.max(...ranges.max)).toBe(second.weightStats!.max);
    expect(ranges.median.length).toBe(second.shape[0]);
  });

  it('knows nothing of values before the model was run', async () => {
    await analyze({ path: lenet });
    const ask = { index: 1, value: 'input', scheme: 'uint8/tensor/minmax', clip: { lo: 0, hi: 1 } } as const;
    expect(await worker.call('valueError', ask)).toBeNull();
  });

  it('gives up what is asked of a layer when it is told to, and of no layer', async () => {
    await analyze({ path: lenet });
    const abort = new AbortController();
    abort.abort();
    await expect(worker.call('channelRanges', { index: 1 }, { signal: abort.signal })).rejects.toMatchObject({ code: 'AbortError' });
    await expect(worker.call('channelRanges', { index: 5 })).rejects.toThrow('there is no layer 5; the model has 5');
  });

  it('says that it has no model when it is asked for a histogram or a run first', async () => {
    await expect(worker.call('channelRanges', { index: 0 })).rejects.toMatchObject({ code: 'NoModelError' });
    await expect(worker.call('histogram', { index: 0, bins: 8 })).rejects.toMatchObject({ code: 'NoModelError' });
    await expect(worker.call('run', { location: { path: lenet }, request, cacheFolder: null })).rejects.toMatchObject({
      code: 'NoModelError',
    });
  });

  describe('that runs the model', () => {
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
          // a histogram blurs the few different values that images and first layers hold, which shows where steps are fine
          expect(Math.abs(found!.sqnrDb! - sqnrDb!), `${index} ${scheme}`).toBeLessThan(index > 0 && scheme.startsWith('uint4') ? 0.5 : 2);
        }
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
  });

  describe('that plans', () => {
    const job: PlanJob = { budgets: ['bits=4.5'], runtime: 'onnxruntime', minimize: 'size', hardware: profiles.mcu, batch: 1, run: null };
    const plan = (more: Partial<PlanJob>, onProgress?: (progress: PlanProgress) => void) =>
      worker.call(
        'plan',
        { location: { path: lenet }, job: { ...job, ...more }, cacheFolder: null },
        { ...(onProgress ? { onProgress } : {}) },
      );

    it('finds a plan from the weights alone, before anything was analyzed', async () => {
      const stages = new Set<string>();
      const answer = await plan({}, ({ stage }) => stages.add(stage));
      const found = unpackPlan((answer as Extract<PlanAnswer, { kind: 'plan' }>).plan);
      expect(found).toMatchObject({ budget: 'bits=4.5', runtime: 'onnxruntime', evidence: 'weights', measured: null });
      expect(found.predicted.effectiveBits).toBeLessThanOrEqual(4.5);
      expect(found.assignments.map(({ layer }) => layer)).toEqual((await analyze({ path: lenet })).layers.map(({ name }) => name));
      expect(found.costs.profile.peak).toEqual(profiles.mcu.peak);
      expect(found.pareto.every(({ weights }) => weights.length === 5)).toBe(true);
      expect([...stages]).toEqual(['read', 'weights']);
    });

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

    it('answers with the nearest budget where none is kept, and refuses what it cannot read', async () => {
      expect(await plan({ budgets: ['bits=1'] })).toMatchObject({
        kind: 'impossible',
        nearest: expect.stringMatching(/^bits=4/) as string,
        message: expect.stringContaining('no plan keeps bits=1') as string,
      });
      await expect(plan({ budgets: ['much'] })).rejects.toMatchObject({ code: 'PlanError' });
      await expect(plan({ runtime: 'abacus' })).rejects.toMatchObject({ code: 'PlanError' });
    });
  });

  it.each<[string, ModelLocation]>([
    ['no such file', { path: '/nowhere/lenet.onnx' }],
    ['no model', { name: 'notes.onnx', bytes: new TextEncoder().encode('This is no model.') }],
  ])('refuses %s in one line', async (_, location) => {
    const line: unknown = expect.stringMatching(/^[^\n]+$/);
    await expect(worker.call('inspect', location)).rejects.toMatchObject({ code: 'ModelError', message: line });
    await expect(worker.call('analyze', { location, options })).rejects.toMatchObject({ code: 'ModelError', message: line });
  });

  it('refuses a scheme that is none', async () => {
    const call = worker.call('analyze', { location: { path: lenet }, options: { ...options, schemes: ['int4/none'] } });
    await expect(call).rejects.toMatchObject({ code: 'SchemeError' });
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const call = worker.call('analyze', { location: { path: lenet }, options }, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(call).rejects.toMatchObject({ code: 'AbortError' });
  });
});
