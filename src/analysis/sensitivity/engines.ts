import { isDeepStrictEqual } from 'node:util';
import { startPool, type EngineMethods, type EnginePool, type PoolOptions, type Quantized, type Started } from '../../engine/index.js';
import { questionKey, type AnswerCache } from '../cache/answers.js';

/** What running the float model tells. */
export interface FloatRun {
  readonly started: Started;
  /** Inputs with values that are not finite, and how many. */
  readonly nonFinite: readonly (readonly [string, number])[];
  /** Samples that are run. */
  readonly samples: number;
}

/** Told with every answer: seconds it took, null when it was known already. */
type OnAnswer<T, R> = (item: T, answer: R, seconds: number | null) => void;

/** Engines that are started when there is something to ask that was not answered before. */
export interface Engines {
  /** Engines that work at once. */
  readonly processes: number;
  /** Runs the model in float, unless that is known. Rejects with a StaleAnswersError when what is known is not true any more. */
  float(): Promise<FloatRun>;
  each<T, K extends 'observe' | 'effect' | 'plan' | 'trials' | 'pairs' | 'joins'>(
    method: K,
    items: readonly T[],
    params: (item: T) => EngineMethods[K]['params'],
    onAnswer: OnAnswer<T, EngineMethods[K]['result']>,
    onFailure?: (item: T, error: Error) => void,
  ): Promise<void>;
  /** Everything of `quantized` but one layer, for each of `layers`. */
  leaveOneOut(
    quantized: readonly Quantized[],
    layers: readonly number[],
    budget: number,
    onAnswer: OnAnswer<number, EngineMethods['leaveOneOut']['progress']['difference']>,
  ): Promise<void>;
  /** What went wrong and was made good by now, one line each. */
  troubles(): readonly string[];
  /** Ends them, whatever they do. */
  close(): void;
}

/** Engines say something else about the float model than they did before: nothing remembered may be mixed with what they say now. */
export class StaleAnswersError extends Error {
  override readonly name = 'StaleAnswersError';
}

export function lazyEngines(options: PoolOptions, cache: AnswerCache): Engines {
  const floatKey = questionKey('float', null);
  let pool: EnginePool | undefined;
  let float = cache.get(floatKey) as FloatRun | undefined;

  const start = async (): Promise<EnginePool> => {
    if (pool) return pool;
    pool = await startPool(options);
    const fresh: FloatRun = { started: pool.started, nonFinite: [...pool.nonFinite], samples: pool.samples };
    if (float && !isDeepStrictEqual(float, fresh)) throw new StaleAnswersError('the engines differ from those asked before');
    if (!float) cache.put(floatKey, fresh);
    float = fresh;
    return pool;
  };

  const timed = async <R>(ask: () => Promise<R>): Promise<{ readonly answer: R; readonly seconds: number }> => {
    const from = performance.now();
    const answer = await ask();
    return { answer, seconds: (performance.now() - from) / 1000 };
  };

  return {
    processes: options.processes,
    async float() {
      if (!float) await start();
      return float!;
    },
    async each(method, items, params, onAnswer, onFailure) {
      type Result = EngineMethods[typeof method]['result'];
      const open = items.flatMap((item) => {
        const asked = params(item);
        const key = questionKey(method, asked);
        const known = cache.get(key) as Result | undefined;
        if (known === undefined) return [{ item, asked, key }];
        onAnswer(item, known, null);
        return [];
      });
      if (open.length === 0) return;
      const engines = await start();
      await engines.each(
        open,
        (engine, { asked }) => timed(() => engine.call(method, asked)),
        ({ item, key }, { answer, seconds }) => {
          cache.put(key, answer);
          onAnswer(item, answer, seconds);
        },
        onFailure && (({ item }, error) => onFailure(item, error)),
      );
    },
    async leaveOneOut(quantized, layers, budget, onAnswer) {
      type Result = EngineMethods['leaveOneOut']['progress']['difference'];
      const key = (layer: number): string => questionKey('leaveOneOut', { quantized, layer });
      const open = layers.filter((layer) => {
        const known = cache.get(key(layer)) as Result | undefined;
        if (known !== undefined) onAnswer(layer, known, null);
        return known === undefined;
      });
      if (open.length === 0) return;
      const engines = await start();
      const answered = new Set<number>();
      // Layers are dealt out in turn, because what is early in the graph takes longest.
      const shares = Array.from({ length: Math.min(options.processes, open.length) }, (_, at) =>
        open.filter((_, i) => i % options.processes === at),
      );
      await engines.each(
        shares,
        async (engine, share) => {
          let from = performance.now();
          await engine.call(
            'leaveOneOut',
            // Asked again after an engine died, those that it answered are known.
            { quantized, layers: share.filter((layer) => !answered.has(layer)), budget },
            {
              onProgress({ layer, difference }) {
                answered.add(layer);
                cache.put(key(layer), difference);
                onAnswer(layer, difference, (performance.now() - from) / 1000);
                from = performance.now();
              },
            },
          );
        },
        () => undefined,
      );
    },
    troubles: () => pool?.troubles ?? [],
    close: () => pool?.close(),
  };
}
