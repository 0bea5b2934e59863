/**
 * Typed calls over any message port: host ↔ worker and page ↔ host speak the same.
 * A method map is an interface of functions `(params) => result`; a reply is `{ok}` or `{err}`; a call may report progress and be cancelled.
 */

/** The sending end of a channel; what comes in is handed to `receive` of whoever sits on it. */
export interface Port {
  /** `transfer` hands buffers over instead of copying them where the channel can. Throws when the message cannot be sent. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

/** Methods as seen by the caller: each takes one params value and gives one result; `progress` is what it streams meanwhile. */
export type Methods = Record<string, { params: unknown; result: unknown; progress: unknown }>;

export interface CallContext<P> {
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal;
  readonly progress: (value: P, transfer?: readonly ArrayBuffer[]) => void;
  /** Buffers to hand over with the result instead of copying them. */
  readonly transfer: (buffers: readonly ArrayBuffer[]) => void;
}

export type Handlers<M extends Methods> = {
  [K in keyof M]: (params: M[K]['params'], context: CallContext<M[K]['progress']>) => M[K]['result'] | Promise<M[K]['result']>;
};

export interface CallOptions<P> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (value: P) => void;
  /** Buffers in the params to hand over instead of copying them. */
  readonly transfer?: readonly ArrayBuffer[];
}

export interface Client<M extends Methods> {
  call<K extends keyof M & string>(method: K, params: M[K]['params'], options?: CallOptions<M[K]['progress']>): Promise<M[K]['result']>;
  /** Fails every open call with `reason` and every later one too: the other end is gone. */
  close(reason: Error): void;
}

/** An error that travelled: `code` is stable, `message` is one line for the user, `stack` is where it was thrown on the other end. */
export class RemoteError extends Error {
  constructor(
    message: string,
    readonly code: string,
    stack?: string,
  ) {
    super(message);
    this.name = code;
    if (stack) this.stack = stack;
  }
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'ok'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'err'; readonly id: number; readonly message: string; readonly code: string; readonly stack: string | undefined };

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && typeof value.id === 'number';

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const failure = (id: number, thrown: unknown): Message => {
  const { message, name, stack } = asError(thrown);
  return { kind: 'err', id, message, code: name, stack };
};

/**
 * Answers calls: the result is to be called with every message that comes in. A handler that throws, and a result that cannot be
 * sent, is an `{err}`, never silence. A call under the id of one still running replaces it: its caller was loaded anew.
 */
export function serve<M extends Methods>(port: Port, handlers: Handlers<M>): (message: unknown) => void {
  const running = new Map<number, AbortController>();
  const answer = async (id: number, method: string, params: unknown) => {
    running.get(id)?.abort();
    const abort = new AbortController();
    running.set(id, abort);
    const post = (message: Message, transfer?: readonly ArrayBuffer[]) => {
      if (running.get(id) === abort) port.post(message, transfer);
    };
    let buffers: readonly ArrayBuffer[] | undefined;
    const context: CallContext<unknown> = {
      signal: abort.signal,
      progress: (value, transfer) => post({ kind: 'progress', id, value }, transfer),
      transfer: (list) => (buffers = list),
    };
    try {
      if (!Object.hasOwn(handlers, method)) throw new Error(`no such method: ${method}`);
      post({ kind: 'ok', id, result: await handlers[method](params, context) }, buffers);
    } catch (thrown) {
      post(failure(id, thrown));
    } finally {
      if (running.get(id) === abort) running.delete(id);
    }
  };
  return (message) => {
    if (!isMessage(message)) return;
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else if (message.kind === 'call') void answer(message.id, message.method, message.params);
  };
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((value: never) => void) | undefined;
  /** Stops listening to the caller's signal. */
  readonly forget: () => void;
}

/** Calls methods on the other end of `port`; every message that comes back is to be handed to `receive`. */
export function connect<M extends Methods>(port: Port): Client<M> & { receive(message: unknown): void } {
  const pending = new Map<number, Pending>();
  // Numbers go on where the clock is, so that a page that was loaded again is never given an answer to a call of its former self.
  let next = Date.now() * 1000;
  let gone: Error | undefined;
  const settle = (id: number): Pending | undefined => {
    const call = pending.get(id);
    pending.delete(id);
    call?.forget();
    return call;
  };
  return {
    call(method, params, { signal, onProgress, transfer } = {}) {
      if (gone) return Promise.reject(gone);
      const id = next++;
      return new Promise((resolve, reject) => {
        const cancel = () => port.post({ kind: 'cancel', id } satisfies Message);
        pending.set(id, { resolve, reject, onProgress, forget: () => signal?.removeEventListener('abort', cancel) });
        try {
          port.post({ kind: 'call', id, method, params } satisfies Message, transfer);
        } catch (thrown) {
          settle(id)?.reject(asError(thrown));
          return;
        }
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    receive(message) {
      if (!isMessage(message)) return;
      if (message.kind === 'progress') pending.get(message.id)?.onProgress?.(message.value as never);
      else if (message.kind === 'ok') settle(message.id)?.resolve(message.result as never);
      else if (message.kind === 'err') settle(message.id)?.reject(new RemoteError(message.message, message.code, message.stack));
    },
    close(reason) {
      gone = reason;
      for (const id of [...pending.keys()]) settle(id)?.reject(reason);
    },
  };
}
