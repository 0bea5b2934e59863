import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { lazyEngines } from '../../src/analysis/sensitivity/engines.js';
import { noCache } from '../../src/analysis/cache/answers.js';
import { startEngine } from '../../src/engine/index.js';
import type { Subject } from './subject.js';

/** By the clock, in units of plain runs of the model with as many threads; the effect per layer. */
export interface AllCores {
  readonly processes: number;
  readonly effect: number;
}

const SCHEME = 'int4/channel/minmax';

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** As the product runs it: an engine of one thread for each core. The best of several rounds, because other programs take part. */
export async function allCores({ bytes, inputs, ranges, runs }: Subject, rounds: number): Promise<AllCores> {
  const processes = availableParallelism();
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: processes });
  const feeds = runs.map((run) =>
    Object.fromEntries(
      [...run].map(([name, { dataType, shape, data }]) => [name, new Tensor(dataType as 'float32', data as never, shape)]),
    ),
  );
  const plain = async (): Promise<void> => {
    for (const feed of feeds) await session.run(feed);
  };
  const abort = new AbortController();
  const engines = lazyEngines(
    {
      start: () => startEngine(fileURLToPath(import.meta.url)),
      processes,
      model: { bytes },
      inputs,
      runs: ranges,
      labels: null,
      classes: 'auto',
      budget: 2 ** 28,
      signal: abort.signal,
      onProgress: () => undefined,
    },
    noCache,
  );
  try {
    const { started } = await engines.float();
    const layers = started.layers.flatMap(({ weight }, layer) => (weight ? [layer] : []));
    const effects = (): Promise<void> =>
      engines.each(
        'effect',
        layers,
        (layer) => ({ layer, weight: SCHEME, activation: null }),
        () => undefined,
      );
    await plain();
    let [best, reference] = [Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      reference = Math.min(reference, await timed(plain));
      best = Math.min(best, await timed(effects));
      reference = Math.min(reference, await timed(plain));
    }
    return { processes, effect: best / reference / layers.length };
  } finally {
    engines.close();
    await session.release();
  }
}
