import type { Quantized } from '../../engine/index.js';
import type { TogetherSchemes } from '../../report/runSettings.js';
import { classFigures, worstOf } from './differences.js';
import { calibrated } from './record.js';
import { passesFrom, type StageContext } from './stages.js';

/**
 * All layers quantized at once: the effect at the outputs, the error as it accumulates down the graph, and what the outputs would be with one layer
 * left in float.
 * @param schemes in their canonical spelling; the activations' ranges are calibrated
 * @param budget bytes that one process keeps at the cuts
 */
export async function quantizeTogether(
  { engines, record, progress, tell }: StageContext,
  { weight, activation }: TogetherSchemes,
  budget: number,
): Promise<void> {
  const quantized = record.started!.layers.flatMap((place, layer): Quantized[] =>
    place.weight ? [{ layer, weight, activation: activation === null ? null : calibrated(record, layer, activation) }] : [],
  );
  if (quantized.length === 0) return;
  const layers = quantized.map(({ layer }) => layer);
  // The float and the changed model are run beside each other, then the changed one once more by each engine, then what is behind each layer.
  progress.begin('together', [2 + engines.processes, ...layers.map((layer) => passesFrom(record, layer))], engines.processes);
  await engines.each(
    'plan',
    [quantized],
    (quantized) => ({ quantized }),
    (_, { difference, accumulated }, seconds) => {
      const { kl, top1Agreement, accuracyDrop } = classFigures(difference);
      const outputSqnrDb = worstOf(difference);
      record.together = { scheme: weight, activationScheme: activation, outputSqnrDb, kl, top1Agreement, accuracyDrop };
      for (const { layer, sqnrDb } of accumulated) record.layerTogether.set(layer, { accumulatedSqnrDb: sqnrDb });
      progress.done('together', 0, seconds);
    },
  );
  await engines.leaveOneOut(quantized, layers, budget, (layer, difference, seconds) => {
    record.layerTogether.set(layer, { ...record.layerTogether.get(layer), withoutSqnrDb: worstOf(difference) });
    tell(layer);
    progress.done('together', 1 + layers.indexOf(layer), seconds);
  });
}
