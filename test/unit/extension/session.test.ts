import { describe, expect, it, vi } from 'vitest';
import { modelSession } from '../../../src/extension/models/session.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import type { AnalysisUpdate } from '../../../src/report/update.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { RemoteError } from '../../../src/rpc/rpc.js';
import type { Report } from '../../../src/report/types.js';
import type { ModelWorker } from '../../../src/worker/client.js';
import { layer, report } from './reports.js';

interface Started {
  readonly params: { options: { targetSqnr: number } };
  readonly signal: AbortSignal;
  emit(update: AnalysisUpdate): void;
  finish(report: Report): void;
  fail(error: Error): void;
}

/** A worker whose analyses are finished by the test. */
function fixture() {
  const analyses: Started[] = [];
  const histograms: unknown[] = [];
  const runs: string[] = [];
  const call = (
    method: string,
    params: never,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (update: AnalysisUpdate) => void } = {},
  ) => {
    if (method === 'histogram') return Promise.resolve().then(() => histogram());
    if (method === 'run') {
      runs.push(method);
      const answer = answers.shift() ?? headOf(done);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
    return new Promise<Report>((finish, fail) => {
      signal?.addEventListener('abort', () => fail(new RemoteError('cancelled', 'AbortError')));
      const emit = onProgress!;
      const end = (whole: Report) => {
        emit({ kind: 'report', report: whole });
        finish({ ...whole, layers: [] }); // the layers come by the stream alone
      };
      analyses.push({ params, signal: signal!, emit, finish: end, fail });
    });
  };
  const answers: (Error | object)[] = [];
  const histogram = () => {
    histograms.push(null);
    const answer = answers.shift() ?? { edges: [], counts: [] };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const file = { stamp: 'as saved', options: { schemes: ['bf16'], targetSqnr: 25 } };
  const worker: ModelWorker = { call: call as ModelWorker['call'], thread: undefined, dispose: vi.fn(() => Promise.resolve()) };
  const session = modelSession(
    {
      stamp: () => (file.stamp ? Promise.resolve(file.stamp) : Promise.reject(new Error('it was deleted'))),
      locate: () => Promise.resolve({ path: '/models/lenet.onnx' }),
    },
    worker,
    () => file.options,
    '/cache',
  );
  const started = async (count: number) => {
    await vi.waitFor(() => expect(analyses).toHaveLength(count));
    return analyses[count - 1];
  };
  return { session, worker, analyses, runs, started, file, answers };
}

const done = report(layer('conv1', {}));

describe('a session', () => {
  it('shares one analysis among all who look, and remembers its report', async () => {
    const { session, started, analyses } = fixture();
    const lookers = [session.analyze(), session.analyze()];
    (await started(1)).finish(done);
    expect(await Promise.all(lookers)).toEqual([done, done]);
    expect(await session.analyze()).toEqual(done);
    expect(analyses).toHaveLength(1);
    expect(session.state.kind).toBe('done');
  });

  it('shows one who comes later what is there already, then what comes', async () => {
    const { session, started } = fixture();
    void session.analyze();
    const analysis = await started(1);
    analysis.emit({ kind: 'report', report: report(layer('conv1'), layer('conv2')) });
    analysis.emit({ kind: 'layers', start: 0, layers: [layer('conv1', {})] });
    const seen: AnalysisUpdate[] = [];
    const late = session.analyze({ onUpdate: (update) => seen.push(update) });
    await vi.waitFor(() => expect(seen).toEqual([{ kind: 'report', report: report(layer('conv1', {}), layer('conv2')) }]));
    const last: AnalysisUpdate = { kind: 'layers', start: 1, layers: [layer('conv2', {})] };
    analysis.emit(last);
    analysis.finish(done);
    await late;
    expect(seen[1]).toEqual(last);
  });

  it('lets one looker leave without stopping the analysis of the others', async () => {
    const { session, started } = fixture();
    const abort = new AbortController();
    const leaving = session.analyze({ signal: abort.signal });
    const staying = session.analyze();
    const analysis = await started(1);
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'AbortError' });
    expect(analysis.signal.aborted).toBe(false);
    analysis.finish(done);
    expect(await staying).toEqual(done);
  });

  it('stops for everyone when cancelled, keeps what is there, and starts again when asked again', async () => {
    const { session, started } = fixture();
    const call = session.analyze();
    (await started(1)).emit({ kind: 'report', report: report(layer('conv1')) });
    session.cancel();
    await expect(call).rejects.toMatchObject({ code: 'AbortError' });
    expect(session.report?.layers).toHaveLength(1);
    const again = session.analyze();
    (await started(2)).finish(done);
    expect(await again).toEqual(done);
  });

  it('analyzes anew when the file has changed, and stops what ran on the old one', async () => {
    const { session, started, file } = fixture();
    const old = expect(session.analyze()).rejects.toMatchObject({ code: 'AbortError' });
    const first = await started(1);
    file.stamp = 'as saved again';
    const fresh = session.analyze();
    const second = await started(2);
    await old;
    expect(first.signal.aborted).toBe(true);
    second.finish(done);
    expect(await fresh).toEqual(done);
  });

  it('forgets what it knew when the file is gone, and begins anew when it is back', async () => {
    const { session, started, file } = fixture();
    void session.analyze();
    (await started(1)).finish(done);
    file.stamp = '';
    await expect(session.analyze()).rejects.toThrow('it was deleted');
    expect(session.state).toMatchObject({ kind: 'failed', error: { message: 'it was deleted' } });
    expect(session.report).toBeUndefined();
    file.stamp = 'as saved';
    const back = session.analyze();
    (await started(2)).finish(done);
    expect(await back).toEqual(done);
    expect(session.state.kind).toBe('done');
  });

  it('analyzes anew when the target has changed', async () => {
    const { session, started, file } = fixture();
    void session.analyze();
    (await started(1)).finish(done);
    file.options = { ...file.options, targetSqnr: 40 };
    void session.analyze();
    expect((await started(2)).params.options.targetSqnr).toBe(40);
  });

  it('remembers that a file is no model, but tries again after a worker was lost', async () => {
    const { session, started, analyses } = fixture();
    const lost = session.analyze();
    (await started(1)).fail(new Error('the analysis stopped unexpectedly'));
    await expect(lost).rejects.toThrow('stopped unexpectedly');
    const broken = session.analyze();
    (await started(2)).fail(new RemoteError('this is no ONNX file', 'ModelError'));
    await expect(broken).rejects.toThrow('no ONNX file');
    await expect(session.analyze()).rejects.toThrow('no ONNX file');
    expect(analyses).toHaveLength(2);
    expect(session.state).toMatchObject({ kind: 'failed' });
  });

  it('gives a histogram once the analysis is done', async () => {
    const { session, started, answers } = fixture();
    answers.push({ edges: [0, 1], counts: [5] });
    const histogram = session.histogram(0, 1);
    (await started(1)).finish(done);
    expect(await histogram).toEqual({ edges: [0, 1], counts: [5] });
  });

  it('reads the model again for a histogram when the worker that had read it is gone', async () => {
    const { session, started, answers } = fixture();
    void session.analyze();
    (await started(1)).finish(done);
    answers.push(new RemoteError('no model was read yet', 'NoModelError'), { edges: [0, 1], counts: [5] });
    const histogram = session.histogram(0, 1);
    (await started(2)).finish(done);
    expect(await histogram).toEqual({ edges: [0, 1], counts: [5] });
  });

  it('runs the model once its weights are analyzed, and forgets the run when the file changes', async () => {
    const { session, started, runs, file } = fixture();
    session.run.start(defaultRunSettings);
    const first = await started(1);
    expect(runs).toHaveLength(0);
    first.finish(done);
    await vi.waitFor(() => expect(session.run.state.kind).toBe('done'));
    file.stamp = 'as saved again';
    const fresh = session.analyze();
    (await started(2)).finish(done);
    await fresh;
    expect(session.run.state.kind).toBe('idle');
    expect(runs).toHaveLength(1);
  });

  it('reads the model again for a run when the worker that had read it is gone', async () => {
    const { session, started, answers, runs } = fixture();
    void session.analyze();
    (await started(1)).finish(done);
    answers.push(new RemoteError('no model was read yet', 'NoModelError'));
    session.run.start(defaultRunSettings);
    (await started(2)).finish(done);
    await vi.waitFor(() => expect(session.run.state.kind).toBe('done'));
    expect(runs).toHaveLength(2);
  });

  it('runs a model that ran again when the target has changed', async () => {
    const { session, started, runs, file } = fixture();
    session.run.start(defaultRunSettings);
    (await started(1)).finish(done);
    await vi.waitFor(() => expect(session.run.state.kind).toBe('done'));
    file.options = { ...file.options, targetSqnr: 40 };
    void session.analyze();
    (await started(2)).finish(done);
    await vi.waitFor(() => expect(session.run.state.kind).toBe('done'));
    expect(runs).toHaveLength(2);
  });

  it('ends its worker when disposed', async () => {
    const { session, worker, started } = fixture();
    const call = session.analyze();
    const analysis = await started(1);
    await session.dispose();
    await expect(call).rejects.toMatchObject({ code: 'AbortError' });
    expect(analysis.signal.aborted).toBe(true);
    expect(worker.dispose).toHaveBeenCalledOnce();
  });
});
