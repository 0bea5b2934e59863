import type { AnalysisUpdate } from '../../report/update.js';
import { withUpdate } from '../../rpc/reportStream.js';
import { RemoteError } from '../../rpc/rpc.js';
import type { AnalyzeOptions, ModelLocation } from '../../rpc/worker.js';
import type { ModelGraph } from '../../report/graph.js';
import type { LayerHistogram, Report } from '../../report/types.js';
import type { ModelWorker } from '../../worker/client.js';

/** How a session gets at its model's file. */
export interface ModelFile {
  /** Text that changes whenever the content may have changed. Rejects, with a line for the user, when there is no such file. */
  stamp(): Promise<string>;
  /** What the worker reads. */
  locate(): Promise<ModelLocation>;
}

export interface AnalyzeCall {
  /** Told what is there already, then everything as it comes. */
  readonly onUpdate?: (update: AnalysisUpdate) => void;
  /** Gives up waiting; the analysis itself goes on for the others. */
  readonly signal?: AbortSignal;
}

/** How an analysis stands. */
export type SessionState = { readonly kind: 'idle' | 'running' | 'done' } | { readonly kind: 'failed'; readonly error: Error };

/** One model being looked at: one worker, one analysis at a time, any number of lookers. */
export interface ModelSession {
  /** The report as far as it is known, and how the analysis stands. */
  readonly state: SessionState;
  readonly report: Report | undefined;
  readonly worker: ModelWorker;
  /** The analysis of the file as it is now: joined when it runs or has run, started when not. */
  analyze(call?: AnalyzeCall): Promise<Report>;
  /** Histogram of the weight of layer `index`, once the analysis is done. */
  histogram(index: number, bins: number): Promise<LayerHistogram>;
  /** The graph of the file as it is now, whether the analysis runs or not. */
  graph(): Promise<ModelGraph>;
  /** Stops the analysis for everyone who waits for it. */
  readonly cancel: () => void;
  dispose(): Promise<void>;
}

interface Run {
  /** What was analyzed, and how. */
  readonly key: string;
  readonly abort: AbortController;
  readonly lookers: Set<(update: AnalysisUpdate) => void>;
  readonly done: Promise<Report>;
  state: SessionState;
  report: Report | undefined;
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const failed = (thrown: unknown): SessionState => ({ kind: 'failed', error: asError(thrown) });

const codeOf = (error: unknown): string => (error instanceof RemoteError ? error.code : '');

/** Settles like `promise`, or rejects as soon as `signal` is aborted. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new RemoteError('the analysis was cancelled', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

export function modelSession(file: ModelFile, worker: ModelWorker, options: () => AnalyzeOptions): ModelSession {
  let run: Run | undefined;
  /** Why there is no file any more. */
  let gone: Error | undefined;

  const stamp = async (): Promise<string> => {
    try {
      const text = await file.stamp();
      gone = undefined;
      return text;
    } catch (error) {
      run?.abort.abort();
      run = undefined;
      gone = asError(error);
      throw error;
    }
  };

  const start = (key: string): Run => {
    const abort = new AbortController();
    const lookers: Run['lookers'] = new Set();
    const onProgress = (update: AnalysisUpdate) => {
      started.report = withUpdate(started.report, update);
      for (const look of lookers) look(update);
    };
    const done = file.locate().then(async (location): Promise<Report> => {
      const head = await worker.call('analyze', { location, options: options() }, { signal: abort.signal, onProgress });
      return { ...head, layers: started.report?.layers ?? [] };
    });
    const started: Run = { key, abort, lookers, done, state: { kind: 'running' }, report: undefined };
    done.then(
      (report) => {
        started.report = report;
        started.state = { kind: 'done' };
      },
      (error: unknown) => (started.state = failed(error)),
    );
    return started;
  };

  // A file that cannot be read stays so until it changes; a cancel or a dead worker is worth another try.
  const stale = (current: Run, key: string) =>
    current.key !== key ||
    (current.state.kind === 'failed' && codeOf(current.state.error) !== 'ModelError') ||
    current.abort.signal.aborted;

  const session: ModelSession = {
    get state() {
      return gone ? failed(gone) : (run?.state ?? { kind: 'idle' });
    },
    get report() {
      return run?.report;
    },
    worker,

    async analyze({ onUpdate, signal } = {}) {
      const key = `${await orAbort(stamp(), signal)} ${JSON.stringify(options())}`;
      if (run && stale(run, key)) {
        run.abort.abort();
        run = undefined;
      }
      const joined = (run ??= start(key));
      if (onUpdate) {
        if (joined.report) onUpdate({ kind: 'report', report: joined.report });
        joined.lookers.add(onUpdate);
      }
      try {
        return await orAbort(joined.done, signal);
      } finally {
        if (onUpdate) joined.lookers.delete(onUpdate);
      }
    },

    async histogram(index, bins) {
      await (run?.done ?? session.analyze());
      try {
        return await worker.call('histogram', { index, bins });
      } catch (error) {
        if (codeOf(error) !== 'NoModelError') throw error;
        // The worker that had read the model is gone: its successor reads it again.
        run = undefined;
        await session.analyze();
        return worker.call('histogram', { index, bins });
      }
    },

    graph: async () => worker.call('graph', await file.locate()),

    cancel: () => run?.abort.abort(),

    dispose() {
      run?.abort.abort();
      return worker.dispose();
    },
  };
  return session;
}
