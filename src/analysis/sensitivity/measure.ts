import { availableParallelism } from 'node:os';
import { EngineGoneError, preferredBatch, startPool, wilson, type EnginePool, type ModelPlace } from '../../engine/index.js';
import { planRuns, type InputSet } from '../../engine/inputs/index.js';
import type { Model } from '../../model/types.js';
import type { RunReport } from '../../report/types.js';
import { predictionError } from './deviation.js';
import { figuresOf } from './figures.js';
import { newRecord, type RunRecord } from './record.js';
import { usableSchemes } from './schemes.js';
import { measureEffects, observe, type StageContext } from './stages.js';
import { quantizeTogether } from './together.js';
import type { SensitivityOptions, SensitivityResult, SensitivityUpdate } from './types.js';

const MOST_PROCESSES = 4;
const BUDGET = 2 ** 30;

/**
 * Runs the model on inputs and measures what quantizing each layer does to its outputs. Layers come in the order of most likely trouble.
 *
 * When the model does not run, or an engine dies, the result has what was found until then and `run.problem` says why, in one line.
 * @throws InputError when the inputs are not what the model takes, SchemeError for a scheme that is none, the signal's reason when cancelled.
 */
export async function measureSensitivity(
  model: Model,
  place: ModelPlace,
  inputs: InputSet,
  options: SensitivityOptions,
  emit: (update: SensitivityUpdate) => void,
  signal: AbortSignal,
): Promise<SensitivityResult> {
  const { schemes, left } = usableSchemes(options.weightSchemes, options.activationSchemes);
  const record = newRecord(schemes, options.targets);
  const notes = [...inputs.notes, ...(left.length > 0 ? [`not measured on activations: ${left.join(', ')}`] : [])];
  const batch = await preferredBatch(inputs);
  // What one process keeps must not depend on how many there are, or the figures would in their last digits.
  const budget = (options.memoryBudget ?? BUDGET) / MOST_PROCESSES;
  const tell = (layer: number): void => {
    signal.throwIfAborted();
    emit({ kind: 'figures', layer, figures: figuresOf(record, layer, model.layers[layer]) });
  };
  let pool: EnginePool | undefined;
  let problem: string | undefined;
  try {
    pool = await startPool({
      start: options.startEngine,
      processes: Math.max(1, Math.min(options.processes ?? availableParallelism(), MOST_PROCESSES, model.layers.length)),
      model: place,
      backend: options.backend ?? 'auto',
      inputs,
      runs: planRuns(inputs, batch),
      labels: options.labels ?? null,
      budget,
      signal,
      onProgress: (stage, done, total) => emit({ kind: 'progress', stage, done, total, remainingSeconds: null }),
    });
    record.started = pool.started;
    notes.push(...startNotes(pool));
    const context: StageContext = { pool, record, emit, tell };
    await observe(context);
    await measureEffects(context, options.exhaustive === true);
    if (options.together) await quantizeTogether(context, options.together, budget);
  } catch (error) {
    signal.throwIfAborted();
    if (!isEngineTrouble(error)) throw error;
    problem = error.message;
  } finally {
    pool?.close();
  }
  return {
    run: runReport(record, inputs, batch, notes, problem),
    layers: model.layers.map((layer, i) => figuresOf(record, i, layer)),
  };
}

/** Trouble that leaves the weights' figures standing: the engine died, or the runtime does not take the model. */
const isEngineTrouble = (error: unknown): error is Error =>
  error instanceof EngineGoneError ||
  (error instanceof Error && ['RunError', 'RangeError', 'EngineGoneError', 'ModelError'].includes(error.name));

function startNotes({ nonFinite, started }: EnginePool): readonly string[] {
  return [
    ...[...nonFinite].map(([name, count]) => `input ${name} holds ${count} values that are NaN or infinite`),
    ...(started.standsIn === null ? [] : [`run with the WebAssembly build of ONNX Runtime, several times slower (${started.standsIn})`]),
    ...(started.opaque === null ? [] : [`the model cannot be watched inside (${started.opaque}): it is run as a whole`]),
    ...(started.notFinite.length === 0
      ? []
      : [`the float model gives NaN or infinities at ${started.notFinite.join(', ')}: they are left out`]),
  ];
}

function runReport(record: RunRecord, inputs: InputSet, batch: number, notes: readonly string[], problem: string | undefined): RunReport {
  const { started, together } = record;
  const accuracy = started?.accuracy ?? null;
  return {
    backend: started?.backend ?? 'onnxruntime-node',
    inputs: inputs.source,
    samples: inputs.samples,
    batch,
    notes,
    classes: started?.classes ? { output: started.classes.output, count: started.classes.count } : null,
    accuracy: accuracy && { ...accuracy, interval: wilson(accuracy.correct, accuracy.samples) },
    prediction: predictionError(record),
    together,
    ...(problem === undefined ? {} : { problem }),
  };
}
