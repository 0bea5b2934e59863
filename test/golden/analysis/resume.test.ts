import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { addEffects } from '../../../src/analysis/run.js';
import { EngineGoneError, localEngine, type EngineProcess } from '../../../src/engine/index.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import type { Report } from '../../../src/report/types.js';
import { withModel } from '../../../src/worker/input.js';

const samples = path.resolve(import.meta.dirname, '../../../samples/lenet');
const schemes = ['int8/channel/mse', 'int4/channel/mse', 'int3/channel/mse', 'int2/channel/mse'];

let folder: string;
let model: string;
let inputs: string;
let cacheFolder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'resume-'));
  [model, inputs, cacheFolder] = ['model.onnx', 'inputs.npz', 'cache'].map((name) => path.join(folder, name));
  cpSync(path.join(samples, 'lenet5-mnist.onnx'), model);
  cpSync(path.join(samples, 'test-images.npz'), inputs);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine that counts what it is asked, and dies when it was asked `most` questions. */
function counting(most = Infinity): { readonly start: () => EngineProcess; readonly calls: Record<string, number>; asked(): number } {
  const calls: Record<string, number> = {};
  const asked = (): number => ['observe', 'effect', 'plan', 'leaveOneOut'].reduce((sum, method) => sum + (calls[method] ?? 0), 0);
  const start = (): EngineProcess => {
    const engine = localEngine();
    return {
      ...engine,
      call(method, params, options) {
        calls[method] = (calls[method] ?? 0) + 1;
        return asked() > most ? Promise.reject(new EngineGoneError('the engine was killed')) : engine.call(method, params, options);
      },
    };
  };
  return { start, calls, asked };
}

interface Wishes {
  readonly settings?: Partial<RunSettings>;
  readonly cache?: string | null;
  readonly processes?: number;
  readonly start?: () => EngineProcess;
  readonly signal?: AbortSignal;
  readonly onLayers?: () => void;
}

const run = ({ settings, cache = cacheFolder, processes = 1, start = localEngine, signal, onLayers }: Wishes = {}): Promise<Report> =>
  withModel({ path: model }, async (input) => {
    const own = new AbortController().signal;
    const { report } = await analyzeModel(input, { schemes, targetSqnr: 25 }, () => undefined, own);
    const all: RunSettings = {
      ...defaultRunSettings,
      inputs,
      samples: 12,
      together: { weight: 'int4/channel/mse', activation: 'uint8/tensor/minmax' },
      ...settings,
    };
    const options = { settings: all, place: { path: model }, startEngine: start, processes, cacheFolder: cache };
    return addEffects(input, report, options, (update) => update.kind === 'layers' && onLayers?.(), signal ?? own);
  });

describe('a run with a cache', () => {
  it('gives the same report as one without, filled or empty, whatever the number of engines', async () => {
    const plain = await run({ cache: null });
    expect(plain.run?.problem).toBeUndefined();
    expect(await run()).toEqual(plain);
    expect(await run()).toEqual(plain);
    expect(await run({ cache: null, processes: 2 })).toEqual(plain);
    expect(await run({ processes: 3 })).toEqual(plain);
  });

  it('asks nothing that was answered, not even the float run', async () => {
    await run();
    const again = counting();
    await run({ start: again.start });
    expect(again.calls).toEqual({});
  });

  it('goes on where a run was killed, and tells the same in the end', async () => {
    const whole = counting();
    const expected = await run({ cache: null, start: whole.start });
    const first = counting(9);
    const broken = await run({ start: first.start });
    expect(broken.run?.problem).toBe('the engine was killed');
    const second = counting();
    expect(await run({ start: second.start })).toEqual(expected);
    // The question it died at is asked again.
    expect(second.asked()).toBe(whole.asked() - 9);
    expect(second.calls.start).toBe(1);
  });

  it('goes on where a run was cancelled', async () => {
    const abort = new AbortController();
    let told = 0;
    const onLayers = (): void => {
      if (++told === 10) abort.abort();
    };
    await expect(run({ signal: abort.signal, onLayers })).rejects.toThrow();
    const [whole, rest] = [counting(), counting()];
    expect(await run({ start: rest.start })).toEqual(await run({ cache: null, start: whole.start }));
    expect(rest.asked()).toBeLessThan(whole.asked());
  });

  it('asks only what is new when more is to be measured', async () => {
    await run();
    const more = counting();
    await run({ settings: { exhaustive: true }, start: more.start });
    expect(more.calls.observe).toBeUndefined();
    expect(more.calls.effect).toBeGreaterThan(0);
    const target = counting();
    await run({ settings: { exhaustive: true, targetSqnr: 40 }, start: target.start });
    expect(target.calls).toEqual({});
  });

  it('measures anew when something it depends on changed', async () => {
    await run();
    const anew = counting();
    await run({ settings: { samples: 11 }, start: anew.start });
    expect(anew.calls.start).toBe(1);
    expect(anew.calls.observe).toBeGreaterThan(0);
  });

  it('drops what it knows when the engines say otherwise of the float model', async () => {
    await run({ start: counting(9).start });
    const another = (): EngineProcess => {
      const engine = localEngine();
      const call: EngineProcess['call'] = async (method, params, options) => {
        const result = await engine.call(method, params, options);
        return method === 'start' && result ? Object.assign(result, { backend: 'another' }) : result;
      };
      return { ...engine, call };
    };
    const report = await run({ start: another });
    expect(report.run?.backend).toBe('another');
    expect(report.layers).toEqual((await run({ cache: null })).layers);
  });
});
