import { expect, test } from 'vitest';
import { startPool, type PoolOptions } from '../../../src/engine/pool.js';
import { EngineGoneError, type EngineProcess } from '../../../src/engine/process/engineProcess.js';
import type { EngineMethods } from '../../../src/engine/process/protocol.js';
import { syntheticInputs } from '../../../src/engine/inputs/index.js';
import { RemoteError } from '../../../src/rpc/rpc.js';

/** An engine that remembers what it was told, and answers effects as `answer` says. */
class FakeEngine implements EngineProcess {
  readonly fed: number[] = [];
  started = false;
  killed = false;
  private dead: Error | undefined;
  readonly pid = undefined;

  constructor(private readonly answer: (layer: number, engine: FakeEngine) => Promise<number> | number) {}

  die(): never {
    this.dead = new EngineGoneError('the engine crashed');
    throw this.dead;
  }

  async call<K extends keyof EngineMethods>(method: K, params: EngineMethods[K]['params']): Promise<EngineMethods[K]['result']> {
    await Promise.resolve();
    if (this.dead) throw this.dead;
    switch (method) {
      case 'feed':
        this.fed.push((params as EngineMethods['feed']['params']).samples);
        return null;
      case 'start':
        this.started = true;
        return { backend: 'fake' } as never;
      case 'effect':
        return (await this.answer((params as EngineMethods['effect']['params']).layer, this)) as never;
      default:
        return { backend: 'fake' } as never;
    }
  }

  kill(): void {
    this.killed = true;
    this.dead ??= new RemoteError('the run was cancelled', 'AbortError');
  }
}

const inputs = syntheticInputs([{ name: 'x', dataType: 'float32', shape: ['n', 4] }], { samples: 6, seed: 1 });

async function pool(answer: ConstructorParameters<typeof FakeEngine>[0], options: Partial<PoolOptions> = {}) {
  const engines: FakeEngine[] = [];
  const running = await startPool({
    start: () => {
      const engine = new FakeEngine(answer);
      engines.push(engine);
      return engine;
    },
    processes: 2,
    model: { path: 'model.onnx' },
    inputs,
    runs: [
      { start: 0, end: 4 },
      { start: 4, end: 6 },
    ],
    labels: null,
    budget: 2 ** 20,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
  const answers = new Map<number, unknown>();
  const failures = new Map<number, string>();
  const ask = (layers: readonly number[]) =>
    running.each(
      layers,
      (engine, layer) => engine.call('effect', { layer, weight: null, activation: null }),
      (layer, answer_) => answers.set(layer, answer_),
      (layer, { message }) => failures.set(layer, message),
    );
  return { running, engines, answers, failures, ask };
}

const layers = Array.from({ length: 10 }, (_, i) => i);

test('an engine that dies is replaced by one that holds the same samples, and its question asked again', async () => {
  let deaths = 0;
  const { running, engines, answers, failures, ask } = await pool((layer, engine) =>
    layer === 3 && deaths++ === 0 ? engine.die() : layer,
  );
  await ask(layers);
  expect([...answers.keys()].sort()).toEqual(layers);
  expect(failures.size).toBe(0);
  expect(engines).toHaveLength(3);
  expect(engines[2]).toMatchObject({ fed: [4, 2], started: true });
  expect(running.troubles).toEqual(['a process was started anew: the engine crashed']);
});

test('what engines die of again is given up, and the rest goes on', async () => {
  const { answers, failures, ask } = await pool((layer, engine) => (layer === 3 ? engine.die() : layer));
  await ask(layers);
  expect([...answers.keys()].sort()).toEqual(layers.filter((layer) => layer !== 3));
  expect([...failures]).toEqual([[3, 'the engine crashed']]);
});

test('a question that the model does not run with fails alone', async () => {
  const { engines, answers, failures, ask } = await pool((layer) => {
    if (layer === 5) throw new RemoteError('node "lookup" (Gather): out of bounds', 'RunError');
    return layer;
  });
  await ask(layers);
  expect(answers.size).toBe(9);
  expect([...failures]).toEqual([[5, 'node "lookup" (Gather): out of bounds']]);
  expect(engines).toHaveLength(2);
});

test('engines that die whatever they are asked end the run, with what was found until then', async () => {
  const { answers, ask } = await pool((layer, engine) => (layer > 4 ? engine.die() : layer));
  await expect(ask(layers)).rejects.toThrow(EngineGoneError);
  expect([...answers.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('an engine that dies between two questions is replaced with the next', async () => {
  const { engines, answers, ask } = await pool((layer) => layer);
  await ask([0, 1]);
  expect(() => engines[0].die()).toThrow();
  await ask([2, 3]);
  expect([...answers.keys()].sort()).toEqual([0, 1, 2, 3]);
});

test('where there is memory for fewer engines, fewer do all the work', async () => {
  let count = 0;
  const engines: FakeEngine[] = [];
  const start = (): FakeEngine => {
    const engine = new FakeEngine((layer) => layer);
    engines.push(engine);
    // Of two that load the model at once one is killed, and so is any that comes later.
    if (count++ > 0)
      engine.call = (method, params) =>
        method === 'start' ? Promise.reject(new EngineGoneError('killed')) : FakeEngine.prototype.call.call(engine, method, params);
    return engine;
  };
  const { running, answers, ask } = await pool((layer) => layer, { start });
  await ask(layers);
  expect(answers.size).toBe(10);
  expect(running.troubles).toEqual(['run in 1 of 2 processes: killed']);
  expect(engines).toHaveLength(2);
});

test('an engine that cannot be replaced leaves its work to the others', async () => {
  const engines: FakeEngine[] = [];
  const start = (): FakeEngine => {
    const engine = new FakeEngine((layer, self) => (layer === 9 && engines[1] === self ? self.die() : layer));
    if (engines.push(engine) > 2) engine.call = () => Promise.reject(new EngineGoneError('killed'));
    return engine;
  };
  const { running, answers, ask } = await pool((layer) => layer, { start });
  await ask([0, 9, 1, 2, 3]);
  expect([...answers.keys()].sort()).toEqual([0, 1, 2, 3, 9]);
  expect(running.troubles).toEqual(['a process was given up: the engine crashed']);
});

test('samples whose inputs do not fit into the memory budget are left out, which is said', async () => {
  const { running, engines } = await pool((layer) => layer, { budget: 2 * 4 * 4 * 4 + 2 });
  expect(running.samples).toBe(4);
  expect(engines[0].fed).toEqual([4]);
  expect(running.troubles).toEqual(['the first 4 of 6 samples are run: the inputs of more do not fit into the memory budget']);
});

test('no engine starts after the end', async () => {
  const abort = new AbortController();
  const { running, engines, ask } = await pool((layer, engine) => (layer === 0 ? engine.die() : new Promise<number>(() => undefined)), {
    signal: abort.signal,
  });
  const open = ask([0, 1]);
  running.close();
  await expect(open).rejects.toThrow();
  expect(engines.every(({ killed }) => killed)).toBe(true);
});
