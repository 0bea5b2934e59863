import type { GraphLayout, LayoutRequest } from './layout.js';

/** What is used of a `Worker`. */
export interface LayoutWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
  readonly postMessage: (message: unknown) => void;
  readonly terminate: () => void;
}

export interface LayoutClient {
  /** The layout of `request`; undefined when another was asked for before it was there, or the client is no more. */
  layout(request: LayoutRequest): Promise<GraphLayout | undefined>;
  dispose(): void;
}

type Answer = { readonly id: number; readonly layout: GraphLayout } | { readonly id: number; readonly error: string };

/** Asks a worker for layouts; the last one asked for counts. @param start starts a worker; called again after one has died */
export function layoutClient(start: () => LayoutWorker): LayoutClient {
  let worker: LayoutWorker | undefined;
  let next = 0;
  let pending: { readonly id: number; settle(answer: Answer | undefined): void } | undefined;

  const give = (answer: Answer | undefined): void => {
    const waiting = pending;
    pending = undefined;
    waiting?.settle(answer);
  };
  const end = (): void => {
    worker?.terminate();
    worker = undefined;
  };
  const running = (): LayoutWorker => {
    if (worker) return worker;
    const started = start();
    started.onmessage = ({ data }) => {
      const answer = data as Answer;
      if (answer.id === pending?.id) give(answer);
    };
    started.onerror = ({ message }) => {
      end();
      if (pending) give({ id: pending.id, error: message });
    };
    return (worker = started);
  };

  return {
    layout(request) {
      give(undefined);
      const id = next++;
      return new Promise((resolve, reject) => {
        const settle = (answer: Answer | undefined): void => {
          if (answer && 'error' in answer) reject(new Error(answer.error));
          else resolve(answer?.layout);
        };
        pending = { id, settle };
        try {
          running().postMessage({ id, request });
        } catch (error) {
          give({ id, error: String(error) });
        }
      });
    },
    dispose() {
      end();
      give(undefined);
    },
  };
}
