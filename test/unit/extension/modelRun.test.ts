import { describe, expect, it, vi } from 'vitest';
import { modelRun, withRun, type RunEvent } from '../../../src/extension/models/modelRun.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import type { LayerReport, RunReport } from '../../../src/report/types.js';
import type { RunUpdate } from '../../../src/report/update.js';
import type { ReportHead } from '../../../src/rpc/page.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { RemoteError } from '../../../src/rpc/rpc.js';
import { layer, report } from './reports.js';
import { effect, runReport } from '../report/run.js';

const measured = (name: string, outputSqnrDb = 30): LayerReport => ({
  ...layer(name, {}),
  sensitivity: [effect('int4/channel/mse', outputSqnrDb)],
});
const weights = report(layer('conv1', {}), layer('conv2', {}));
const data: RunSettings = { ...defaultRunSettings, inputs: '/data/images.npz' };

const head = (more: Partial<RunReport> = {}): ReportHead => ({ ...headOf(weights), evidence: 'data', samples: 64, run: runReport(more) });

/** A run whose analysis and engine are moved by the test. */
function fixture() {
  const attempts: {
    readonly request: RunSettings;
    readonly recall: boolean;
    readonly signal: AbortSignal;
    emit(update: RunUpdate): void;
    finish(head: ReportHead): void;
    fail(error: Error): void;
  }[] = [];
  const analysis = { done: Promise.resolve(weights) };
  const run = modelRun({
    analyze: () => analysis.done,
    run: (request, { signal, onProgress }, recall) =>
      new Promise((finish, fail) => {
        signal!.addEventListener('abort', () => fail(new RemoteError('cancelled', 'AbortError')));
        attempts.push({ request, recall, signal: signal!, emit: onProgress!, finish, fail });
      }),
  });
  const events: RunEvent[] = [];
  run.watch((event) => events.push(event));
  const begun = async (count: number) => {
    await vi.waitFor(() => expect(attempts).toHaveLength(count));
    return attempts[count - 1];
  };
  const ends = (kind: string) => vi.waitFor(() => expect(run.state.kind).toBe(kind));
  return { run, analysis, events, begun, ends, attempts };
}

const layersAt = (start: number, ...layers: LayerReport[]): RunUpdate => ({ kind: 'layers', start, layers });

describe('the running of a model', () => {
  it('is asked for, waits for the weights, and ends with the whole report', async () => {
    const { run, begun, ends } = fixture();
    expect(run.state.kind).toBe('idle');
    run.start(data);
    expect(run.state).toEqual({ kind: 'running', request: data, progress: null });
    const attempt = await begun(1);
    attempt.emit({ kind: 'progress', stage: 'effects', done: 1, total: 2, remainingSeconds: 3 });
    expect(run.state).toMatchObject({ progress: { stage: 'effects', done: 1, total: 2, remainingSeconds: 3 } });
    attempt.emit(layersAt(1, measured('conv2')));
    expect(withRun(weights, run)).toBe(weights);
    attempt.emit(layersAt(0, measured('conv1')));
    attempt.finish(head());
    await ends('done');
    expect(withRun(weights, run)).toEqual({ ...head(), layers: [measured('conv1'), measured('conv2')] });
  });

  it('tells its watchers of everything, in order', async () => {
    const { run, events, begun, ends } = fixture();
    run.start(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, measured('conv1')));
    attempt.finish(head());
    await ends('done');
    expect(events.map(({ kind }) => kind)).toEqual(['state', 'cleared', 'layers', 'head', 'state']);
  });

  it('keeps what it found when it is cancelled, and says so at once', async () => {
    const { run, begun } = fixture();
    run.start(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, measured('conv1')));
    run.cancel();
    expect(run.state.kind).toBe('cancelled');
    expect(attempt.signal.aborted).toBe(true);
    expect([...run.figures!.layers.keys()]).toEqual([0]);
    attempt.emit(layersAt(1, measured('conv2')));
    expect([...run.figures!.layers.keys()]).toEqual([0]);
  });

  it('keeps what it found when the engine dies, and runs again when asked again', async () => {
    const { run, begun, ends } = fixture();
    run.start(data);
    const first = await begun(1);
    first.emit(layersAt(0, measured('conv1')));
    first.finish(head({ problem: 'the engine was killed' }));
    await ends('failed');
    expect(run.state).toMatchObject({ error: { message: 'the engine was killed' } });
    expect(run.figures!.layers.size).toBe(1);
    expect(withRun(weights, run)).toBe(weights);
    run.start(data);
    (await begun(2)).finish(head());
    await ends('done');
  });

  it.each([
    ['inputs that are refused', new RemoteError('input "image" wants float32 [n, 1, 28, 28]', 'InputError')],
    ['a worker that dies', new Error('the analysis stopped unexpectedly')],
  ])('leaves the figures of the run before over %s', async (_, error) => {
    const { run, begun, ends } = fixture();
    run.start(data);
    const first = await begun(1);
    first.emit(layersAt(0, measured('conv1')));
    first.finish(head());
    await ends('done');
    const { figures } = run;
    run.start({ ...data, inputs: '/data/others.npz' });
    (await begun(2)).fail(error);
    await ends('failed');
    expect(run.state).toMatchObject({ error: { message: error.message } });
    expect(run.figures).toBe(figures);
  });

  it('leaves them also when the engine never starts: layers without figures are none', async () => {
    const { run, begun, ends } = fixture();
    run.start(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, layer('conv1', {}), layer('conv2', {})));
    attempt.finish(head({ problem: 'ONNX Runtime does not load' }));
    await ends('failed');
    expect(run.figures).toBeUndefined();
  });

  it('replaces one run by another, whose figures are its own', async () => {
    const { run, begun, ends } = fixture();
    run.start(data);
    const first = await begun(1);
    first.emit(layersAt(0, measured('conv1', 10)));
    run.start(defaultRunSettings);
    const second = await begun(2);
    expect(first.signal.aborted).toBe(true);
    first.emit(layersAt(1, measured('conv2', 10)));
    second.emit(layersAt(1, measured('conv2', 20)));
    second.finish(head());
    await ends('done');
    expect([...run.figures!.layers]).toEqual([[1, measured('conv2', 20)]]);
  });

  it('brings back what it found before, all at once', async () => {
    const { run, events, begun, ends } = fixture();
    run.recall(data);
    const attempt = await begun(1);
    expect(attempt.recall).toBe(true);
    attempt.emit({ kind: 'progress', stage: 'effects', done: 1, total: 2, remainingSeconds: 3 });
    attempt.emit(layersAt(1, measured('conv2')));
    attempt.emit(layersAt(0, measured('conv1')));
    expect([run.state.kind, run.figures, events]).toEqual(['idle', undefined, []]);
    attempt.finish(head());
    await ends('done');
    expect(events.map(({ kind }) => kind)).toEqual(['cleared', 'layers', 'layers', 'head', 'state']);
    expect(withRun(weights, run)).toMatchObject({ evidence: 'data', layers: [measured('conv1'), measured('conv2')] });
  });

  it('stays as it is where not all of it is remembered, and then runs when asked', async () => {
    const { run, events, begun, ends, attempts } = fixture();
    run.recall(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, measured('conv1')));
    attempt.fail(new RemoteError('not run before', 'NotRememberedError'));
    await vi.waitFor(() => {
      run.recall(data);
      expect(attempts).toHaveLength(2);
    });
    expect([run.state.kind, run.figures, events]).toEqual(['idle', undefined, []]);
    run.start(data);
    const started = await begun(3);
    expect(started.recall).toBe(false);
    expect(attempts[1].signal.aborted).toBe(true);
    started.finish(head());
    await ends('done');
  });

  it('does not bring back what was cleared in between', async () => {
    const { run, begun } = fixture();
    run.recall(data);
    const attempt = await begun(1);
    run.clear();
    attempt.finish(head());
    await new Promise((resolve) => setImmediate(resolve));
    expect([run.state.kind, run.figures]).toEqual(['idle', undefined]);
  });

  it('goes back to the weights', async () => {
    const { run, begun, ends, events } = fixture();
    run.start(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, measured('conv1')));
    attempt.finish(head());
    await ends('done');
    run.clear();
    expect(run.state.kind).toBe('idle');
    expect(run.figures).toBeUndefined();
    expect(events.slice(-2).map(({ kind }) => kind)).toEqual(['cleared', 'state']);
  });

  it('runs on a file that changed while it waited for the weights', async () => {
    const { run, analysis, begun } = fixture();
    let analyzed: (value: typeof weights) => void = () => undefined;
    analysis.done = new Promise((resolve) => (analyzed = resolve));
    run.start(data);
    run.clear();
    analyzed(weights);
    await begun(1);
    expect(run.state.kind).toBe('running');
  });

  it('fails when the weights cannot be analyzed, and is cancelled when their analysis is', async () => {
    const { run, analysis, ends } = fixture();
    analysis.done = Promise.reject(new Error('it was deleted'));
    run.start(data);
    await ends('failed');
    analysis.done = Promise.reject(new RemoteError('cancelled', 'AbortError'));
    run.start(data);
    await ends('cancelled');
  });

  it.each([
    ['ran', true, 'running'],
    ['was cancelled', false, 'idle'],
  ])('when the analysis is another one: a model that %s', async (_, finish, after) => {
    const { run, begun, ends } = fixture();
    run.start(data);
    const attempt = await begun(1);
    attempt.emit(layersAt(0, measured('conv1')));
    if (finish) attempt.finish(head());
    else run.cancel();
    await ends(finish ? 'done' : 'cancelled');
    run.renew();
    expect(run.state.kind).toBe(after);
    if (finish) expect((await begun(2)).request).toEqual(data);
    else expect(run.figures).toBeUndefined();
  });
});
