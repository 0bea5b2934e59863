import type { EngineProcess, ModelPlace } from '../engine/index.js';
import { InputError, openInputs, readLabels, syntheticInputs, type InputSet } from '../engine/inputs/index.js';
import { openModel } from '../model/open.js';
import { quote } from '../model/quote.js';
import type { Model } from '../model/types.js';
import type { RunSettings } from '../report/runSettings.js';
import type { LayerReport, Report } from '../report/types.js';
import type { RunUpdate } from '../report/update.js';
import { adviseFromOutputs } from './advice.js';
import { noCache, openAnswerCache } from './cache/answers.js';
import { recording, runKey } from './cache/key.js';
import type { ModelInput } from './pipeline.js';
import { withFindings } from './causes/withFindings.js';
import { measureSensitivity, type LayerFigures } from './sensitivity/index.js';
import { sha256 } from './sha256.js';

/** How a model is run: what the user set, and what the caller provides for it. */
export interface RunOptions {
  readonly settings: RunSettings;
  /** Where the engines find the model. */
  readonly place: ModelPlace;
  /** Starts one engine. */
  readonly startEngine: () => EngineProcess;
  /** Engines at once; as many as the machine has cores when left out, 4 at most. The report does not depend on it. */
  readonly processes?: number;
  /** Where answers of engines are kept, so that a run that was cut short goes on where it was; nowhere when null. The report does not depend on it. */
  readonly cacheFolder: string | null;
}

/** `layer` with what running the model tells of it. */
function withFigures(layer: LayerReport, figures: LayerFigures, targetSqnr: number): LayerReport {
  const { activationStats, activationErrors, sensitivity, findings, together, problem } = figures;
  const advice = adviseFromOutputs({ ...layer, sensitivity }, targetSqnr);
  return {
    ...layer,
    activationStats,
    errors: [...layer.errors, ...activationErrors],
    sensitivity,
    ...withFindings({ advice }, findings ?? layer.findings ?? []),
    ...(together ? { together } : {}),
    ...(problem === undefined || layer.problem !== undefined ? {} : { problem }),
  };
}

/** @throws InputError when an output is named that the model has not got. */
function requireOutput({ outputs }: Model, classes: string): void {
  if (classes === 'auto' || classes === 'none' || outputs.some(({ name }) => name === classes)) return;
  const names = outputs.slice(0, 10).map(({ name }) => quote(name));
  throw new InputError(`there is no output ${quote(classes)} to tell classes; the model gives ${names.join(', ')}`);
}

/** The inputs that settings name, or generated ones. Close them when done. */
export const openSet = (model: Model, { inputs, samples, seed, images, dims }: RunSettings): Promise<InputSet> =>
  inputs === null
    ? Promise.resolve(syntheticInputs(model.inputs, { samples, seed, dims }))
    : openInputs(inputs, model.inputs, { samples, images, dims });

/**
 * Runs the model and adds to `report`, which tells of its weights, what each layer does to the outputs. When the model does not run, the report keeps what it
 * has, and a warning says why.
 * @param emit is given the layers of `report` with what is known by now, in the order of most likely trouble
 * @throws InputError when the inputs or labels are not what the model takes, the signal's reason when cancelled.
 */
export async function addEffects(
  input: ModelInput,
  report: Report,
  { settings, place, startEngine, processes, cacheFolder }: RunOptions,
  emit: (update: RunUpdate) => void,
  signal: AbortSignal,
): Promise<Report> {
  const { activationSchemes, targets, exhaustive, together, classes, memoryBudget, backend, targetSqnr } = settings;
  const { siblings, opened: beside } = recording(input.siblings);
  const model = await openModel(input.source, siblings);
  requireOutput(model, classes);
  const inputs = await openSet(model, settings);
  let cache = noCache;
  try {
    const labels = settings.labels === null ? null : await readLabels(settings.labels, inputs.samples, inputs.sampleNames);
    if (cacheFolder !== null) {
      const hash = report.model.sha256 ?? (await sha256(input.source, signal));
      cache = openAnswerCache(cacheFolder, await runKey({ sha256: hash, beside }, settings, signal));
    }
    const { run, layers } = await measureSensitivity(
      model,
      place,
      inputs,
      {
        startEngine,
        weightSchemes: [...new Set(report.layers.flatMap(({ errors }) => errors.map(({ scheme }) => scheme)))],
        activationSchemes,
        weightFindings: report.layers.map(({ findings }) => findings ?? []),
        targets,
        exhaustive,
        together,
        memoryBudget,
        backend,
        targetSqnr,
        classes,
        labels,
        cache,
        ...(processes === undefined ? {} : { processes }),
      },
      (update) =>
        emit(
          update.kind === 'progress'
            ? update
            : { kind: 'layers', start: update.layer, layers: [withFigures(report.layers[update.layer], update.figures, targetSqnr)] },
        ),
      signal,
    );
    const trouble = run.problem === undefined ? [] : [`The model was not run, or not to the end: ${run.problem}`];
    return {
      ...report,
      evidence: inputs.evidence,
      samples: run.samples,
      seed: settings.seed,
      run,
      layers: report.layers.map((layer, i) => withFigures(layer, layers[i], targetSqnr)),
      warnings: [...report.warnings, ...run.notes, ...trouble],
    };
  } finally {
    cache.close();
    await inputs.close();
  }
}
