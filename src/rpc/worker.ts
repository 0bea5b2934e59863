import type { ExportFormat } from '../report/exportFormat.js';
import type { ModelGraph } from '../report/graph.js';
import type { Plan } from '../report/plan.js';
import type { PlanJob } from '../report/planRequest.js';
import type { PlanTrial } from '../report/planTrial.js';
import type { RunSettings } from '../report/runSettings.js';
import type { LayerHistogram, Report } from '../report/types.js';
import type { UserPlan, UserPlanJob } from '../report/userPlanJob.js';
import type { PackedPlan } from './packedPlan.js';
import type { CompareUpdate, ComparisonHead } from './compare.js';
import type { ReportHead } from './page.js';
import type { AnalysisUpdate, PlanProgress, RunUpdate } from '../report/update.js';
import type { StudyMethods } from './study.js';

/** Where the model is: a path the worker opens itself, or its bytes when only the host can read it (virtual workspaces). */
export type ModelLocation = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array };

export interface AnalyzeOptions {
  /** Scheme strings; the default ones when left out. */
  readonly schemes?: readonly string[];
  /** dB */
  readonly targetSqnr: number;
}

/** What comes of a plan; or why there is none, in one line, and the nearest budget that can be kept. */
export type PlanAnswer =
  | { readonly kind: 'plan'; readonly plan: PackedPlan }
  | { readonly kind: 'impossible'; readonly message: string; readonly nearest: string };

/** Where an export goes: a path the worker writes itself, or a name for bytes that the host writes. */
export type ExportTarget = { readonly path: string } | { readonly name: string };

/** What came of an export. */
export interface Exported {
  /** What the user should know, one line each. */
  readonly notes: readonly string[];
  /** What the host is to write, in this order; the suffix comes behind the name. Empty when the worker wrote it. */
  readonly files: readonly { readonly suffix: string; readonly bytes: Uint8Array }[];
}

/** What the worker does for its host. One worker serves one model. */
export type WorkerMethods = StudyMethods & {
  /** Reads the graph: layers without figures, in well under a second. */
  inspect: { params: ModelLocation; result: Report; progress: AnalysisUpdate };
  /**
   * Reads and analyzes; streams like the page wants it. The layers come by the stream alone, in messages that are small enough not to hold
   * up whoever takes them, and without the clip ranges of single channels but for the advised scheme.
   */
  analyze: { params: { readonly location: ModelLocation; readonly options: AnalyzeOptions }; result: ReportHead; progress: AnalysisUpdate };
  /**
   * Runs the model that was analyzed last, in processes of its own, and answers with the rest of the report; the layers come by the stream, as
   * with `analyze`. When the model does not run to its end, `run.problem` says why and what was found until then is there. What engines answered
   * is kept in `cacheFolder`, so that a run that was cut short goes on where it was.
   */
  run: {
    params: {
      readonly location: ModelLocation;
      readonly request: RunSettings;
      readonly cacheFolder: string | null;
      /** Nothing is to be run: fails with a `NotRememberedError` when not all was answered before. */
      readonly recall?: boolean;
    };
    result: ReportHead;
    progress: RunUpdate;
  };
  /**
   * The plan that the user's assignments make, with what it costs. `ran`: by the effects at the outputs that the last run found; else by the weights
   * alone.
   */
  userPlan: {
    params: { readonly location: ModelLocation; readonly job: UserPlanJob; readonly ran: boolean };
    result: UserPlan;
    progress: never;
  };
  /** Runs the plan that the user's assignments make, on what `request` says; `ran` as with `userPlan`. */
  tryPlan: {
    params: { readonly location: ModelLocation; readonly job: UserPlanJob; readonly request: RunSettings; readonly ran: boolean };
    result: PlanTrial;
    progress: PlanProgress;
  };
  /**
   * Finds a plan. What engines answered is kept as with `run`, so that what a run has measured is not measured again. A budget that no plan keeps is an
   * answer, not an error.
   */
  plan: {
    params: { readonly location: ModelLocation; readonly job: PlanJob; readonly cacheFolder: string | null };
    result: PlanAnswer;
    progress: PlanProgress;
  };
  /** Compares two models, reports or plans; needs no analysis, and is none. */
  compare: { params: { readonly a: ModelLocation; readonly b: ModelLocation }; result: ComparisonHead; progress: CompareUpdate };
  /** Writes the plan, or a report with it; `ran` as with `userPlan`. A file of the model itself is never written over. */
  export: {
    params: {
      readonly location: ModelLocation;
      readonly as: ExportFormat;
      readonly plan: Plan;
      readonly target: ExportTarget;
      readonly ran: boolean;
    };
    result: Exported;
    progress: never;
  };
  /** Reads the graph for drawing; needs no analysis. */
  graph: { params: ModelLocation; result: ModelGraph; progress: never };
  /** Histogram of layer `index` of the model read last. */
  histogram: { params: { readonly index: number; readonly bins: number }; result: LayerHistogram; progress: never };
};
