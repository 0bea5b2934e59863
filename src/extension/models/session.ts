import type { AnalysisUpdate, PlanProgress } from '../../report/update.js';
import { withUpdate } from '../../rpc/reportStream.js';
import { RemoteError, type CallOptions } from '../../rpc/rpc.js';
import type { StudyMethods } from '../../rpc/study.js';
import type { AnalyzeOptions, Exported, ExportTarget, ModelLocation } from '../../rpc/worker.js';
import type { ExportFormat } from '../../report/exportFormat.js';
import type { ModelGraph } from '../../report/graph.js';
import type { LayerHistogram, LayerReport, Report } from '../../report/types.js';
import type { Plan } from '../../report/plan.js';
import type { PlanTrial } from '../../report/planTrial.js';
import type { RunSettings } from '../../report/runSettings.js';
import type { UserPlan, UserPlanJob } from '../../report/userPlanJob.js';
import type { ModelWorker } from '../../worker/client.js';
import { modelPlan, type ModelPlan } from './modelPlan.js';
import { modelRun, withRun, type ModelRun } from './modelRun.js';
import { planTrials, type PlanTrials } from './planTrials.js';

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

/** One model being looked at: one worker, one analysis and one run at a time, any number of lookers. */
export interface ModelSession {
  /** How the analysis stands. */
  readonly state: SessionState;
  /** The report as far as it is known, with the figures of a run that is done. */
  readonly report: Report | undefined;
  /** The layers with all figures that are there by now, also those of a run that goes on. */
  readonly layers: readonly LayerReport[];
  readonly worker: ModelWorker;
  /** The running of the file as it is now: a changed file is run only when somebody asks for it again. */
  readonly run: ModelRun;
  /** The planning of the file; a plan of an older one stays, and is told to be stale. */
  readonly plan: ModelPlan;
  /** Plans of the file as it is now that were run. */
  readonly trials: PlanTrials;
  /** The analysis of the file as it is now: joined when it runs or has run, started when not. */
  analyze(call?: AnalyzeCall): Promise<Report>;
  /** Histogram of the weight of layer `index`, once the analysis is done. */
  histogram(index: number, bins: number): Promise<LayerHistogram>;
  /** Asks something about one layer, once the analysis is done. */
  study<K extends keyof StudyMethods>(
    method: K,
    params: StudyMethods[K]['params'],
    signal: AbortSignal,
  ): Promise<StudyMethods[K]['result']>;
  /** The user's plan, with what it costs by what is known of the model. */
  userPlan(job: UserPlanJob): Promise<UserPlan>;
  /** Runs the user's plan. */
  tryPlan(job: UserPlanJob, request: RunSettings, options: CallOptions<PlanProgress>): Promise<PlanTrial>;
  /** Writes a plan, or a report with it. */
  export(as: ExportFormat, plan: Plan, target: ExportTarget, signal: AbortSignal): Promise<Exported>;
  /** The graph of the file as it is now, whether the analysis runs or not. */
  graph(): Promise<ModelGraph>;
  /** Stops the analysis for everyone who waits for it. */
  readonly cancel: () => void;
  dispose(): Promise<void>;
}

interface Analysis {
  /** What was analyzed, and how. */
  readonly stamp: string;
  readonly options: string;
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

/** @param cacheFolder where runs keep what engines answered; nowhere when null */
export function modelSession(
  file: ModelFile,
  worker: ModelWorker,
  options: () => AnalyzeOptions,
  cacheFolder: string | null,
): ModelSession {
  let analysis: Analysis | undefined;
  /** Why there is no file any more. */
  let gone: Error | undefined;

  const stamp = async (): Promise<string> => {
    try {
      const text = await file.stamp();
      gone = undefined;
      return text;
    } catch (error) {
      analysis?.abort.abort();
      analysis = undefined;
      plan.outdate('file');
      trials.clear();
      run.clear();
      gone = asError(error);
      throw error;
    }
  };

  const start = (stamp: string, how: string): Analysis => {
    const abort = new AbortController();
    const lookers: Analysis['lookers'] = new Set();
    const onProgress = (update: AnalysisUpdate) => {
      started.report = withUpdate(started.report, update);
      for (const look of lookers) look(update);
    };
    const done = file.locate().then(async (location): Promise<Report> => {
      const head = await worker.call('analyze', { location, options: options() }, { signal: abort.signal, onProgress });
      return { ...head, layers: started.report?.layers ?? [] };
    });
    const started: Analysis = { stamp, options: how, abort, lookers, done, state: { kind: 'running' }, report: undefined };
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
  const stale = (current: Analysis, stamp: string, how: string) =>
    current.stamp !== stamp ||
    current.options !== how ||
    (current.state.kind === 'failed' && codeOf(current.state.error) !== 'ModelError') ||
    current.abort.signal.aborted;

  /** Asks the worker something about the model it has read; when it is gone, its successor reads it again. */
  const ofTheModel = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (codeOf(error) !== 'NoModelError') throw error;
      analysis = undefined;
      await session.analyze();
      return ask();
    }
  };

  const run = modelRun({
    analyze: () => session.analyze(),
    async run(request, call, recall) {
      const location = await file.locate();
      return ofTheModel(() => worker.call('run', { location, request, cacheFolder, recall }, call));
    },
  });

  const plan = modelPlan(async (job, call) => worker.call('plan', { location: await file.locate(), job, cacheFolder }, call));
  const trials = planTrials();
  run.watch(({ kind }) => {
    if (kind === 'cleared' || kind === 'head') plan.outdate('run');
  });

  /** Whether there are the figures of a run that came to its end. */
  const hasRun = (): boolean => run.state.kind === 'done' && run.figures?.head !== undefined;

  const session: ModelSession = {
    get state() {
      return gone ? failed(gone) : (analysis?.state ?? { kind: 'idle' });
    },
    get report() {
      return withRun(analysis?.report, run);
    },
    get layers() {
      const layers = analysis?.report?.layers ?? [];
      const { figures } = run;
      return figures ? layers.map((layer, i) => figures.layers.get(i) ?? layer) : layers;
    },
    worker,
    run,
    plan,
    trials,

    async analyze({ onUpdate, signal } = {}) {
      const now = await orAbort(stamp(), signal);
      const how = JSON.stringify(options());
      const old = analysis;
      if (old && stale(old, now, how)) {
        old.abort.abort();
        analysis = undefined;
      }
      const joined = (analysis ??= start(now, how));
      if (old && old.stamp !== now) {
        plan.outdate('file');
        trials.clear();
        run.clear();
      } else if (old && old.options !== how) run.renew();
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
      await (analysis?.done ?? session.analyze());
      return ofTheModel(() => worker.call('histogram', { index, bins }));
    },

    async study(method, params, signal) {
      await (analysis?.done ?? session.analyze());
      signal.throwIfAborted();
      return ofTheModel(() => worker.call(method, params, { signal }));
    },

    async userPlan(job) {
      const location = await file.locate();
      return ofTheModel(() => worker.call('userPlan', { location, job, ran: hasRun() }));
    },

    async tryPlan(job, request, options) {
      const location = await file.locate();
      return ofTheModel(() => worker.call('tryPlan', { location, job, request, ran: hasRun() }, options));
    },

    async export(as, plan, target, signal) {
      const location = await file.locate();
      return ofTheModel(() => worker.call('export', { location, as, plan, target, ran: hasRun() }, { signal }));
    },

    graph: async () => worker.call('graph', await file.locate()),

    cancel: () => analysis?.abort.abort(),

    dispose() {
      analysis?.abort.abort();
      run.cancel();
      run.clear();
      plan.cancel();
      trials.clear();
      return worker.dispose();
    },
  };
  return session;
}
