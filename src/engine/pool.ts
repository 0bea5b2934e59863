import type { BackendChoice } from './backend/types.js';
import { countNonFinite, type InputSet } from './inputs/index.js';
import type { InputTensors, SampleRange } from './inputs/types.js';
import { EngineGoneError, type EngineProcess } from './process/engineProcess.js';
import type { ModelPlace, Started } from './process/protocol.js';

/** Engines that hold the same model and inputs, so that any of them answers any question alike. */
export interface EnginePool {
  readonly started: Started;
  /** Samples that are run: all, or as many of the first as the memory budget holds. */
  readonly samples: number;
  /** Inputs with values that are not finite, and how many. */
  readonly nonFinite: ReadonlyMap<string, number>;
  /** What went wrong and was made good by now, one line each. */
  readonly troubles: readonly string[];
  /**
   * Asks about every item, as many at once as there are engines; items are begun in their order. An engine that dies is replaced, and its item
   * asked again. An item that the model does not run with, or that engines die of, goes to `onFailure`, and the others go on; without one, the
   * first failure rejects.
   */
  each<T, R>(
    items: readonly T[],
    ask: (engine: EngineProcess, item: T) => Promise<R>,
    onAnswer: (item: T, answer: R) => void,
    onFailure?: (item: T, error: Error) => void,
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
  /** The output that tells classes, `auto` to find it by its shape, or `none`; `auto` when left out. */
  readonly classes?: string;
  /** Bytes that one process keeps of inputs and of values at the cuts. */
  readonly budget: number;
  readonly signal: AbortSignal;
  readonly onProgress: (stage: 'load' | 'float', done: number, total: number) => void;
}

/** An item that this many engines died of is not asked again. */
const MOST_TRIES = 2;
/** So many deaths without an answer in between are not the items' fault. */
const MOST_DEATHS = 5;

/**
 * Starts engines and runs the float model in each of them. Aborting the signal kills the processes, at any time. When memory does not suffice for as
 * many as asked for, there are fewer.
 * @throws what reading the inputs throws, RemoteError when the model does not run, EngineGoneError when processes die again and again.
 */
export async function startPool(options: PoolOptions): Promise<EnginePool> {
  const { signal, inputs, runs, budget, onProgress } = options;
  signal.throwIfAborted();
  const troubles: string[] = [];
  const engines = new Set<EngineProcess>();
  let closed = false;
  const close = (): void => {
    closed = true;
    signal.removeEventListener('abort', close);
    for (const engine of engines) engine.kill();
    engines.clear();
  };
  signal.addEventListener('abort', close, { once: true });

  const open = async (): Promise<EngineProcess> => {
    if (closed) throw new EngineGoneError('the run has ended');
    const engine = options.start();
    engines.add(engine);
    await engine.call('open', { model: options.model, backend: options.backend ?? 'auto' });
    return engine;
  };
  const feed = (engine: EngineProcess, values: InputTensors, { start, end }: SampleRange): Promise<null> =>
    engine.call('feed', { inputs: values, samples: end - start });
  const begin = async (engine: EngineProcess, told: boolean): Promise<Started> =>
    engine.call(
      'start',
      {
        probe: await inputs.read(0, inputs.batch ?? 1),
        labels: options.labels,
        classes: options.classes ?? 'auto',
        budget: budget - fed.bytes,
      },
      told ? { onProgress: ({ done, total }) => onProgress('float', done, total) } : {},
    );
  const fed = { runs: [] as SampleRange[], bytes: 0 };

  /** An engine in the place of one that is gone. */
  const another = async (): Promise<EngineProcess> => {
    signal.throwIfAborted();
    const engine = await open();
    for (const run of fed.runs) await feed(engine, await inputs.read(run.start, run.end), run);
    await begin(engine, false);
    return engine;
  };
  const lost = (engine: EngineProcess): void => {
    engine.kill();
    engines.delete(engine);
  };

  try {
    const first = await Promise.all(Array.from({ length: options.processes }, open));
    const nonFinite = new Map<string, number>();
    for (const [done, run] of runs.entries()) {
      onProgress('load', done, runs.length);
      const values = await inputs.read(run.start, run.end);
      const bytes = Object.values(values).reduce((sum, { data }) => sum + data.byteLength, 0);
      if (done > 0 && fed.bytes + bytes > budget / 2) {
        troubles.push(`the first ${run.start} of ${inputs.samples} samples are run: the inputs of more do not fit into the memory budget`);
        break;
      }
      for (const [name, tensor] of Object.entries(values)) {
        const { nan, infinite } = countNonFinite(tensor);
        if (nan + infinite > 0) nonFinite.set(name, (nonFinite.get(name) ?? 0) + nan + infinite);
      }
      await Promise.all(first.map((engine) => feed(engine, values, run)));
      fed.runs.push(run);
      fed.bytes += bytes;
    }
    const beginnings = await Promise.allSettled(first.map((engine, index) => begin(engine, index === 0)));
    signal.throwIfAborted();
    const failure = beginnings.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    const ready = first.filter((_, i) => beginnings[i].status === 'fulfilled');
    if (failure && !(isGone(failure.reason) && ready.length > 0)) throw failure.reason as Error;
    first.filter((engine) => !ready.includes(engine)).forEach(lost);
    if (failure) troubles.push(`run in ${ready.length} of ${first.length} processes: ${(failure.reason as Error).message}`);
    const { value: started } = beginnings.find(({ status }) => status === 'fulfilled') as PromiseFulfilledResult<Started>;
    const seats = new Set(ready.map((engine): Seat => ({ engine })));
    const replace = async (engine: EngineProcess, error: Error): Promise<EngineProcess | null> => {
      lost(engine);
      try {
        const next = await another();
        troubles.push(`a process was started anew: ${error.message}`);
        return next;
      } catch (again) {
        if (!isGone(again) || seats.size === 1) throw again;
        troubles.push(`a process was given up: ${error.message}`);
        return null;
      }
    };
    return {
      started,
      samples: fed.runs.reduce((sum, { start, end }) => sum + end - start, 0),
      nonFinite,
      troubles,
      close,
      each: (items, ask, onAnswer, onFailure) => shareOut(seats, items, { ask, onAnswer, onFailure, replace, signal }),
    };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  }
}

interface Seat {
  engine: EngineProcess;
}

interface Handling<T, R> {
  readonly ask: (engine: EngineProcess, item: T) => Promise<R>;
  readonly onAnswer: (item: T, answer: R) => void;
  readonly onFailure: ((item: T, error: Error) => void) | undefined;
  /** The engine in the place of one that is gone; null when it is to be done with those that are left. Rejects when there are none. */
  readonly replace: (engine: EngineProcess, error: Error) => Promise<EngineProcess | null>;
  readonly signal: AbortSignal;
}

async function shareOut<T, R>(seats: Set<Seat>, items: readonly T[], handling: Handling<T, R>): Promise<void> {
  const { ask, onAnswer, onFailure, replace, signal } = handling;
  const queue = items.map((item) => ({ item, tries: 0 }));
  let deaths = 0;
  const work = async (seat: Seat, asked: (typeof queue)[number]): Promise<void> => {
    let answer: R;
    try {
      answer = await ask(seat.engine, asked.item);
    } catch (error) {
      signal.throwIfAborted();
      const gone = isGone(error);
      if (gone) {
        if (++deaths > MOST_DEATHS) throw error;
        const replaced = await replace(seat.engine, error);
        if (replaced) seat.engine = replaced;
        else seats.delete(seat);
        if (++asked.tries < MOST_TRIES) {
          queue.unshift(asked);
          return;
        }
      }
      if (!onFailure || !(gone || (error instanceof Error && error.name === 'RunError'))) throw error;
      onFailure(asked.item, error);
      return;
    }
    deaths = 0;
    onAnswer(asked.item, answer);
  };
  // What comes back from a seat that is no more is taken by those that are left, which may have run out of work meanwhile.
  while (queue.length > 0) {
    await Promise.all(
      [...seats].map(async (seat) => {
        for (let next = queue.shift(); next; next = seats.has(seat) ? queue.shift() : undefined) await work(seat, next);
      }),
    );
  }
}

const isGone = (error: unknown): error is EngineGoneError => error instanceof EngineGoneError;
