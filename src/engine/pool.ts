import type { BackendChoice } from './backend/types.js';
import { countNonFinite, type InputSet } from './inputs/index.js';
import type { SampleRange } from './inputs/types.js';
import type { EngineProcess } from './process/engineProcess.js';
import type { ModelPlace, Started } from './process/protocol.js';

/** Engines that hold the same model and inputs, so that any of them answers any question alike. */
export interface EnginePool {
  readonly started: Started;
  /** Inputs with values that are not finite, and how many. */
  readonly nonFinite: ReadonlyMap<string, number>;
  /** Asks about every item, as many at once as there are engines; items are begun in their order. Rejects with the first failure. */
  each<T, R>(
    items: readonly T[],
    ask: (engine: EngineProcess, item: T) => Promise<R>,
    onAnswer: (item: T, answer: R) => void,
  ): Promise<void>;
  /** Ends all processes at once, whatever they do. */
  close(): void;
}

export interface PoolOptions {
  readonly start: () => EngineProcess;
  readonly processes: number;
  readonly model: ModelPlace;
  /** Build of ONNX Runtime; any that loads when left out. */
  readonly backend?: BackendChoice;
  readonly inputs: InputSet;
  readonly runs: readonly SampleRange[];
  readonly labels: Int32Array | null;
  /** Bytes that one process keeps at the cuts. */
  readonly budget: number;
  readonly signal: AbortSignal;
  readonly onProgress: (stage: 'load' | 'float', done: number, total: number) => void;
}

/**
 * Starts engines and runs the float model in each of them. Aborting the signal kills the processes, at any time.
 * @throws what reading the inputs throws, RemoteError when the model does not run, EngineGoneError when a process died.
 */
export async function startPool(options: PoolOptions): Promise<EnginePool> {
  const { processes, model, backend = 'auto', inputs, runs, labels, budget, signal, onProgress } = options;
  signal.throwIfAborted();
  const engines = Array.from({ length: processes }, options.start);
  const close = (): void => {
    signal.removeEventListener('abort', close);
    for (const engine of engines) engine.kill();
  };
  signal.addEventListener('abort', close, { once: true });
  const all = <T>(ask: (engine: EngineProcess, index: number) => Promise<T>): Promise<T[]> => Promise.all(engines.map(ask));
  try {
    await all((engine) => engine.call('open', { model, backend }));
    const nonFinite = new Map<string, number>();
    for (const [done, { start, end }] of runs.entries()) {
      onProgress('load', done, runs.length);
      const values = await inputs.read(start, end);
      for (const [name, tensor] of Object.entries(values)) {
        const { nan, infinite } = countNonFinite(tensor);
        if (nan + infinite > 0) nonFinite.set(name, (nonFinite.get(name) ?? 0) + nan + infinite);
      }
      await all((engine) => engine.call('feed', { inputs: values, samples: end - start }));
    }
    const probe = await inputs.read(0, inputs.batch ?? 1);
    const [started] = await all((engine, index) =>
      engine.call(
        'start',
        { probe, labels, budget },
        index > 0 ? {} : { onProgress: ({ done, total }) => onProgress('float', done, total) },
      ),
    );
    return { started, nonFinite, close, each: (items, ask, onAnswer) => shareOut(engines, items, ask, onAnswer) };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  }
}

async function shareOut<T, R>(
  engines: readonly EngineProcess[],
  items: readonly T[],
  ask: (engine: EngineProcess, item: T) => Promise<R>,
  onAnswer: (item: T, answer: R) => void,
): Promise<void> {
  let next = 0;
  await Promise.all(
    engines.map(async (engine) => {
      while (next < items.length) {
        const item = items[next++];
        onAnswer(item, await ask(engine, item));
      }
    }),
  );
}
