/**
 * Benchmark of the core, one thread unless it says otherwise: prints ratios, because only those mean something on another machine. `npm run bench -- core`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { analyzeTensor } from '../src/core/analyzeTensor.js';
import { codec, parseFormat, parseScheme, seeded, type FloatFormat } from '../src/core/formats/index.js';
import { kernels, layOut } from '../src/core/kernels/load.js';
import { Reach, writeAffine, writeFloat } from '../src/core/kernels/parameters.js';
import type { TensorSource } from '../src/core/tensor.js';

const CHANNELS = 5120;
const LENGTH = 5120;
const ELEMENTS = CHANNELS * LENGTH;
const BITS = [2, 3, 4, 5, 6, 7, 8];
const DEFAULT = [...BITS.flatMap((b) => [`int${b}/tensor/minmax`, `int${b}/channel/mse`]), 'bf16', 'fp16'];
const BLOCK = 8192;

function weights(values: Float32Array): void {
  const random = seeded(1);
  // Gaussian enough, and quick: the sum of four uniform numbers.
  for (let i = 0; i < values.length; i++) values[i] = (random() + random() + random() + random() - 2) * 0.17;
}

const tensor = (values: Float32Array): TensorSource => ({
  shape: [CHANNELS, LENGTH],
  channelAxis: 0,
  elements: values.length,
  read: (start, end) => Promise.resolve(values.subarray(start, end)),
});

async function best(runs: number, work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const from = performance.now();
    await work();
    least = Math.min(least, performance.now() - from);
  }
  return least / 1000;
}

interface Pass {
  readonly name: string;
  readonly run: (x: number, n: number) => void;
}

/** One kernel pass for every default scheme, over `n` elements at address `x`. */
function passes(parameters: number, out: number): Pass[] {
  const { memory, affineErrors, floatErrors } = kernels();
  const floats = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const integerPasses = BITS.flatMap((bits, i): Pass[] => {
    const top = 2 ** (bits - 1) - 1;
    const at = parameters + i * 32;
    writeAffine(floats, at / 4, Math.fround(0.4 / top), -top, top, -0.4, 0.4);
    return ['tensor', 'channel'].map((granularity) => ({
      name: `int${bits}/${granularity}`,
      run: (x, n) => affineErrors(x, n, 1, at, out, granularity === 'tensor' ? Reach.inside : Reach.symmetric),
    }));
  });
  const floatPasses = ['bf16', 'fp16'].map((name, i): Pass => {
    const format = parseFormat(name) as FloatFormat;
    const at = parameters + (BITS.length + i) * 32;
    writeFloat(floats, integers, at / 4, format, 1, -format.max, format.max);
    return { name, run: (x, n) => floatErrors(x, n, 1, at, out, name === 'bf16' ? 0 : 1, 0) };
  });
  return [...integerPasses, ...floatPasses];
}

async function sweeps(values: Float32Array, file: string, reference: string): Promise<number> {
  const [x, parameters, out] = layOut([values.byteLength, 32 * 16, 48]);
  new Float32Array(kernels().memory.buffer, x, values.length).set(values);
  const all = passes(parameters, out);
  const c = existsSync(reference)
    ? (JSON.parse(execFileSync(reference, [file, `${CHANNELS}`, `${LENGTH}`], { encoding: 'utf8' })) as Record<string, number>)
    : null;
  if (!c) console.log('no C compiler was found: times without ratios');
  console.log('one scheme at a time, 100 MB from memory     G elements/s   throughput against C (bar 0.8)');
  for (const { name, run } of all) {
    const seconds = await best(7, () => {
      if (name.endsWith('channel')) for (let i = 0; i < CHANNELS; i++) run(x + i * LENGTH * 4, LENGTH);
      else run(x, ELEMENTS);
    });
    console.log(`  ${name.padEnd(42)} ${(ELEMENTS / seconds / 1e9).toFixed(2)}           ${c ? (c[name] / seconds).toFixed(2) : '–'}`);
  }
  const blocked = await best(5, () => {
    for (let i = 0; i < ELEMENTS; i += BLOCK) for (const { run } of all) run(x + i * 4, Math.min(BLOCK, ELEMENTS - i));
  });
  const inC = c ? all.reduce((sum, { name }) => sum + c[name], 0) : 0;
  console.log(
    `  all ${all.length}, block by block                        ${((ELEMENTS * all.length) / blocked / 1e9).toFixed(2)}           ${c ? (inC / blocked).toFixed(2) : '–'}`,
  );
  return blocked / all.length;
}

async function wholeAnalysis(values: Float32Array, file: string, plainPass: number): Promise<void> {
  const handle = await open(file);
  let kept = 0;
  const readAndSum = async (): Promise<void> => {
    const buffer = new Float32Array(ELEMENTS);
    await handle.read(new Uint8Array(buffer.buffer), 0, buffer.byteLength, 0);
    let sum = 0;
    for (let i = 0; i < buffer.length; i++) sum += buffer[i];
    kept += sum;
  };
  const time = (texts: readonly string[]): Promise<number> => best(3, () => analyzeTensor(tensor(values), texts.map(parseScheme)));
  const fromFile: TensorSource = {
    ...tensor(values),
    read: async (start, end, into = new Float32Array(end - start)) => {
      await handle.read(new Uint8Array(into.buffer, into.byteOffset, into.byteLength), 0, into.byteLength, start * 4);
      return into;
    },
  };
  // In turn, so that both have the same share of the machine's better and worse moments.
  const least = { base: Infinity, whole: Infinity, none: Infinity };
  for (let i = 0; i < 7; i++) {
    least.base = Math.min(least.base, await best(1, readAndSum));
    least.whole = Math.min(least.whole, await best(1, () => analyzeTensor(fromFile, DEFAULT.map(parseScheme))));
    least.none = Math.min(least.none, await best(1, () => analyzeTensor(fromFile, [])));
  }
  await handle.close();
  if (Number.isNaN(kept)) throw new Error('the weights are not numbers');
  console.log(
    `read, statistics, search, errors of ${DEFAULT.length} schemes / (read + sum):  ${(least.whole / least.base).toFixed(2)} (bar 3)`,
  );
  console.log(`read, statistics and histogram alone / (read + sum):              ${(least.none / least.base).toFixed(2)}`);
  for (const granularity of ['tensor', 'channel']) {
    for (const method of ['mse', 'percentile', 'kl', 'octav', 'aciq']) {
      if (granularity === 'channel' && method !== 'mse') continue;
      const search =
        (await time(BITS.map((b) => `int${b}/${granularity}/${method}`))) - (await time(BITS.map((b) => `int${b}/${granularity}/minmax`)));
      console.log(
        `${`${granularity}/${method} search, in plain passes a scheme:`.padEnd(66)}${(search / BITS.length / plainPass).toFixed(2)}${method === 'mse' ? ' (bar 3)' : ''}`,
      );
    }
  }
}

/** Formats whose cost is in the fitting: bars in elements per second and in milliseconds. */
async function fittedFormats(values: Float32Array): Promise<void> {
  const part = values.subarray(0, 1 << 22);
  const source = { ...tensor(part), shape: [part.length / 4096, 4096], elements: part.length };
  const seconds = (texts: readonly string[]): Promise<number> => best(5, () => analyzeTensor(source, texts.map(parseScheme)));
  const none = await seconds([]);
  for (const text of ['q4_k', 'q8_0', 'mxfp4', 'nf4', 'int4/block:32/minmax']) {
    const rate = part.length / ((await seconds([text])) - none) / 1e6;
    console.log(`${`${text}, M elements/s:`.padEnd(66)}${rate.toFixed(0)}${text === 'q4_k' ? ' (bar 50)' : ''}`);
  }
  const million = values.subarray(0, 1e6);
  const kmeans = await best(5, () => codec(parseFormat('codebook:16')).fit(million, { lo: -1, hi: 1 }));
  console.log(`${'codebook of 16 values for 1 M weights, ms:'.padEnd(66)}${(kmeans * 1000).toFixed(0)} (bar 300)`);
}

/** What a worker may be asked to do: analyze the shared tensor, or arithmetic that needs no memory, which shows what two threads are worth here. */
type Job = 'analyze' | 'count';

async function twoWorkers(shared: SharedArrayBuffer): Promise<void> {
  const start = (): Promise<Worker> =>
    new Promise((resolve) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: shared });
      worker.once('message', () => resolve(worker));
    });
  const work = (worker: Worker, jobs: readonly Job[]): Promise<void> =>
    new Promise((resolve) => {
      worker.once('message', () => resolve());
      worker.postMessage(jobs);
    });
  const workers = await Promise.all([start(), start()]);
  const gain = async (job: Job): Promise<number> => {
    const one = await best(5, () => work(workers[0], [job, job]));
    const two = await best(5, () => Promise.all(workers.map((w) => work(w, [job]))));
    return one / two;
  };
  const [analysis, arithmetic] = [await gain('analyze'), await gain('count')];
  await Promise.all(workers.map((w) => w.terminate()));
  console.log(`two workers on shared memory / one:                                ${analysis.toFixed(2)} (bar 1.8)`);
  console.log(`the same of arithmetic in registers, the most this machine has:    ${arithmetic.toFixed(2)}`);
}

function count(): number {
  let x = 1;
  for (let i = 0; i < 3e8; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return x;
}

if (isMainThread) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'weights.f32');
  const shared = new SharedArrayBuffer(ELEMENTS * 4);
  const values = new Float32Array(shared);
  weights(values);
  writeFileSync(file, new Uint8Array(shared));
  const plainPass = await sweeps(values, file, process.argv[2]);
  await wholeAnalysis(values, file, plainPass);
  await fittedFormats(values);
  await twoWorkers(shared);
  rmSync(folder, { recursive: true });
} else {
  const values = new Float32Array(workerData as SharedArrayBuffer);
  const run = (): Promise<unknown> => analyzeTensor(tensor(values), DEFAULT.map(parseScheme));
  parentPort!.on('message', (jobs: readonly Job[]) => {
    void (async () => {
      for (const job of jobs) {
        if (job === 'analyze') await run();
        else count();
      }
      parentPort!.postMessage('done');
    })();
  });
  await run();
  parentPort!.postMessage('ready');
}
