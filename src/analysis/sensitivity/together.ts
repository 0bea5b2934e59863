import { parseScheme } from '../../core/formats/index.js';
import type { Quantized } from '../../engine/index.js';
import type { TogetherSchemes } from '../../report/runSettings.js';
import { classFigures, worstOf } from './differences.js';
import { stageProgress } from './progress.js';
import { calibrated } from './record.js';
import type { StageContext } from './stages.js';

/**
 * All layers quantized at once: the effect at the outputs, the error as it accumulates down the graph, and what the outputs would be with one layer
 * left in float.
 * @param budget bytes that one process keeps at the cuts
 */
export async function quantizeTogether(
  { pool, record, emit, tell }: StageContext,
  schemes: TogetherSchemes,
  budget: number,
): Promise<void> {
  const weight = parseScheme(schemes.weight).text;
  const activation = schemes.activation === null ? null : parseScheme(schemes.activation).text;
  const quantized = record.started!.layers.flatMap((place, layer): Quantized[] =>
    place.weight ? [{ layer, weight, activation: activation === null ? null : calibrated(record, layer, activation) }] : [],
  );
  if (quantized.length === 0) return;
  const done = stageProgress('together', [1, 1], emit);
  await pool.each(
    [0],
    (engine) => engine.call('plan', { quantized }),
    (_, { difference, accumulated }) => {
      const { kl, top1Agreement, accuracyDrop } = classFigures(difference);
      const outputSqnrDb = worstOf(difference);
      record.together = { scheme: weight, activationScheme: activation, outputSqnrDb, kl, top1Agreement, accuracyDrop };
      for (const { layer, sqnrDb } of accumulated) record.layerTogether.set(layer, { accumulatedSqnrDb: sqnrDb });
    },
  );
  done(0);
  const layers = quantized.map(({ layer }) => layer);
  const groups = [0, 1].map((half) => layers.filter((_, i) => i % 2 === half)).filter((group) => group.length > 0);
  await pool.each(
    groups,
    (engine, group) => engine.call('leaveOneOut', { quantized, layers: group, budget }),
    (_, found) => {
      for (const { layer, difference } of found) {
        const accumulatedSqnrDb = record.layerTogether.get(layer)?.accumulatedSqnrDb ?? null;
        record.layerTogether.set(layer, { accumulatedSqnrDb, withoutSqnrDb: worstOf(difference) });
      }
    },
  );
  done(1);
  for (const layer of layers) tell(layer);
}
