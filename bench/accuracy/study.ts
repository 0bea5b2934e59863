import path from 'node:path';
import { calibrated } from '../../src/analysis/sensitivity/record.js';
import { preferredBatch, startEngine, startPool, type LayerFacts, type Quantized } from '../../src/engine/index.js';
import { openInputs, planRuns, readLabels } from '../../src/engine/inputs/index.js';
import { fileSource, folderSiblings } from '../../src/model/fileSource.js';
import { openModel } from '../../src/model/open.js';
import type { Model } from '../../src/model/types.js';
import type { Sample } from './samples.js';

/** What of a whole model is quantized; null stays in float. */
export interface Plan {
  readonly weight: string | null;
  readonly activation: string | null;
  /** Other schemes for single layers. */
  readonly but?: ReadonlyMap<number, { readonly weight: string | null; readonly activation: string | null }>;
}

/** How a quantized model does on the labelled samples. */
export interface Score {
  readonly samples: number;
  readonly correct: number;
  /** Of those the float model is right about, and of those it is wrong about. */
  readonly lost: number;
  readonly gained: number;
  readonly outputSqnrDb: number | null;
}

/** A sample model, ready to be quantized in any way. */
export interface Study {
  readonly sample: Sample;
  readonly model: Model;
  readonly float: Score;
  /** Scores in the order of the plans; a plan that was tried before is not tried again. */
  score(plans: readonly Plan[]): Promise<readonly Score[]>;
  close(): Promise<void>;
}

const BUDGET = 2 ** 28;
const PROCESSES = 2;

const keyOf = ({ weight, activation, but }: Plan): string => JSON.stringify([weight, activation, [...(but ?? [])]]);

/** @param activationSchemes all that plans may name: their ranges are calibrated on the same samples */
export async function openStudy(sample: Sample, engineScript: string, activationSchemes: readonly string[]): Promise<Study> {
  const source = await fileSource(sample.model);
  const siblings = folderSiblings(path.dirname(sample.model));
  const model = await openModel(source, siblings);
  const inputs = await openInputs(sample.inputs, model.inputs);
  const labels = await readLabels(sample.labels, inputs.samples, inputs.sampleNames);
  const pool = await startPool({
    start: () => startEngine(engineScript),
    processes: PROCESSES,
    model: { path: sample.model },
    inputs,
    runs: planRuns(inputs, await preferredBatch(inputs)),
    labels,
    budget: BUDGET,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const { started } = pool;
  const facts = new Map<number, LayerFacts>();
  await pool.each(
    Array.from({ length: started.stretches }, (_, stretch) => stretch),
    (engine, stretch) => engine.call('observe', { stretch, weightSchemes: [], activationSchemes }),
    (_, found) => found.forEach((of) => facts.set(of.layer, of)),
  );

  const quantized = ({ but, ...all }: Plan): readonly Quantized[] =>
    started.layers.flatMap((place, layer): Quantized[] => {
      if (!place.weight) return [];
      const schemes = but?.get(layer) ?? all;
      const activation = schemes.activation === null ? null : calibrated({ facts }, layer, schemes.activation);
      return schemes.weight === null && activation === null ? [] : [{ layer, weight: schemes.weight, activation }];
    });

  const { correct, samples } = started.accuracy!;
  const scores = new Map<string, Score>();
  return {
    sample,
    model,
    float: { samples, correct, lost: 0, gained: 0, outputSqnrDb: null },
    async score(plans) {
      const open = new Map(plans.filter((plan) => !scores.has(keyOf(plan))).map((plan) => [keyOf(plan), plan]));
      await pool.each(
        [...open],
        (engine, [, plan]) => engine.call('plan', { quantized: quantized(plan) }),
        ([key], { difference: { outputs, classes } }) => {
          const { changed, lost, gained } = classes!.correct!;
          scores.set(key, { samples: classes!.samples, correct: changed, lost, gained, outputSqnrDb: outputs[0].sqnrDb });
        },
      );
      return plans.map((plan) => scores.get(keyOf(plan))!);
    },
    async close() {
      pool.close();
      await Promise.all([inputs.close(), source.close(), siblings.close()]);
    },
  };
}
