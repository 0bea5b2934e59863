/**
 * Typed calls over any message port: host ↔ worker and page ↔ host speak the same.
 * A method map is an interface of functions `(params) => result`; a reply is `{ok}` or `{err}`; a call may report progress and be cancelled.
 */

/** One end of a channel. `transfer` hands buffers over instead of copying them where the channel can. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Registers the one listener; called for every message. */
  listen(listener: (message: unknown) => void): void;
}

/** Methods as seen by the caller: each takes one params value and gives one result; `progress` is what it streams meanwhile. */
export type Methods = Record<string, { params: unknown; result: unknown; progress: unknown }>;

export interface CallContext<P> {
  readonly signal: AbortSignal;
  progress(value: P, transfer?: readonly ArrayBuffer[]): void;
}

export type Handlers<M extends Methods> = {
  [K in keyof M]: (params: M[K]['params'], context: CallContext<M[K]['progress']>) => M[K]['result'] | Promise<M[K]['result']>;
};

export interface CallOptions<P> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (value: P) => void;
}

export interface Client<M extends Methods> {
  call<K extends keyof M & string>(method: K, params: M[K]['params'], options?: CallOptions<M[K]['progress']>): Promise<M[K]['result']>;
  /** Fails every open call with `reason` and every later one too: the other end is gone. */
  close(reason: Error): void;
}

/** An error that travelled: `code` is stable, `message` is one line for the user. */
export class RemoteError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = code;
  }
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}
type Message =
  | ({ readonly kind: 'call' } & Call)
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'ok'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'err'; readonly id: number; readonly message: string; readonly code: string };

const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;

/** Answers calls that arrive on `port`. A handler that throws is an `{err}`, never silence. */
export function serve<M extends Methods>(port: Port, handlers: Handlers<M>): (message: unknown) => void {
  const running = new Map<number, AbortController>();
  return (message) => {
    if (!isMessage(message)) return;
    if (message.kind === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    if (message.kind !== 'call') return;
    const { id, method, params } = message;
    const abort = new AbortController();
    running.set(id, abort);
    const context: CallContext<never> = {
      signal: abort.signal,
      progress: (value, transfer) => port.post({ kind: 'progress', id, value } satisfies Message, transfer),
    };
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    Promise.resolve()
      .then(() => {
        if (!handler) throw new Error(`no such method: ${method}`);
        return handler(params, context);
      })
      .then(
        (result) => port.post({ kind: 'ok', id, result } satisfies Message),
        (error: unknown) => {
          const { message: text, name } = error instanceof Error ? error : new Error(String(error));
          port.post({ kind: 'err', id, message: text, code: name } satisfies Message);
        },
      )
      .finally(() => running.delete(id));
  };
}

/** Calls methods on the other end of `port`. */
export function connect<M extends Methods>(port: Port): Client<M> & { receive(message: unknown): void } {
  interface Pending {
    readonly resolve: (value: never) => void;
    readonly reject: (error: Error) => void;
    readonly onProgress: ((value: never) => void) | undefined;
    readonly forget: () => void;
  }
  const pending = new Map<number, Pending>();
  let next = 1;
  let gone: Error | undefined;
  return {
    call(method, params, options = {}) {
      if (gone) return Promise.reject(gone);
      const id = next++;
      const { signal, onProgress } = options;
      return new Promise((resolve, reject) => {
        const cancel = () => port.post({ kind: 'cancel', id } satisfies Message);
        pending.set(id, { resolve, reject, onProgress, forget: () => signal?.removeEventListener('abort', cancel) });
        port.post({ kind: 'call', id, method, params } satisfies Message);
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    receive(message) {
      if (!isMessage(message)) return;
      const call = pending.get(message.id);
      if (!call) return;
      if (message.kind === 'progress') call.onProgress?.(message.value as never);
      if (message.kind !== 'ok' && message.kind !== 'err') return;
      pending.delete(message.id);
      call.forget();
      if (message.kind === 'ok') call.resolve(message.result as never);
      else call.reject(new RemoteError(message.message, message.code));
    },
    close(reason) {
      gone = reason;
      for (const call of pending.values()) {
        call.forget();
        call.reject(reason);
      }
      pending.clear();
    },
  };
}
