import type { Handlers } from '../../rpc/rpc.js';
import type { FollowEvent, PageAction, PageMethods, PlanOf } from '../../rpc/page.js';
import { headOf } from '../../rpc/reportStream.js';
import type { PlanTrials } from '../models/planTrials.js';
import type { ModelSession } from '../models/session.js';
import type { ExportFormat } from '../../report/exportFormat.js';
import type { Plan } from '../../report/plan.js';
import type { PlanRequest } from '../../report/planRequest.js';
import type { PlanFacts } from '../run/planner.js';
import type { ModelDocument } from './document.js';
import { streamRun, type RunFacts, type RunStream } from './follow.js';
import { streamPlan } from './followPlan.js';
import { inPieces } from './pieces.js';
import type { ShownPlans } from './shownPlans.js';
import { studies } from './studies.js';

export interface PageHost {
  readonly session: ModelSession;
  /** The user's plan. */
  readonly document: Pick<ModelDocument, 'editing' | 'yours' | 'notice' | 'watch'> & { readonly shown: Pick<ShownPlans, 'show'> };
  readonly facts: () => RunFacts;
  readonly planFacts: () => PlanFacts;
  readonly findPlan: (request: PlanRequest) => void;
  /** Runs a plan. */
  readonly tryPlan: (of: PlanOf) => Promise<void>;
  /** Told when the analysis is done. */
  readonly opened: () => void;
  readonly act: (action: PageAction) => void;
  /** The way out of an error. */
  readonly reopen: (as: 'text' | 'binary') => void;
  /** Writes the plan, or a report with it, where the user wants it. */
  readonly exportAs: (as: ExportFormat) => Promise<void>;
  /** Saves a file where the user wants it. */
  readonly save: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Told of every call that failed; gives what the page is to say. */
  readonly failed: (method: string, error: Error) => Error;
}

/** Bins of a chart: more than its pixels show nothing. */
const MAX_BINS = 4096;

export interface ServedPage {
  readonly handlers: Handlers<PageMethods>;
  /** What the page was told of the facts holds no more. */
  readonly refresh: () => void;
  /** The page is gone. */
  readonly dispose: () => void;
}

/** Serves one page. */
export function servePage({
  session,
  document,
  facts,
  planFacts,
  findPlan,
  tryPlan,
  opened,
  act,
  reopen,
  exportAs,
  save,
  failed,
}: PageHost): ServedPage {
  let run: RunStream | undefined;
  let plan: RunStream | undefined;
  let unwatch: (() => void) | undefined;
  let untry: (() => void) | undefined;
  const stop = (): void => {
    run?.stop();
    run = undefined;
    plan?.stop();
    plan = undefined;
    unwatch?.();
    unwatch = undefined;
    untry?.();
    untry = undefined;
  };
  const told = async <T>(method: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw failed(method, error instanceof Error ? error : new Error(String(error)));
    }
  };
  const handlers: Handlers<PageMethods> = {
    ...studies(session, failed),
    open: (_, { signal, progress }) =>
      told('open', async () => {
        stop(); // a page that was loaded anew follows anew
        const stream = inPieces(progress);
        const report = await session.analyze({ signal, onUpdate: stream.send });
        await stream.sent();
        opened();
        return headOf(report);
      }),
    follow: (_, { progress }) => {
      stop();
      run = streamRun(session.run, facts, progress);
      plan = streamPlan(session.plan, document.editing, planFacts, progress);
      unwatch = followPlan(document, progress);
      untry = followTrials(session.trials, progress);
      return new Promise<never>(() => undefined); // it ends with the page
    },
    edit({ label, choices }) {
      document.editing.edit(label, choices);
      return null;
    },
    findPlan(request) {
      findPlan(request);
      return null;
    },
    showPlan: ({ of }) => told('showPlan', () => document.shown.show(of)),
    tryPlan: ({ of }) =>
      told('tryPlan', async () => {
        await tryPlan(of);
        return null;
      }),
    act({ action }) {
      act(action);
      return null;
    },
    cancel: () => {
      session.cancel();
      return null;
    },
    histogram: ({ index, bins }) => told('histogram', () => session.histogram(index, Math.max(1, Math.min(MAX_BINS, Math.floor(bins))))),
    graph: () => told('graph', () => session.graph()),
    export: async ({ as }) => {
      await exportAs(as);
      return null;
    },
    save: async ({ name, bytes }) => {
      await save(name, bytes);
      return null;
    },
    reopen: ({ as }) => {
      reopen(as);
      return null;
    },
  };
  const refresh = (): void => {
    run?.refresh();
    plan?.refresh();
  };
  return { handlers, refresh, dispose: stop };
}

/** Tells how the user's plan stands, now and whenever it changes, until the function that is returned is called. */
function followPlan(document: PageHost['document'], post: (event: FollowEvent) => void): () => void {
  const { editing } = document;
  let told: Plan | null | undefined;
  const tellChoices = (): void => {
    const { choices, found } = editing.draft;
    if (told !== found) {
      told = found;
      const assignments =
        found?.assignments.map(({ weight, activation, transforms }) => ({ weight, activation, ...(transforms ? { transforms } : {}) })) ??
        [];
      post({ kind: 'base', base: found && { budget: found.budget, assignments } });
    }
    post({ kind: 'choices', choices, dirty: editing.dirty });
  };
  const tellYours = (): void => post({ kind: 'yours', yours: document.yours, notice: document.notice });
  const stops = [editing.watch(tellChoices), document.watch(tellYours)];
  tellChoices();
  tellYours();
  return () => stops.forEach((stop) => stop());
}

/** Tells how the running of plans stands, now and whenever that changes, until the function that is returned is called. */
function followTrials(trials: PlanTrials, post: (event: FollowEvent) => void): () => void {
  const tell = (): void => {
    const { state } = trials;
    const key = state.kind === 'idle' ? null : state.key;
    post({
      kind: 'trial',
      trial: {
        kind: state.kind,
        key,
        progress: state.kind === 'running' ? state.progress : null,
        error: state.kind === 'failed' ? state.error.message : null,
        trial: (key !== null && state.kind === 'done' && trials.of(key)) || null,
      },
    });
  };
  tell();
  return trials.watch(tell);
}
