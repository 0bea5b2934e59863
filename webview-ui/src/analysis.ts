/** One model's analysis as the page follows it. */
import type { ExportFormat } from '../../src/report/exportFormat.js';
import type { ModelGraph } from '../../src/report/graph.js';
import type { Choices } from '../../src/report/choices.js';
import type { PlanRequest } from '../../src/report/planRequest.js';
import type { LayerHistogram } from '../../src/report/types.js';
import type { PageAction, PageMethods, PlanOf, ShownPlan } from '../../src/rpc/page.js';
import { RemoteError, type Client } from '../../src/rpc/rpc.js';
import type { LayerStudy } from './study.js';
import { initialState, step, type PageEvent, type PageState } from './view/state.js';

/** Milliseconds that messages are gathered for before the page is drawn again. */
const gather = 40;
const cacheSize = 64;

export interface Analysis {
  readonly state: PageState;
  /** Starts, or starts again after a cancel. */
  start(): void;
  cancel(): void;
  histogram(index: number, bins: number): Promise<LayerHistogram>;
  graph(): Promise<ModelGraph>;
  /** Asks about one layer; see `StudyMethods`. */
  readonly study: LayerStudy;
  /** Offers the user a file that the page made. */
  save(name: string, bytes: Uint8Array): void;
  reopen(as: 'text' | 'binary'): void;
  act(action: PageAction): void;
  /** Has the user's plan, or a report with it, written where the user wants it. */
  export(as: ExportFormat): void;
  /** Finds a plan; see `PageMethods`. */
  findPlan(request: PlanRequest): void;
  /** What a plan costs, and did if it was run; see `PageMethods`. */
  readonly showPlan: (of: PlanOf, signal: AbortSignal) => Promise<ShownPlan>;
  /** Runs a plan; see `PageMethods`. */
  readonly tryPlan: (of: PlanOf) => Promise<unknown>;
  /** Changes the user's plan; see `PageMethods`. */
  edit(edit: PlanEdit): void;
}

/** What components that change the user's plan send, as the detail of a bubbling, composed `pl-edit`. */
export interface PlanEdit {
  /** What undoing it is called. */
  readonly label: string;
  readonly choices: Choices;
}

/** Follows the analysis at the other end of `client`; `changed` is called after the state has changed, not more often than can be drawn. */
export function followAnalysis(client: Client<PageMethods>, changed: () => void): Analysis {
  let state = initialState;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run = 0;
  let graph: Promise<ModelGraph> | undefined;
  const histograms = new Map<string, Promise<LayerHistogram>>();

  const take = (event: PageEvent) => {
    const before = state;
    state = step(state, event);
    // the first layers are worth no waiting
    if (!before.report && state.report) {
      clearTimeout(timer);
      timer = setTimeout(draw, 0);
    }
    timer ??= setTimeout(draw, gather);
  };
  const draw = () => {
    timer = undefined;
    changed();
  };
  const failed = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    take({ kind: 'failed', message });
  };

  return {
    get state() {
      return state;
    },
    start() {
      const mine = ++run;
      histograms.clear();
      graph = undefined;
      take({ kind: 'opened' });
      client.call('open', null, { onProgress: (update) => mine === run && take({ kind: 'update', update }) }).then(
        (head) => {
          if (mine !== run) return;
          take({ kind: 'finished', head });
          client.call('follow', null, { onProgress: (event) => mine === run && take({ kind: 'follow', event }) }).catch(failed);
        },
        (error: unknown) => {
          if (mine !== run) return;
          if (error instanceof RemoteError && error.code === 'AbortError') take({ kind: 'cancelled' });
          else failed(error);
        },
      );
    },
    cancel() {
      client.call('cancel', null).catch(failed);
    },
    histogram(index, bins) {
      const key = `${index} ${bins}`;
      const known = histograms.get(key);
      if (known) return known;
      const asked = client.call('histogram', { index, bins });
      histograms.set(key, asked);
      asked.catch(() => histograms.delete(key));
      const oldest = histograms.keys().next().value;
      if (histograms.size > cacheSize && oldest !== undefined) histograms.delete(oldest);
      return asked;
    },
    study: (method, params, signal) => client.call(method, params, { signal }),
    graph() {
      graph ??= client.call('graph', null);
      graph.catch(() => (graph = undefined));
      return graph;
    },
    save(name, bytes) {
      client.call('save', { name, bytes }).catch(failed);
    },
    reopen(as) {
      client.call('reopen', { as }).catch(failed);
    },
    findPlan(request) {
      client.call('findPlan', request).catch(failed);
    },
    showPlan: (of, signal) => client.call('showPlan', { of }, { signal }),
    tryPlan: (of) => client.call('tryPlan', { of }),
    act(action) {
      client.call('act', { action }).catch(failed);
    },
    export(as) {
      client.call('export', { as }).catch(failed);
    },
    edit({ label, choices }) {
      client.call('edit', { label, choices }).catch(failed);
    },
  };
}
