import { connect, serve, type Client, type Handlers, type Methods } from '../../../src/rpc/rpc.js';

/** Carries messages as ports do: what cannot be cloned throws, what is transferred is gone, and nothing arrives at once. */
export const wire =
  (to: (message: unknown) => void) =>
  (message: unknown, transfer: readonly ArrayBuffer[] = []): void => {
    const copy: unknown = structuredClone(message, { transfer: [...transfer] });
    queueMicrotask(() => to(copy));
  };

/** Both ends of a channel: a client, and the handlers it calls; `tap` sees what the client sends. */
export function pair<M extends Methods>(handlers: Handlers<M>, tap: (message: unknown) => void = () => undefined): Client<M> {
  const answer = serve<M>({ post: wire((message) => client.receive(message)) }, handlers);
  const client = connect<M>({
    post: (message, transfer) => {
      tap(message);
      wire(answer)(message, transfer);
    },
  });
  return client;
}
