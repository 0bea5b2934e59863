import type { Layer, Tensor } from '../model/types.js';
import type { LayerReport } from '../report/types.js';
import { weightJob, type StartLanes } from './lanes.js';
import { parseSchemes } from './schemes.js';
import { analyzeWeight, blankLayer, type WeightLook, type WeightOptions } from './weights.js';

/** Elements of all weights below which threads take longer to start than they save. */
const WORTH_LANES = 2 ** 21;
/** Elements of a weight that goes to another thread whole; larger ones are read here, chunk by chunk. */
const HANDED = 2 ** 25;
/** Weights that wait at a lane or are looked at there: one is read while it looks at the other. */
const AHEAD = 2;

export interface WeightStage {
  /** Scheme strings. */
  readonly schemes: readonly string[];
  readonly targetSqnr: number;
  readonly options: WeightOptions;
  /** Starts threads beside this one. */
  readonly startLanes: StartLanes | undefined;
}

/**
 * Looks at the weights of all layers, here and in other threads. Each is told of once all before it are known, so that layers come in their order.
 * What comes out is the same however many threads there are. Rejects with the signal's reason when cancelled.
 * Throws SchemeError for a scheme that is none.
 * @param tell the looks there are so far, and the elements of all weights done; is awaited
 */
export async function lookAtWeights(
  layers: readonly Layer[],
  { schemes, targetSqnr, options, startLanes }: WeightStage,
  tell: (looks: readonly WeightLook[], done: number) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly WeightLook[]> {
  const first = firstUses(layers);
  const jobs = first.flatMap((at, i) => (at === i ? [i] : []));
  const found = new Map<number, WeightLook>();
  const looks: WeightLook[] = [];
  let taken = 0;
  let done = 0;

  const settle = async (i: number, look: WeightLook): Promise<void> => {
    found.set(i, look);
    done += layers[i].weight.elements;
    const before = looks.length;
    for (let at = before; at < layers.length; at++) {
      const known = found.get(first[at]);
      if (!known) break;
      const own = first[at] === at;
      if (!own) done += layers[at].weight.elements;
      looks.push(own ? known : sharedLook(layers[at], known));
    }
    if (looks.length > before) await tell(looks, done);
  };
  const parsed = parseSchemes(schemes);
  const here = (layer: Layer): Promise<WeightLook> => analyzeWeight(layer, parsed, targetSqnr, signal, options);
  const work = async (look: (layer: Layer) => Promise<WeightLook>): Promise<void> => {
    while (taken < jobs.length) {
      signal.throwIfAborted();
      const i = jobs[taken++];
      await settle(i, await look(layers[i]));
    }
  };

  const elements = jobs.reduce((sum, i) => sum + layers[i].weight.elements, 0);
  const lanes = jobs.length > 1 && elements >= WORTH_LANES ? startLanes?.() : undefined;
  const stop = (): void => lanes?.end();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const rest = { schemes, targetSqnr, options };
    const there = (lane: number) => async (layer: Layer) => {
      if (layer.weight.elements > HANDED) return here(layer);
      try {
        return await lanes!.look(lane, await weightJob(layer, rest));
      } catch {
        // What is wrong with the weight is found here again and told; when it was the thread, this one does its work.
        signal.throwIfAborted();
        return here(layer);
      }
    };
    const helped = Array.from({ length: AHEAD * (lanes?.count ?? 0) }, (_, k) => work(there(Math.floor(k / AHEAD))));
    await Promise.all([...helped, work(here)]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    taken = jobs.length;
  }
  return looks;
}

/** For each layer the first one that uses the same weight in the same way. */
function firstUses(layers: readonly Layer[]): readonly number[] {
  const seen = new Map<Tensor, { readonly axis: number | null; readonly index: number }>();
  return layers.map(({ weight, channelAxis: axis }, index) => {
    const twin = seen.get(weight);
    if (twin?.axis === axis) return twin.index;
    seen.set(weight, { axis, index });
    return index;
  });
}

/** Operators that share a weight share its figures: their name, node and MACs are their own. */
function sharedLook(layer: Layer, { report, picture }: WeightLook): WeightLook {
  const { weightStats, channelStats, errors, findings, advice, problem } = report;
  const own: LayerReport = {
    ...blankLayer(layer),
    weightStats,
    errors,
    advice,
    ...(findings ? { findings } : {}),
    ...(channelStats ? { channelStats } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
  return { report: own, picture };
}
