import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import type { PlanJob } from '../../../src/report/planRequest.js';
import { unpackPlan } from '../../../src/rpc/packedPlan.js';
import type { PlanProgress } from '../../../src/report/update.js';
import type { ModelLocation, PlanAnswer } from '../../../src/rpc/worker.js';
import { job, lenet, options, request, testWorker } from './worker.js';

const worker = testWorker();
const { analyze } = worker;

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

  describe('that plans', () => {
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
