import { availableParallelism } from 'node:os';
import { EngineGoneError, preferredBatch, wilson, type ModelPlace } from '../../engine/index.js';
import { planRuns, type InputSet } from '../../engine/inputs/index.js';
import type { Model } from '../../model/types.js';
import type { RunReport } from '../../report/types.js';
import { noCache } from '../cache/answers.js';
import { CAUSES_COST, measureCauses } from '../causes/run.js';
import { predictionError } from './deviation.js';
import { lazyEngines, StaleAnswersError, type FloatRun } from './engines.js';
import { figuresOf } from './figures.js';
import { runProgress, type Progress } from './progress.js';
import { newRecord, type RunRecord } from './record.js';
import { canonical, togetherSchemes } from './schemes.js';
import { measureEffects, observe } from './stages.js';
import { quantizeTogether } from './together.js';
import type { SensitivityOptions, SensitivityResult, SensitivityUpdate } from './types.js';

const MOST_PROCESSES = 4;
const BUDGET = 2 ** 30;
const TARGET = 25;

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
  const cache = options.cache ?? noCache;
  try {
    return await runStages(model, place, inputs, { ...options, cache }, emit, signal);
  } catch (error) {
    if (!(error instanceof StaleAnswersError)) throw error;
    cache.clear();
    return runStages(model, place, inputs, { ...options, cache }, emit, signal);
  }
}

async function runStages(
  model: Model,
  place: ModelPlace,
  inputs: InputSet,
  options: SensitivityOptions & { readonly cache: NonNullable<SensitivityOptions['cache']> },
  emit: (update: SensitivityUpdate) => void,
  signal: AbortSignal,
): Promise<SensitivityResult> {
  const schemes = canonical(options.weightSchemes, options.activationSchemes);
  const together = options.together ? togetherSchemes(options.together) : null;
  const record = newRecord(schemes, options.targets);
  const notes = [...inputs.notes];
  const batch = await preferredBatch(inputs);
  // What one process keeps must not depend on how many there are, or the figures would in their last digits.
  const budget = (options.memoryBudget ?? BUDGET) / MOST_PROCESSES;
  const processes = Math.max(1, Math.min(options.processes ?? availableParallelism(), MOST_PROCESSES, model.layers.length));
  const progress = runProgress(emit);
  const engines = lazyEngines(
    {
      start: options.startEngine,
      processes,
      model: place,
      backend: options.backend ?? 'auto',
      inputs,
      runs: planRuns(inputs, batch),
      labels: options.labels ?? null,
      classes: options.classes ?? 'auto',
      budget,
      signal,
      onProgress: startProgress(progress),
    },
    options.cache,
  );
  const tell = (layer: number): void => {
    signal.throwIfAborted();
    emit({ kind: 'figures', layer, figures: figuresOf(record, layer) });
  };
  const context = { engines, record, progress, tell };
  let problem: string | undefined;
  let samples = inputs.samples;
  try {
    expectStages(progress, model, options, processes);
    const float = await engines.float();
    samples = float.samples;
    record.started = float.started;
    notes.push(...startNotes(float, Boolean(options.labels)));
    await observe(context, together?.activation ? [together.activation] : []);
    await measureEffects(context, options.exhaustive === true, options.targetSqnr ?? TARGET);
    await measureCauses(context, model, options.weightFindings ?? []);
    if (together) await quantizeTogether(context, together, budget);
  } catch (error) {
    signal.throwIfAborted();
    if (!isEngineTrouble(error)) throw error;
    problem = error.message;
  } finally {
    engines.close();
  }
  return {
    run: runReport(record, { source: inputs.source, samples, batch }, [...notes, ...engines.troubles()], problem),
    layers: model.layers.map((_, i) => figuresOf(record, i)),
  };
}

/** How much there will be to do, as far as the model's layers tell: a test of a layer runs half of the model in the mean. */
function expectStages(
  progress: Progress,
  { layers }: Model,
  { targets, exhaustive, together, weightSchemes }: SensitivityOptions,
  processes: number,
): void {
  const tests = targets.length * (exhaustive ? weightSchemes.length : 2.5);
  progress.expect('observe', 1, processes);
  progress.expect('effects', layers.length * 0.5 * tests, processes);
  progress.expect('causes', CAUSES_COST, processes);
  if (together) progress.expect('together', 2 + processes + layers.length * 0.5, processes);
}

/** Turns what the engines say while they start into progress. */
function startProgress(progress: Progress): (stage: 'load' | 'float', done: number, total: number) => void {
  let from = performance.now();
  let last: string | undefined;
  return (stage, done, total) => {
    const pieces = (cost: number): readonly number[] => new Array<number>(total).fill(cost);
    if (stage !== last) progress.begin(stage, pieces(stage === 'float' ? 1 / total : 0), 1);
    last = stage;
    const seconds = (performance.now() - from) / 1000;
    from = performance.now();
    if (done > 0) progress.done(stage, done - 1, seconds);
  };
}

/** Trouble that leaves the weights' figures standing: the engine died, or the runtime does not take the model. */
const isEngineTrouble = (error: unknown): error is Error =>
  error instanceof EngineGoneError ||
  (error instanceof Error && ['RunError', 'RangeError', 'EngineGoneError', 'ModelError'].includes(error.name));

function startNotes({ nonFinite, started }: FloatRun, labelled: boolean): readonly string[] {
  return [
    ...(labelled && !started.classes?.bySample
      ? ['the labels tell nothing: no output was found that gives each sample a class; name it (--classes, precisionLens.run.classes)']
      : []),
    ...nonFinite.map(([name, count]) => `input ${name} holds ${count} values that are NaN or infinite`),
    ...(started.standsIn === null ? [] : [`run with the WebAssembly build of ONNX Runtime, several times slower (${started.standsIn})`]),
    ...(started.opaque === null ? [] : [`the model cannot be watched inside (${started.opaque}): it is run as a whole`]),
    ...(started.notFinite.length === 0
      ? []
      : [`the float model gives NaN or infinities at ${started.notFinite.join(', ')}: they are left out`]),
  ];
}

function runReport(
  record: RunRecord,
  inputs: Pick<RunReport, 'samples' | 'batch'> & { readonly source: string },
  notes: readonly string[],
  problem: string | undefined,
): RunReport {
  const { started, together } = record;
  const accuracy = started?.accuracy ?? null;
  return {
    backend: started?.backend ?? 'onnxruntime-node',
    inputs: inputs.source,
    samples: inputs.samples,
    batch: inputs.batch,
    notes,
    classes: started?.classes ? { output: started.classes.output, count: started.classes.count } : null,
    accuracy: accuracy && { ...accuracy, interval: wilson(accuracy.correct, accuracy.samples) },
    prediction: predictionError(record),
    together,
    ...(problem === undefined ? {} : { problem }),
  };
}
