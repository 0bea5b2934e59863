import { displayHistogram } from '../core/statistics/display.js';
import { toDense } from '../core/statistics/sparse.js';
import { openModel } from '../model/open.js';
import type { ByteSource, Model, OpenSibling } from '../model/types.js';
import { REPORT_SCHEMA, type LayerHistogram, type Report } from '../report/types.js';
import type { AnalysisUpdate } from '../report/update.js';
import { VERSION } from '../report/version.js';
import type { StartLanes } from './lanes.js';
import { parseSchemes } from './schemes.js';
import { sha256 } from './sha256.js';
import { matchWarnings } from './match.js';
import { lookAtWeights } from './weightStage.js';
import { blankLayer, type WeightLook, type WeightOptions } from './weights.js';

/** A model file and what lies beside it. */
export interface ModelInput {
  readonly source: ByteSource;
  readonly siblings: OpenSibling;
  /** File name without its folder. */
  readonly file: string;
}

export interface AnalysisOptions {
  /** Scheme strings, e.g. `int4/channel/mse`. */
  readonly schemes: readonly string[];
  /** What the suggested bit width of a layer keeps at least, dB. */
  readonly targetSqnr: number;
  /** How closely weights are looked at. */
  readonly weights?: WeightOptions;
  /** Starts threads that look at weights beside this one; without it all is done here. */
  readonly startLanes?: StartLanes;
}

export interface Analysis {
  readonly report: Report;
  /** The weight of layer `index` in at most `bins` bins over its range; empty when the layer has a problem. Throws RangeError for no such layer. */
  histogram(index: number, bins: number): LayerHistogram;
}

const FLUSH_MS = 50;

const blankReport = (model: Model, file: string): Report => ({
  schema: REPORT_SCHEMA,
  tool: { version: VERSION },
  model: {
    file,
    format: model.format,
    bytes: model.bytes,
    sha256: null,
    opset: model.opset,
    producer: model.producer,
    parameters: model.parameters,
  },
  evidence: 'weights',
  samples: 0,
  seed: 0,
  layers: model.layers.map(blankLayer),
  warnings: model.warnings,
});

/** Reads the graph alone: the report with its layers listed and no figures. Throws ModelError. */
export async function inspectModel(input: ModelInput, signal: AbortSignal): Promise<Report> {
  const model = await openModel(input.source, input.siblings);
  const report = blankReport(model, input.file);
  return { ...report, model: { ...report.model, sha256: await sha256(input.source, signal) } };
}

/**
 * The analysis from the weights alone: streams the list of layers at once, then every layer as it is finished.
 * Throws ModelError when the file cannot be read, SchemeError for a scheme that is none, and the signal's reason when cancelled.
 */
export async function analyzeModel(
  input: ModelInput,
  options: AnalysisOptions,
  emit: (update: AnalysisUpdate) => void,
  signal: AbortSignal,
): Promise<Analysis> {
  const schemes = parseSchemes(options.schemes);
  emit({ kind: 'progress', stage: 'read', done: 0, total: input.source.byteLength });
  const model = await openModel(input.source, input.siblings);
  signal.throwIfAborted();
  const { match } = options.weights ?? {};
  const read = blankReport(model, input.file);
  const blank: Report = {
    ...read,
    seed: options.weights?.seed ?? read.seed,
    ...(match ? { match, warnings: [...read.warnings, ...matchWarnings(schemes, match)] } : {}),
  };
  emit({ kind: 'report', report: blank });

  const total = model.layers.reduce((sum, layer) => sum + layer.weight.elements, 0);
  let sent = 0;
  let flushed = performance.now();
  const flush = (looks: readonly WeightLook[], done: number) => {
    emit({ kind: 'layers', start: sent, layers: looks.slice(sent).map((look) => look.report) });
    emit({ kind: 'progress', stage: 'weights', done, total });
    sent = looks.length;
    flushed = performance.now();
  };
  const stage = {
    schemes: options.schemes,
    targetSqnr: options.targetSqnr,
    options: options.weights ?? {},
    startLanes: options.startLanes,
  };
  const looks = await lookAtWeights(
    model.layers,
    stage,
    async (known, done) => {
      if (performance.now() - flushed <= FLUSH_MS) return;
      flush(known, done);
      // Lets a cancel that waits in the message queue come in.
      await new Promise((resolve) => setImmediate(resolve));
    },
    signal,
  );
  flush(looks, total);
  const layers = looks.map((look) => look.report);

  const report: Report = { ...blank, layers, model: { ...blank.model, sha256: await sha256(input.source, signal) } };
  return {
    report,
    histogram(index, bins) {
      if (!(index in layers)) throw new RangeError(`there is no layer ${index}; the model has ${layers.length}`);
      const { picture } = looks[index];
      return picture
        ? displayHistogram(toDense(picture.histogram), picture.statistics, bins)
        : { edges: new Float64Array(0), counts: new Float64Array(0) };
    },
  };
}
