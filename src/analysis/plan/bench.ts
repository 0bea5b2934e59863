import { availableParallelism } from 'node:os';
import { preferredBatch, startPool, type Difference, type EnginePool, type Quantized } from '../../engine/index.js';
import { planRuns, readLabels, type InputSet } from '../../engine/inputs/index.js';
import type { Model } from '../../model/types.js';
import type { Measured, OutputFigures } from '../../report/plan.js';
import { openSet, type RunOptions } from '../run.js';
import { classFigures, worstOf } from '../sensitivity/differences.js';
import type { Assigned, Subject } from './subject.js';

/** What an assignment did. */
export interface Trial {
  readonly figures: OutputFigures;
  readonly worst: Measured['worst'];
}

/** Runs the model as assignments have it: weights and values quantized and back, the rest in float. */
export interface PlanBench {
  /** Whether the outputs tell classes, and labels which of them are right. */
  readonly judgesAccuracy: boolean;
  /** In the order of the assignments, several at once where there are cores for it. */
  run(assignments: readonly Assigned[]): Promise<Trial[]>;
  /** Effects of single layers. */
  effects(layers: readonly Quantized[]): Promise<OutputFigures[]>;
  /** What the outputs would be with one of the layers back in float, by layer. */
  without(assigned: Assigned, layers: readonly number[]): Promise<ReadonlyMap<number, OutputFigures>>;
}

const MOST_PROCESSES = 2;

/**
 * Starts engines for `use` and ends them behind it.
 *
 * @param emit is told of every assignment that was run
 * @throws what starting engines throws; the signal's reason when cancelled
 */
export async function withBench<T>(
  model: Model,
  subject: Subject,
  { settings, place, startEngine, processes = availableParallelism() }: RunOptions,
  emit: (done: number, total: number) => void,
  signal: AbortSignal,
  use: (bench: PlanBench, inputs: Pick<InputSet, 'evidence' | 'samples'>) => Promise<T>,
): Promise<T> {
  const inputs = await openSet(model, settings);
  let pool: EnginePool | undefined;
  // What one process keeps must not depend on how many there are, or the figures would in their last digits.
  const budget = settings.memoryBudget / 4;
  try {
    const batch = await preferredBatch(inputs);
    pool = await startPool({
      start: startEngine,
      processes: Math.max(1, Math.min(processes, MOST_PROCESSES)),
      model: place,
      backend: settings.backend,
      inputs,
      runs: planRuns(inputs, batch),
      labels: settings.labels === null ? null : await readLabels(settings.labels, inputs.samples, inputs.sampleNames),
      classes: settings.classes,
      budget,
      signal,
      onProgress: () => undefined,
    });
    return await use(benchOf(pool, subject, budget, emit), inputs);
  } finally {
    pool?.close();
    await inputs.close();
  }
}

function benchOf(pool: EnginePool, subject: Subject, budget: number, emit: (done: number, total: number) => void): PlanBench {
  let done = 0;
  let total = 0;
  return {
    judgesAccuracy: pool.started.accuracy !== null,
    async run(assignments) {
      const trials: Trial[] = [];
      total += assignments.length;
      await pool.each(
        assignments.map((assigned, i) => ({ quantized: quantizedOf(subject, assigned), transforms: assigned.transforms ?? [], i })),
        (engine, { quantized, transforms }) => engine.call('plan', { quantized, transforms }),
        ({ i }, { difference, accumulated }) => {
          const known = accumulated.flatMap(({ layer, sqnrDb }) => (sqnrDb === null ? [] : [{ layer, sqnrDb }]));
          const worst = known.length === 0 ? null : known.reduce((a, b) => (b.sqnrDb < a.sqnrDb ? b : a));
          trials[i] = {
            figures: figuresOf(difference),
            worst: worst && { layer: subject.layers[worst.layer].name, accumulatedSqnrDb: worst.sqnrDb },
          };
          emit(++done, total);
        },
      );
      return trials;
    },
    async effects(layers) {
      const found: OutputFigures[] = [];
      await pool.each(
        layers.map((quantized, i) => ({ quantized, i })),
        (engine, { quantized }) => engine.call('effect', quantized),
        ({ i }, difference) => (found[i] = figuresOf(difference)),
      );
      return found;
    },
    async without(assigned, layers) {
      const found = new Map<number, OutputFigures>();
      const quantized = quantizedOf(subject, assigned);
      await pool.each(
        [layers],
        (engine, some) =>
          engine.call(
            'leaveOneOut',
            { quantized, layers: some, budget },
            { onProgress: ({ layer, difference }) => found.set(layer, figuresOf(difference)) },
          ),
        () => undefined,
      );
      return found;
    },
  };
}

function figuresOf(difference: Difference): OutputFigures {
  const { kl, top1Agreement, accuracyDrop, accuracyInterval } = classFigures(difference);
  const { classes } = difference;
  const accuracy = classes?.correct ? classes.correct.changed / classes.samples : null;
  return { outputSqnrDb: worstOf(difference), kl, top1Agreement, accuracy, accuracyInterval, accuracyDrop };
}

/** What an engine is to quantize; layers that stay as they are are left out. */
function quantizedOf({ layers }: Subject, { weights, activations }: Assigned): Quantized[] {
  return layers.flatMap(({ site }, layer): Quantized[] => {
    const weight = weights[layer].scheme;
    const activation = site === null ? null : quantizedActivation(activations[site]);
    return weight === null && activation === null ? [] : [{ layer, weight, activation }];
  });
}

export const quantizedActivation = ({ scheme, clip }: Assigned['activations'][number]): Quantized['activation'] =>
  scheme === null || clip === null ? null : { scheme, clip };
