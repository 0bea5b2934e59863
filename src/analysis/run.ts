import type { EngineProcess, ModelPlace } from '../engine/index.js';
import { openInputs, readLabels, syntheticInputs, type OpenOptions } from '../engine/inputs/index.js';
import { openModel } from '../model/open.js';
import type { LayerReport, Report } from '../report/types.js';
import type { ModelInput } from './pipeline.js';
import { measureSensitivity, type LayerFigures, type SensitivityUpdate, type Target } from './sensitivity/index.js';

/** How a model is to be run. */
export interface RunOptions {
  /** Where the engines find the model. */
  readonly place: ModelPlace;
  /** Starts one engine. */
  readonly startEngine: () => EngineProcess;
  /** Path of the user's inputs; generated ones when null. */
  readonly inputs: string | null;
  /** Path of a class for every sample; only with inputs. */
  readonly labels: string | null;
  readonly samples: number;
  readonly seed: number;
  readonly targets: readonly Target[];
  readonly exhaustive: boolean;
  /** How images become inputs. */
  readonly images?: OpenOptions['images'];
  /** Bytes for the float activations that are kept; 1 GiB when left out. */
  readonly memoryBudget?: number;
}

/** What layers take in is tried under these: what runtimes offer, and how fast it gets worse. */
const activationSchemes = ['uint8/tensor/minmax', 'uint6/tensor/minmax', 'uint4/tensor/minmax'];

/** `layer` with what running the model tells of it. */
export function withFigures(layer: LayerReport, figures: LayerFigures): LayerReport {
  const { activationStats, activationErrors, sensitivity, findings, together, problem } = figures;
  return {
    ...layer,
    activationStats,
    errors: [...layer.errors, ...activationErrors],
    sensitivity,
    findings,
    advice: layer.advice && { ...layer.advice, causes: findings.map(({ text }) => text) },
    ...(together ? { together } : {}),
    ...(problem === undefined || layer.problem !== undefined ? {} : { problem }),
  };
}

/**
 * Runs the model and adds to `report`, which tells of its weights, what each layer does to the outputs. When the model does not run, the report keeps what it
 * has, and a warning says why.
 * @throws InputError when the inputs or labels are not what the model takes, the signal's reason when cancelled.
 */
export async function addEffects(
  input: ModelInput,
  report: Report,
  options: RunOptions,
  emit: (update: SensitivityUpdate) => void,
  signal: AbortSignal,
): Promise<Report> {
  const { place, startEngine, samples, seed, targets, exhaustive, images, memoryBudget } = options;
  const model = await openModel(input.source, input.siblings);
  const inputs = options.inputs
    ? await openInputs(options.inputs, model.inputs, { samples, ...(images ? { images } : {}) })
    : syntheticInputs(model.inputs, { samples, seed });
  try {
    const { run, layers } = await measureSensitivity(
      model,
      place,
      inputs,
      {
        startEngine,
        weightSchemes: [...new Set(report.layers.flatMap(({ errors }) => errors.map(({ scheme }) => scheme)))],
        activationSchemes,
        targets,
        exhaustive,
        ...(memoryBudget === undefined ? {} : { memoryBudget }),
        labels: options.labels ? await readLabels(options.labels, inputs.samples, inputs.sampleNames) : null,
      },
      emit,
      signal,
    );
    const trouble = run.problem === undefined ? [] : [`The model was not run, or not to the end: ${run.problem}`];
    return {
      ...report,
      evidence: inputs.evidence,
      samples: run.samples,
      seed,
      run,
      layers: report.layers.map((layer, i) => withFigures(layer, layers[i])),
      warnings: [...report.warnings, ...run.notes, ...trouble],
    };
  } finally {
    await inputs.close();
  }
}
