import type { StartLanes } from '../analysis/lanes.js';
import { modelGraph } from '../analysis/graph.js';
import { analyzeModel, inspectModel, type Analysis } from '../analysis/pipeline.js';
import { parseBudget, PlanError } from '../analysis/plan/budget.js';
import { planModel, type PlanOptions } from '../analysis/plan/planModel.js';
import type { Rules } from '../analysis/plan/rules.js';
import { runtimeNames } from '../analysis/plan/runtimes.js';
import { tryPlan } from '../analysis/plan/tryPlan.js';
import { userPlan, type MeasureWeight } from '../analysis/plan/userPlan.js';
import { withPlanned } from '../analysis/plan/withPlanned.js';
import { addEffects, type RunOptions } from '../analysis/run.js';
import { measureWeight } from '../analysis/weights.js';
import { defaultSchemes } from '../analysis/schemes.js';
import type { EngineProcess } from '../engine/index.js';
import type { PlanJob } from '../report/planRequest.js';
import type { ActivationStats, LayerError, LayerReport, Report } from '../report/types.js';
import type { AnalysisUpdate, PlanUpdate } from '../report/update.js';
import { openModel } from '../model/open.js';
import { omit } from '../rpc/omit.js';
import { packPlan } from '../rpc/packedPlan.js';
import { comparisonHead, comparisonPieces } from '../rpc/compare.js';
import { headOf } from '../rpc/reportStream.js';
import type { Handlers } from '../rpc/rpc.js';
import type { ModelLocation, WorkerMethods } from '../rpc/worker.js';
import { compareFiles } from './compared.js';
import { exportTo } from './export.js';
import { withModel } from './input.js';
import { inShortPieces } from './pieces.js';
import { studyHandlers } from './study.js';

/** Something was asked of the model and none was read yet: the caller may have it read and ask again. */
class NoModelError extends Error {
  override readonly name = 'NoModelError';
}

/** Something would have to be run that was not run before. */
class NotRememberedError extends Error {
  override readonly name = 'NotRememberedError';
}

const runNothing = (): never => {
  throw new NotRememberedError('the model was not run to the end like this before');
};

/** A layer without the clip ranges of channels that nobody looks at: they are most of a report's bytes. */
export function withoutSpareClips(layer: LayerReport): LayerReport {
  const errors = layer.errors.map((error) => {
    if (!error.clips || error.scheme === layer.advice?.scheme) return error;
    return omit(error, 'clips');
  });
  return { ...layer, errors };
}

/** Where engines find the model. */
const placeOf = (location: ModelLocation) => ('path' in location ? location : { bytes: location.bytes });

const noRules: Rules = { pins: [], forbids: [] };

/** Throws PlanError for a budget that cannot be read, and for a runtime that is not known. */
function planOptions({ budgets, minimize, runtime, hardware, batch }: PlanJob, run: RunOptions | null): PlanOptions {
  const known = runtimeNames.find((name) => name === runtime);
  if (known === undefined) throw new PlanError(`there is no runtime ${JSON.stringify(runtime)}; choose one of ${runtimeNames.join(', ')}`);
  return {
    budgets: budgets.map((text) => parseBudget(text, minimize)),
    runtime: known,
    weightRules: noRules,
    activationRules: noRules,
    hardware,
    batch,
    run,
    floatCurve: null,
  };
}

/**
 * What a worker does, whatever port it sits on. It remembers the analysis it ran last.
 * @param startEngine starts one engine process to run models in
 * @param startLanes starts threads that look at weights beside this one
 */
export function workerHandlers(startEngine: () => EngineProcess, startLanes?: StartLanes): Handlers<WorkerMethods> {
  const lanes = startLanes ? { startLanes } : {};
  let latest: { readonly location: ModelLocation; readonly analysis: Promise<Analysis> } | undefined;
  /** What the last run found that came to its end. */
  let ran: Report | undefined;
  /** What the search of the last plan found of the model as it is and as it was run. */
  let planned: Report | undefined;
  /** Errors of weights that were measured for the user's plan, by layer and scheme. */
  let extra = new Map<string, Promise<LayerError>>();
  /** What the last run saw of values, by layer. */
  const values = new Map<number, ActivationStats | null>();
  const analyzed = () => latest ?? Promise.reject(new NoModelError('no model was read yet'));
  const analysis = async (): Promise<Analysis> => (await analyzed()).analysis;
  /** What plans are worked out from. */
  const known = async (wanted: boolean): Promise<Report> => withPlanned((wanted ? ran : undefined) ?? (await analysis()).report, planned);
  const remembered =
    (signal: AbortSignal): MeasureWeight =>
    (layer, scheme) => {
      const key = `${layer.name} ${scheme}`;
      const before = extra.get(key);
      if (before) return before;
      const measured = measureWeight(layer, scheme, signal);
      extra.set(key, measured);
      measured.catch(() => extra.delete(key));
      return measured;
    };
  return {
    ...studyHandlers(async () => {
      const { location, analysis } = await analyzed();
      return { location, analysis: await analysis, values };
    }),

    inspect: (location, { signal }) => withModel(location, (input) => inspectModel(input, signal)),

    async analyze({ location, options: { schemes = defaultSchemes, targetSqnr } }, { signal, progress }) {
      ran = planned = undefined;
      extra = new Map();
      values.clear();
      const running = withModel(location, (input) =>
        analyzeModel(
          input,
          { schemes, targetSqnr, ...lanes },
          (update) => {
            if (update.kind !== 'layers') progress(update);
            else
              for (const piece of inShortPieces(update.start, update.layers.map(withoutSpareClips))) progress({ kind: 'layers', ...piece });
          },
          signal,
        ),
      );
      latest = { location, analysis: running };
      return headOf((await running).report);
    },

    async run({ location, request, cacheFolder, recall = false }, { signal, progress }) {
      const weights = (await analysis()).report;
      values.clear();
      const tell = (start: number, layers: readonly LayerReport[]): void => {
        layers.forEach(({ activationStats }, i) => values.set(start + i, activationStats));
        for (const piece of inShortPieces(start, layers.map(withoutSpareClips))) progress({ kind: 'layers', ...piece });
      };
      const report = await withModel(location, (input) =>
        addEffects(
          input,
          weights,
          { settings: request, place: placeOf(location), startEngine: recall ? runNothing : startEngine, cacheFolder },
          (update) => (update.kind === 'layers' ? tell(update.start, update.layers) : progress(update)),
          signal,
        ),
      );
      ran = report.run?.problem === undefined ? report : undefined;
      planned = undefined;
      // What the whole run says of a layer may differ from what was known when its own questions were answered.
      tell(0, report.layers);
      return headOf(report);
    },

    async userPlan({ location, job, ran: wanted }, { signal }) {
      const report = await known(wanted);
      return withModel(location, (input) => userPlan(input, report, job, remembered(signal)));
    },

    async tryPlan({ location, job, request, ran: wanted }, { signal, progress }) {
      const report = await known(wanted);
      const run = { settings: request, place: placeOf(location), startEngine, cacheFolder: null };
      const tell = (done: number, total: number): void => progress({ stage: 'plan', done, total, remainingSeconds: null });
      return withModel(location, (input) => tryPlan(input, report, job, remembered(signal), run, tell, signal));
    },

    async export({ location, as, plan, target, ran: wanted }, { signal, transfer }) {
      const report = (wanted ? ran : undefined) ?? (await analysis()).report;
      const model = 'path' in location ? location.path : null;
      const exported = await withModel(location, (input) => exportTo(input, { as, plan, report, target, model }, signal));
      transfer(exported.files.map(({ bytes }) => bytes.buffer as ArrayBuffer));
      return exported;
    },

    async plan({ location, job, cacheFolder }, { signal, progress, transfer }) {
      const options = {
        ...lanes,
        ...planOptions(job, job.run && { settings: job.run, place: placeOf(location), startEngine, cacheFolder }),
      };
      const onUpdate = (update: PlanUpdate): void => {
        if (update.kind !== 'progress') return;
        const { stage, done, total } = update;
        progress({ stage, done, total, remainingSeconds: 'remainingSeconds' in update ? update.remainingSeconds : null });
      };
      try {
        const found = await withModel(location, (input) => planModel(input, options, onUpdate, signal));
        planned = found.report;
        const plan = packPlan(found.plan);
        transfer([plan.pareto.weights.buffer as ArrayBuffer, plan.pareto.activations.buffer as ArrayBuffer]);
        return { kind: 'plan', plan };
      } catch (error) {
        if (!(error instanceof PlanError) || error.nearest === null) throw error;
        return { kind: 'impossible', message: error.message, nearest: error.nearest };
      }
    },

    async compare({ a, b }, { signal, progress }) {
      const told = (update: AnalysisUpdate): void => {
        if (update.kind === 'progress' && update.stage === 'weights')
          progress({ kind: 'progress', done: update.done, total: update.total });
      };
      const comparison = await compareFiles(a, b, told, signal);
      for (const piece of comparisonPieces(comparison)) progress(piece);
      return comparisonHead(comparison);
    },

    async graph(location, { transfer }) {
      const graph = await withModel(location, async ({ source, siblings }) => modelGraph(await openModel(source, siblings)));
      transfer([graph.edges.buffer as ArrayBuffer, graph.layerNodes.buffer as ArrayBuffer]);
      return graph;
    },

    async histogram({ index, bins }, { transfer }) {
      const histogram = (await analysis()).histogram(index, bins);
      transfer([histogram.edges.buffer as ArrayBuffer, histogram.counts.buffer as ArrayBuffer]);
      return histogram;
    },
  };
}
