import type { PlanJob } from '../../report/planRequest.js';
import type { PlanProgress } from '../../report/update.js';
import type { PackedPlan } from '../../rpc/packedPlan.js';
import { RemoteError, type CallOptions } from '../../rpc/rpc.js';
import type { PlanAnswer } from '../../rpc/worker.js';

/** How the finding of a plan stands. */
export type PlanState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'planning'; readonly progress: PlanProgress | null }
  | { readonly kind: 'done' | 'cancelled' }
  /** `nearest`: a budget that can be kept, where none was found for the one asked for. */
  | { readonly kind: 'failed'; readonly error: Error; readonly nearest: string | null };

/** A plan that was found. */
export interface FoundPlan {
  readonly plan: PackedPlan;
  /** What has changed since then: the file itself, or what is known of it by running it. */
  readonly stale: 'file' | 'run' | null;
}

export type PlanEvent =
  /** `state` is another one, or the plan has become stale. */
  | { readonly kind: 'state' }
  /** `found` is another one. */
  | { readonly kind: 'found' };

/** The planning of one model. A plan that was found stays until another one is. */
export interface ModelPlan {
  readonly state: PlanState;
  readonly found: FoundPlan | undefined;
  /** Finds a plan, in place of one that is being sought. `prepare` says what is asked; what it throws is why there is no plan. */
  start(prepare: () => Promise<PlanJob>): void;
  /** Gives up; a plan that was found before stays. */
  cancel(): void;
  /** What a plan is of is no more what it was; of the file nothing more is sought either. */
  outdate(by: 'file' | 'run'): void;
  /** Calls `look` with all that happens, until the function that is returned is called. */
  watch(look: (event: PlanEvent) => void): () => void;
}

/** No plan keeps the budget. */
class ImpossibleBudget extends Error {
  override readonly name = 'PlanError';
}

const isCancel = (error: Error): boolean => (error instanceof RemoteError ? error.code : error.name) === 'AbortError';

/** @param find has the worker find a plan for the file as it is now */
export function modelPlan(find: (job: PlanJob, options: CallOptions<PlanProgress>) => Promise<PlanAnswer>): ModelPlan {
  let state: PlanState = { kind: 'idle' };
  let found: FoundPlan | undefined;
  let current: AbortController | undefined;
  const lookers = new Set<(event: PlanEvent) => void>();
  const tell = (event: PlanEvent): void => lookers.forEach((look) => look(event));
  const become = (next: PlanState): void => {
    state = next;
    tell({ kind: 'state' });
  };

  const go = async (prepare: () => Promise<PlanJob>, abort: AbortController): Promise<void> => {
    const { signal } = abort;
    const job = await prepare();
    signal.throwIfAborted();
    const answer = await find(job, {
      signal,
      onProgress: (progress) => {
        if (current === abort) become({ kind: 'planning', progress });
      },
    });
    if (current !== abort) return;
    if (answer.kind === 'impossible') {
      become({ kind: 'failed', error: new ImpossibleBudget(answer.message), nearest: answer.nearest });
      return;
    }
    found = { plan: answer.plan, stale: null };
    tell({ kind: 'found' });
    become({ kind: 'done' });
  };

  const drop = (): void => {
    current?.abort();
    current = undefined;
  };

  return {
    get state() {
      return state;
    },
    get found() {
      return found;
    },
    start(prepare) {
      drop();
      const abort = (current = new AbortController());
      become({ kind: 'planning', progress: null });
      go(prepare, abort).catch((thrown: unknown) => {
        if (current !== abort) return;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        become(isCancel(error) ? { kind: 'cancelled' } : { kind: 'failed', error, nearest: null });
      });
    },
    cancel() {
      if (state.kind !== 'planning') return;
      drop();
      become({ kind: 'cancelled' });
    },
    outdate(by) {
      if (by === 'file' && state.kind === 'planning') {
        drop();
        state = { kind: 'cancelled' };
      }
      // a plan of another file is so whatever was run since
      if (found && found.stale !== 'file') found = { ...found, stale: by };
      tell({ kind: 'state' });
    },
    watch(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },
  };
}
