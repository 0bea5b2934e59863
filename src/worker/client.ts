import { Worker } from 'node:worker_threads';
import { connect, RemoteError, type Client } from '../rpc/rpc.js';
import { studyMethods } from '../rpc/study.js';
import type { WorkerMethods } from '../rpc/worker.js';

/** The worker of one model as its host sees it: a thread that starts on first use and, when it dies, again on the next. */
export interface ModelWorker extends Pick<Client<WorkerMethods>, 'call'> {
  /** The thread, while one runs. */
  readonly thread: Worker | undefined;
  /** Ends the thread. Open calls fail, and so do later ones. */
  readonly dispose: () => Promise<void>;
}

/** How long a cancelled call may take to end by itself; then its thread is ended. */
const PATIENCE_MS = 1000;

/** Calls about single layers: when nobody waits for one any more it ends by itself, for its thread knows the whole model. */
const lingering: readonly string[] = studyMethods;

/** Heap of one worker: tensors live outside it, so that this is the limit of a graph, not of a model. */
const HEAP_MB = 2048;

/** The thread is gone; `message` says why in one line. */
class WorkerGoneError extends Error {
  override readonly name = 'WorkerGoneError';
}

const whyGone = (error: Error & { readonly code?: string }, heapMb: number): string =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `the analysis needed more than ${heapMb} MB for the graph alone and was stopped`
    : `the analysis stopped unexpectedly (${error.message.split('\n', 1)[0]}); open the model again to retry`;

const cancelled = () => new RemoteError('the analysis was cancelled', 'AbortError');

interface Life {
  readonly thread: Worker;
  readonly client: Client<WorkerMethods>;
}

/**
 * @param script path of the bundled worker
 * @param heapMb limit of the thread's JavaScript heap, MB
 */
export function modelWorker(script: string, heapMb = HEAP_MB): ModelWorker {
  let life: Life | undefined;
  let disposed = false;

  const start = (): Life => {
    // The host's own flags (a debugger's port, say) are not for its threads.
    const thread = new Worker(script, { name: 'precision-lens', execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    const client = connect<WorkerMethods>({ post: (message, transfer = []) => thread.postMessage(message, transfer) });
    const end = (why: string) => {
      if (life?.thread === thread) life = undefined;
      client.close(new WorkerGoneError(why));
    };
    thread.on('message', (message) => client.receive(message));
    thread.on('error', (error: Error) => end(whyGone(error, heapMb)));
    thread.on('exit', (code) => end(whyGone(new Error(`the worker ended with code ${code}`), heapMb)));
    return { thread, client };
  };

  return {
    get thread() {
      return life?.thread;
    },

    async call(method, params, options = {}) {
      if (disposed) throw new WorkerGoneError('the model was closed');
      const { signal } = options;
      if (signal?.aborted) throw cancelled();
      const { thread, client } = (life ??= start());
      let timer: NodeJS.Timeout | undefined;
      const losePatience = () => (timer = setTimeout(() => void thread.terminate(), PATIENCE_MS));
      if (!lingering.includes(method)) signal?.addEventListener('abort', losePatience, { once: true });
      try {
        return await client.call(method, params, options);
      } catch (error) {
        // Whatever a cancelled call failed with, its caller knows why.
        throw signal?.aborted ? cancelled() : error;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', losePatience);
      }
    },

    async dispose() {
      disposed = true;
      const thread = life?.thread;
      life?.client.close(new WorkerGoneError('the model was closed'));
      await thread?.terminate();
    },
  };
}
