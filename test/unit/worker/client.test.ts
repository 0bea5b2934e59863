import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { modelWorker, type ModelWorker } from '../../../src/worker/client.js';

const script = fileURLToPath(new URL('./fixtures/moody.mjs', import.meta.url));

const workers: ModelWorker[] = [];
const start = (heapMb?: number): ModelWorker => {
  const worker = modelWorker(script, heapMb);
  workers.push(worker);
  return worker;
};
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.dispose())));

const ask = (worker: ModelWorker, path: string, signal?: AbortSignal) =>
  worker.call('inspect', { path }, signal ? { signal } : {}) as Promise<unknown>;

describe('the worker of a model', () => {
  it('starts no thread before it is used', async () => {
    const worker = start();
    expect(worker.thread).toBeUndefined();
    await ask(worker, 'thread.onnx');
    expect(worker.thread).toBeDefined();
  });

  it('serves all calls from one thread', async () => {
    const worker = start();
    expect(await ask(worker, 'thread.onnx')).toBe(await ask(worker, 'thread.onnx'));
  });

  it.each([
    ['exits', 'exit.onnx', /stopped unexpectedly \(the worker ended with code 3\)/],
    ['throws', 'throw.onnx', /stopped unexpectedly \(out of luck\)/],
  ])('fails open calls with one line when its thread %s, and starts another on next use', async (_, path, line) => {
    const worker = start();
    const first = await ask(worker, 'thread.onnx');
    const waiting = ask(worker, 'silent.onnx');
    await Promise.all([expect(ask(worker, path)).rejects.toThrow(line), expect(waiting).rejects.toThrow(/^[^\n]+$/)]);
    expect(worker.thread).toBeUndefined();
    expect(await ask(worker, 'thread.onnx')).not.toBe(first);
  });

  it('survives a thread that runs out of memory', async () => {
    const worker = start(32);
    await expect(ask(worker, 'hungry.onnx')).rejects.toThrow('more than 32 MB');
    expect(await ask(worker, 'thread.onnx')).toBeGreaterThan(0);
  }, 20_000);

  it('leaves its thread alone when a question about a single layer is given up', async () => {
    const worker = start();
    const thread = await ask(worker, 'thread.onnx');
    const abort = new AbortController();
    const slow = worker.call('channelRanges', { index: 0, path: 'slow.onnx' } as { index: number }, { signal: abort.signal });
    abort.abort();
    expect(await slow).toBe(thread);
    expect(await ask(worker, 'thread.onnx')).toBe(thread);
  });

  it.each(['silent.onnx', 'stuck.onnx'])(
    'ends the thread when a cancelled call of %s does not end by itself, and starts another on next use',
    async (path) => {
      const worker = start();
      const first = await ask(worker, 'thread.onnx');
      const abort = new AbortController();
      const call = ask(worker, path, abort.signal);
      abort.abort();
      await expect(call).rejects.toMatchObject({ code: 'AbortError' });
      expect(await ask(worker, 'thread.onnx')).not.toBe(first);
    },
  );

  it('does not begin a call that is cancelled already', async () => {
    const worker = start();
    await expect(ask(worker, 'thread.onnx', AbortSignal.abort())).rejects.toMatchObject({ code: 'AbortError' });
    expect(worker.thread).toBeUndefined();
  });

  it('fails calls, open or later, once it is disposed', async () => {
    const worker = start();
    const open = expect(ask(worker, 'silent.onnx')).rejects.toThrow('the model was closed');
    await worker.dispose();
    await open;
    await expect(ask(worker, 'thread.onnx')).rejects.toThrow('the model was closed');
  });
});
