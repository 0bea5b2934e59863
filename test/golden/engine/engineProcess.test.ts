import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineGoneError, startEngine, type EngineProcess } from '../../../src/engine/index.js';
import { syntheticInputs } from '../../../src/engine/inputs/index.js';
import { startPool } from '../../../src/engine/pool.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { bundled } from '../bundled.js';

const MODEL = path.resolve('samples/lenet/lenet5-mnist.onnx');
let folder: string;
let script: string;

beforeAll(async () => {
  // inside the checkout, so that the runtime is found
  folder = await mkdtemp(path.resolve('node_modules/.engine-'));
  script = path.join(folder, 'engine.js');
  await bundled('src/engine/main.ts', script);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pool(signal: AbortSignal, engines: EngineProcess[]) {
  const model = await openModel(memorySource(await readFile(MODEL)), () => Promise.reject(new Error('there is nothing beside the model')));
  return startPool({
    start: () => {
      const engine = startEngine(script);
      engines.push(engine);
      return engine;
    },
    processes: 2,
    model: { path: MODEL },
    inputs: syntheticInputs(model.inputs, { samples: 6, seed: 1 }),
    runs: [
      { start: 0, end: 4 },
      { start: 4, end: 6 },
    ],
    labels: null,
    budget: 2 ** 28,
    signal,
    onProgress: () => undefined,
  });
}

const question = { layer: 0, weight: 'int4/tensor/minmax', activation: null };
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('two processes give the same answer, and end with the pool', async () => {
  const engines: EngineProcess[] = [];
  const running = await pool(new AbortController().signal, engines);
  const pids = engines.map(({ pid }) => pid!);
  const answers = await Promise.all(engines.map((engine) => engine.call('effect', question)));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0].outputs[0].sqnrDb).toBeGreaterThan(0);
  running.close();
  await expect.poll(() => pids.every(gone), { timeout: 5000 }).toBe(true);
}, 30_000);

test('cancelling kills both processes in the middle of their runs', async () => {
  const engines: EngineProcess[] = [];
  const abort = new AbortController();
  const running = await pool(abort.signal, engines);
  const pids = engines.map(({ pid }) => pid!);
  const asked = new Set<EngineProcess>();
  const open = running.each(
    Array.from({ length: 100_000 }, () => question),
    (engine) => {
      asked.add(engine);
      return engine.call('effect', question);
    },
    // Both have answered and been asked again.
    () => {
      if (asked.size === 2) abort.abort();
    },
  );
  await expect(open).rejects.toThrow('abort');
  await expect.poll(() => pids.every(gone), { timeout: 5000 }).toBe(true);
}, 30_000);

test('a process that is killed in the middle of a run is replaced, and the answers stay the same', async () => {
  const engines: EngineProcess[] = [];
  const running = await pool(new AbortController().signal, engines);
  const expected = await engines[1].call('effect', question);
  const answers: unknown[] = [];
  let killed = false;
  await running.each(
    Array.from({ length: 8 }, (_, i) => i),
    (engine, item) => {
      const answer = engine.call('effect', question);
      if (item === 3 && !killed) {
        killed = true;
        process.kill(engine.pid!, 'SIGKILL');
      }
      return answer;
    },
    (_, answer) => answers.push(answer),
  );
  expect(killed).toBe(true);
  expect(answers).toEqual(Array.from({ length: 8 }, () => expected));
  expect(engines).toHaveLength(3);
  expect(running.troubles).toEqual([
    expect.stringMatching(/^a process was started anew: the engine was killed, most likely because memory ran out/),
  ]);
  running.close();
}, 30_000);

// ONNX Runtime's own usage reports would show here too: they keep a log and an identifier in that folder.
test('a run leaves nothing in the folder for temporary files', async () => {
  const temporary = await mkdtemp(path.join(folder, 'tmp-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  try {
    const engines: EngineProcess[] = [];
    const running = await pool(new AbortController().signal, engines);
    await engines[0].call('observe', { stretch: 0, weightSchemes: ['int4/tensor/minmax'], activationSchemes: ['uint8/tensor/minmax'] });
    await engines[1].call('effect', question);
    expect(await readdir(temporary)).toEqual([]);
    running.close();
    await expect.poll(() => engines.every(({ pid }) => pid === undefined), { timeout: 5000 }).toBe(true);
    expect(await readdir(temporary)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}, 30_000);

test('a process that dies fails its calls with one line', async () => {
  const engines: EngineProcess[] = [];
  const running = await pool(new AbortController().signal, engines);
  const open = engines[0].call('effect', question);
  process.kill(engines[0].pid!, 'SIGSEGV');
  await expect(open).rejects.toThrow(EngineGoneError);
  await expect(engines[0].call('effect', question)).rejects.toThrow(/crashed inside ONNX Runtime \(SIGSEGV\)/);
  running.close();
}, 30_000);

test('a model that is none is refused by the process as by the reader', async () => {
  const engine = startEngine(script);
  await expect(engine.call('open', { model: { bytes: Uint8Array.of(1, 2, 3) } })).rejects.toThrow(/not an ONNX model/);
  engine.kill();
}, 30_000);
