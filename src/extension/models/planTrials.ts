import type { PlanTrial } from '../../report/planTrial.js';
import type { PlanProgress } from '../../report/update.js';
import { RemoteError, type CallOptions } from '../../rpc/rpc.js';

/** How the running of a plan stands; `key` says of which. */
export type TrialState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly key: string; readonly progress: PlanProgress | null }
  | { readonly kind: 'done' | 'cancelled'; readonly key: string }
  | { readonly kind: 'failed'; readonly key: string; readonly error: Error };

/** Plans of one model that are run because somebody asks for it, one at a time. What each did is kept for as long as the model is what it was. */
export interface PlanTrials {
  readonly state: TrialState;
  /** What the plan did when it was run. */
  of(key: string): PlanTrial | undefined;
  /** Runs a plan, in place of one that is being run. */
  start(key: string, run: (options: CallOptions<PlanProgress>) => Promise<PlanTrial>): void;
  cancel(): void;
  /** The model is no more what it was. */
  clear(): void;
  /** Calls `look` whenever the state is another one, until the function that is returned is called. */
  watch(look: () => void): () => void;
}

const isCancel = (error: Error): boolean => (error instanceof RemoteError ? error.code : error.name) === 'AbortError';

export function planTrials(): PlanTrials {
  let state: TrialState = { kind: 'idle' };
  let current: AbortController | undefined;
  const known = new Map<string, PlanTrial>();
  const lookers = new Set<() => void>();
  const become = (next: TrialState): void => {
    state = next;
    lookers.forEach((look) => look());
  };
  const drop = (): void => {
    current?.abort();
    current = undefined;
  };
  return {
    get state() {
      return state;
    },
    of: (key) => known.get(key),
    start(key, run) {
      drop();
      const abort = (current = new AbortController());
      become({ kind: 'running', key, progress: null });
      run({
        signal: abort.signal,
        onProgress: (progress) => {
          if (current === abort) become({ kind: 'running', key, progress });
        },
      }).then(
        (trial) => {
          if (current !== abort) return;
          known.set(key, trial);
          become({ kind: 'done', key });
        },
        (thrown: unknown) => {
          if (current !== abort) return;
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          become(isCancel(error) ? { kind: 'cancelled', key } : { kind: 'failed', key, error });
        },
      );
    },
    cancel() {
      if (state.kind !== 'running') return;
      const { key } = state;
      drop();
      become({ kind: 'cancelled', key });
    },
    clear() {
      drop();
      known.clear();
      if (state.kind !== 'idle') become({ kind: 'idle' });
    },
    watch(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },
  };
}
