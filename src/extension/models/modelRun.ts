import type { LayerReport, Report } from '../../report/types.js';
import type { RunProgress, RunUpdate } from '../../report/update.js';
import type { ReportHead } from '../../rpc/page.js';
import { RemoteError, type CallOptions } from '../../rpc/rpc.js';
import type { RunSettings } from '../../report/runSettings.js';

/** How running the model stands. */
export type RunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly request: RunSettings; readonly progress: RunProgress | null }
  | { readonly kind: 'done' | 'cancelled'; readonly request: RunSettings }
  | { readonly kind: 'failed'; readonly request: RunSettings; readonly error: Error };

/** What a run found, all of it or as far as it came. */
export interface RunFigures {
  readonly request: RunSettings;
  /** Once the run has ended by itself. */
  readonly head: ReportHead | undefined;
  /** Layers with their figures, by their index in the report. */
  readonly layers: ReadonlyMap<number, LayerReport>;
}

export type RunEvent =
  /** `state` is another one. */
  | { readonly kind: 'state' }
  /** There are no figures of a run any more, or others are about to come. */
  | { readonly kind: 'cleared' }
  | { readonly kind: 'layers'; readonly start: number; readonly layers: readonly LayerReport[] }
  | { readonly kind: 'head'; readonly head: ReportHead };

/**
 * The running of one model, which starts only when somebody asks for it. Figures stay until those of another run come in: a run that is cancelled or
 * fails leaves what it found, and one that found nothing leaves what was there.
 */
export interface ModelRun {
  readonly state: RunState;
  readonly figures: RunFigures | undefined;
  /** Runs the model, in place of a run that goes on. */
  start(request: RunSettings): void;
  /** Brings back what such a run found before, where all of it is remembered; nothing is run, and nothing happens otherwise. */
  recall(request: RunSettings): void;
  /** Stops the run; what it found stays. */
  cancel(): void;
  /** Forgets what was found, and stops a run that has begun to find something. */
  clear(): void;
  /** Runs the model again where it ran: what was found goes with an analysis that is another one by now. */
  renew(): void;
  /** Calls `look` with all that happens, until the function that is returned is called. */
  watch(look: (event: RunEvent) => void): () => void;
}

export interface RunHost {
  /** Has the weights analyzed, as the file is now. */
  readonly analyze: () => Promise<Report>;
  /** Has the analyzed model run; with `recall` nothing is run, and it fails where not all is known from before. */
  readonly run: (request: RunSettings, options: CallOptions<RunUpdate>, recall: boolean) => Promise<ReportHead>;
}

export function modelRun(host: RunHost): ModelRun {
  let state: RunState = { kind: 'idle' };
  let figures: { request: RunSettings; head: ReportHead | undefined; layers: Map<number, LayerReport> } | undefined;
  let current: AbortController | undefined;
  /** The run has not begun: the weights are still being analyzed. */
  let waiting = false;
  const lookers = new Set<(event: RunEvent) => void>();
  const tell = (event: RunEvent): void => lookers.forEach((look) => look(event));
  const become = (next: RunState): void => {
    state = next;
    tell({ kind: 'state' });
  };

  const go = async (request: RunSettings, abort: AbortController): Promise<void> => {
    let mine: typeof figures;
    const onProgress = (update: RunUpdate): void => {
      if (current !== abort) return;
      if (update.kind === 'progress') {
        const { stage, done, total, remainingSeconds } = update;
        become({ kind: 'running', request, progress: { stage, done, total, remainingSeconds } });
        return;
      }
      if (!mine) {
        if (!update.layers.some(wasRun)) return;
        figures = mine = { request, head: undefined, layers: new Map() };
        tell({ kind: 'cleared' });
      }
      for (const [i, layer] of update.layers.entries()) mine.layers.set(update.start + i, layer);
      tell(update);
    };
    waiting = true;
    try {
      await host.analyze();
    } finally {
      if (current === abort) waiting = false;
    }
    abort.signal.throwIfAborted();
    const head = await host.run(request, { signal: abort.signal, onProgress }, false);
    if (current !== abort) return;
    if (mine) {
      mine.head = head;
      tell({ kind: 'head', head });
    }
    const problem = head.run?.problem;
    become(problem === undefined ? { kind: 'done', request } : { kind: 'failed', request, error: new RunProblem(problem) });
  };

  const bringBack = async (request: RunSettings, abort: AbortController): Promise<void> => {
    const layers = new Map<number, LayerReport>();
    const onProgress = (update: RunUpdate): void => {
      if (update.kind === 'layers') update.layers.forEach((layer, i) => layers.set(update.start + i, layer));
    };
    await host.analyze();
    const head = await host.run(request, { signal: abort.signal, onProgress }, true);
    if (current !== abort) return;
    figures = { request, head, layers };
    tell({ kind: 'cleared' });
    for (const [start, layer] of layers) tell({ kind: 'layers', start, layers: [layer] });
    tell({ kind: 'head', head });
    become({ kind: 'done', request });
  };

  const run: ModelRun = {
    get state() {
      return state;
    },
    get figures() {
      return figures;
    },
    start(request) {
      current?.abort();
      const abort = (current = new AbortController());
      become({ kind: 'running', request, progress: null });
      go(request, abort).catch((thrown: unknown) => {
        if (current !== abort) return;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        become(isCancel(error) ? { kind: 'cancelled', request } : { kind: 'failed', request, error });
      });
    },
    recall(request) {
      if (state.kind !== 'idle' || current) return;
      const abort = (current = new AbortController());
      // Whatever keeps figures from coming back, the model is as it is without them, and can be run.
      bringBack(request, abort).catch(() => {
        if (current === abort) current = undefined;
      });
    },
    cancel() {
      if (state.kind !== 'running') return;
      const { request } = state;
      current?.abort();
      current = undefined;
      become({ kind: 'cancelled', request });
    },
    clear() {
      const known = figures !== undefined;
      figures = undefined;
      if (known) tell({ kind: 'cleared' });
      if (state.kind === 'running' && waiting) return;
      current?.abort();
      current = undefined;
      if (state.kind !== 'idle') become({ kind: 'idle' });
    },
    renew() {
      if (state.kind === 'running' && waiting) return;
      if (state.kind === 'running' || state.kind === 'done') run.start(state.request);
      else run.clear();
    },
    watch(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },
  };
  return run;
}

const wasRun = ({ activationStats, sensitivity }: LayerReport): boolean => activationStats !== null || sensitivity.length > 0;

/** The model did not run, or not to its end. */
class RunProblem extends Error {
  override readonly name = 'RunProblem';
}

const isCancel = (error: Error): boolean => (error instanceof RemoteError ? error.code : error.name) === 'AbortError';

/** `report`, which tells of the weights, with what a run found: all of it once the run is done, nothing before. */
export function withRun(report: Report | undefined, { state, figures }: Pick<ModelRun, 'state' | 'figures'>): Report | undefined {
  if (!report || state.kind !== 'done' || !figures?.head) return report;
  return { ...figures.head, layers: report.layers.map((layer, i) => figures.layers.get(i) ?? layer) };
}
