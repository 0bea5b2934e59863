import { describe, expect, it, vi } from 'vitest';
import { connect, RemoteError, serve, type Handlers } from '../../../src/rpc/rpc.js';
import { pair } from './wire.js';

type Toy = {
  double: { params: number; result: number; progress: never };
  count: { params: number; result: string; progress: number };
  forever: { params: null; result: null; progress: string };
  buffer: { params: ArrayBuffer; result: Uint8Array; progress: never };
  fail: { params: string; result: null; progress: never };
  unsendable: { params: null; result: unknown; progress: never };
};

const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true }),
  );

const toys: Handlers<Toy> = {
  double: (n) => 2 * n,
  count: (n, { progress }) => {
    for (let i = 1; i <= n; i++) progress(i);
    return `counted to ${n}`;
  },
  forever: (_, { signal }) => until(signal),
  buffer: (buffer, { transfer }) => {
    transfer([buffer]);
    return new Uint8Array(buffer);
  },
  fail: (message) => {
    throw new RangeError(message);
  },
  unsendable: () => () => 'functions cannot be cloned',
};

const toyClient = () => pair<Toy>(toys);

describe('a call', () => {
  it('gives what the handler returned', async () => {
    expect(await toyClient().call('double', 21)).toBe(42);
  });

  it('gives each of many open calls its own answer', async () => {
    const client = toyClient();
    expect(await Promise.all([1, 2, 3].map((n) => client.call('double', n)))).toEqual([2, 4, 6]);
  });

  it('streams progress in order before it resolves', async () => {
    const seen: number[] = [];
    expect(await toyClient().call('count', 3, { onProgress: (n) => seen.push(n) })).toBe('counted to 3');
    expect(seen).toEqual([1, 2, 3]);
  });

  it('hands buffers over both ways instead of copying them', async () => {
    const buffer = Uint8Array.of(1, 2, 3).buffer;
    const result = await toyClient().call('buffer', buffer, { transfer: [buffer] });
    expect([...result]).toEqual([1, 2, 3]);
    expect(buffer.byteLength).toBe(0);
  });

  it('rejects with the message, the name and the stack of what the handler threw', async () => {
    const error: unknown = await toyClient()
      .call('fail', 'no such layer')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ message: 'no such layer', code: 'RangeError', stack: expect.stringContaining('rpc.test.ts') as unknown });
  });

  it('rejects when the result cannot be sent', async () => {
    await expect(toyClient().call('unsendable', null)).rejects.toMatchObject({ code: 'DataCloneError' });
  });

  it('rejects when the params cannot be sent', async () => {
    await expect(toyClient().call('double', (() => 1) as never)).rejects.toThrow(/could not be cloned/);
  });

  it('rejects for methods there are none of, inherited ones included', async () => {
    const client = toyClient();
    await expect(client.call('nothing' as 'double', 1)).rejects.toThrow('no such method: nothing');
    await expect(client.call('toString' as 'double', 1)).rejects.toThrow('no such method: toString');
  });

  it('aborts the handler when its caller cancels', async () => {
    const abort = new AbortController();
    const call = toyClient().call('forever', null, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'AbortError' });
  });

  it('aborts at once when it was cancelled before it began', async () => {
    await expect(toyClient().call('forever', null, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'AbortError' });
  });

  it('sends no cancel once it is answered', async () => {
    const abort = new AbortController();
    const sent: unknown[] = [];
    const client = pair<Toy>(toys, (message) => sent.push(message));
    await client.call('double', 1, { signal: abort.signal });
    abort.abort();
    expect(sent).toHaveLength(1);
  });

  it('fails, open or later, when the other end is gone', async () => {
    const client = toyClient();
    const open = client.call('forever', null);
    client.close(new Error('the worker is gone'));
    await expect(open).rejects.toThrow('the worker is gone');
    await expect(client.call('double', 1)).rejects.toThrow('the worker is gone');
  });
});

describe('a channel', () => {
  it('ignores what is no message', () => {
    const deaf = { post: () => expect.fail('nothing is to be answered') };
    const answer = serve<Toy>(deaf, toys);
    const client = connect<Toy>(deaf);
    for (const noise of [
      null,
      undefined,
      7,
      'text',
      {},
      { kind: 'call' },
      { kind: 'call', id: 'one' },
      { kind: 'ok', id: 99 },
      { id: 1 },
    ]) {
      expect(() => answer(noise)).not.toThrow();
      expect(() => client.receive(noise)).not.toThrow();
    }
  });

  it('gives calls of a later client other numbers, so that late answers to a former one go nowhere', async () => {
    const posted: { id: number }[] = [];
    const post = (message: unknown) => void posted.push(message as { id: number });
    void connect<Toy>({ post }).call('double', 1);
    await vi.waitFor(() => {
      void connect<Toy>({ post }).call('double', 1);
      expect(posted.at(-1)!.id).not.toBe(posted[0].id);
    });
  });

  it('lets a call replace one still running under its number', async () => {
    const replies: unknown[] = [];
    const signals: AbortSignal[] = [];
    const answer = serve<Toy>(
      { post: (message) => void replies.push(message) },
      {
        ...toys,
        forever: (_, { signal }) => {
          signals.push(signal);
          return until(signal);
        },
      },
    );
    answer({ kind: 'call', id: 1, method: 'forever', params: null });
    answer({ kind: 'call', id: 1, method: 'double', params: 4 });
    await vi.waitFor(() => expect(replies).toEqual([{ kind: 'ok', id: 1, result: 8 }]));
    expect(signals[0].aborted).toBe(true);
  });
});
