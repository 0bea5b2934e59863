import type { Choices } from '../report/choices.js';
import type { ExportFormat } from '../report/exportFormat.js';
import type { ModelGraph } from '../report/graph.js';
import type { PlanRequest } from '../report/planRequest.js';
import type { Assignment, Measured, Plan, Totals } from '../report/plan.js';
import type { PlanTrial } from '../report/planTrial.js';
import type { Evidence, LayerHistogram, LayerReport, Report } from '../report/types.js';
import type { ExtraError } from '../report/userPlanJob.js';
import type { AnalysisUpdate, PlanProgress, RunProgress } from '../report/update.js';
import type { PackedPlan } from './packedPlan.js';
import type { StudyMethods } from './study.js';

/** What the page may ask of the extension. */
export type PageMethods = StudyMethods & {
  /**
   * Called once the page stands. Streams the analysis from its beginning (or from what is there already); all layers come by the stream, in
   * messages small enough not to hold up whoever sends and takes them. Resolves with the rest of the report, once everything is sent.
   * Rejects with the one line to show when the file cannot be read, with code `AbortError` when the analysis was cancelled.
   */
  open: { params: null; result: ReportHead; progress: AnalysisUpdate };
  /** Stops the analysis; what is there stays. `open` then starts it again. */
  cancel: { params: null; result: null; progress: never };
  /**
   * Streams how the running of the model and the user's plan stand, from what is there already; goes on as long as the page, which calls it after `open`.
   */
  follow: { params: null; result: null; progress: FollowEvent };
  /**
   * Changes the user's plan: `choices` are of the layers that change, each in place of what was decided of it before; one with nothing but its name goes
   * back to the suggestion. What comes of it is told by `follow`. `label` is what undoing it is called.
   */
  edit: { params: { readonly label: string; readonly choices: Choices }; result: null; progress: never };
  /** Finds a plan, in place of one that is being sought; how that goes is told by `follow`. */
  findPlan: { params: PlanRequest; result: null; progress: never };
  /** What a plan costs, and did if it was run. Rejects with one line when there is no such plan any more. */
  showPlan: { params: { readonly of: PlanOf }; result: ShownPlan; progress: never };
  /** Runs a plan, in place of one that is being run; how that goes is told by `follow`. */
  tryPlan: { params: { readonly of: PlanOf }; result: null; progress: never };
  /** Asks where to write the user's plan, or a report with it, and writes it. Resolves once that is done, declined, or its failure told. */
  export: { params: { readonly as: ExportFormat }; result: null; progress: never };
  /** Does what a button says. */
  act: { params: { readonly action: PageAction }; result: null; progress: never };
  /** Histogram of the weight of layer `index`, to be drawn with `bins` bins over its full range. */
  histogram: { params: { readonly index: number; readonly bins: number }; result: LayerHistogram; progress: never };
  /** The graph of the model, for drawing; its layers are those of the report. */
  graph: { params: null; result: ModelGraph; progress: never };
  /** Asks the user where to save a file that the page made, and saves it. Resolves once that is done, or was declined. */
  save: { params: { readonly name: string; readonly bytes: Uint8Array }; result: null; progress: never };
  /** The way out of an error: reopen with another editor. */
  reopen: { params: { readonly as: 'text' | 'binary' }; result: null; progress: never };
};

/** `use-inputs` asks for inputs and runs the model on them; `run` runs it on those chosen last. */
export type PageAction =
  'use-inputs' | 'run' | 'run-synthetic' | 'cancel-run' | 'cancel-plan' | 'cancel-trial' | 'show-log' | 'manage-trust';

/** Which plan is meant: the one that was found last, the user's own, or a point of the front of the found one by its index. */
export type PlanOf = 'found' | 'yours' | number;

export interface ShownPlan {
  /** The same for plans that do the same. */
  readonly key: string;
  readonly plan: Omit<Plan, 'pareto'>;
  /** Null: it was not run. */
  readonly trial: PlanTrial | null;
}

/** How the running of a plan stands. */
export interface TrialView {
  readonly kind: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  /** Of which plan; null when of none. */
  readonly key: string | null;
  /** While it runs; null until something was. */
  readonly progress: PlanProgress | null;
  /** One line, when `failed`. */
  readonly error: string | null;
  /** When `done`. */
  readonly trial: PlanTrial | null;
}

export interface TrialEvent {
  readonly kind: 'trial';
  readonly trial: TrialView;
}

export type RunEvent =
  | { readonly kind: 'state'; readonly state: RunView }
  /** All figures of a run are to be forgotten: there are none, or others are about to come. */
  | { readonly kind: 'cleared' }
  /** Layers with the figures of a run, to be put at `start`. */
  | { readonly kind: 'layers'; readonly start: number; readonly layers: readonly LayerReport[] }
  /** The rest of the report of a run that has ended by itself. */
  | { readonly kind: 'head'; readonly head: ReportHead };

/** What the user decided by now, of all layers. */
export interface ChoicesEvent {
  readonly kind: 'choices';
  readonly choices: Choices;
  /** Whether it differs from what is saved. */
  readonly dirty: boolean;
}

export type PlanningEvent =
  | { readonly kind: 'planning'; readonly planning: PlanningView }
  /** The plan that was found last; null when there is none. */
  | { readonly kind: 'plan'; readonly plan: PackedPlan | null };

/** How the finding of a plan stands. */
export interface PlanningView {
  readonly kind: 'idle' | 'planning' | 'done' | 'cancelled' | 'failed';
  /** What was asked last; null before. */
  readonly request: PlanRequest | null;
  /** While it is sought; null until it has begun. */
  readonly progress: PlanProgress | null;
  /** One line, when `failed`. */
  readonly error: string | null;
  /** A budget that can be kept, where the one that was asked for cannot. */
  readonly nearest: string | null;
  /** What has changed since the plan was found: the file itself, or what is known of it by running it. */
  readonly stale: 'file' | 'run' | null;
  /** What plans can be made for. */
  readonly runtimes: readonly RuntimeOffer[];
  /** The one that the settings propose. */
  readonly runtime: string;
}

export interface RuntimeOffer {
  readonly name: string;
  /** As its makers call it. */
  readonly title: string;
}

/** What the user should know about where the plan comes from. */
export type PlanNotice =
  /** It was read from the file beside the model; `layers` were decided by the user, the others found for `budget`. */
  | { readonly kind: 'taken'; readonly file: string; readonly layers: number; readonly budget: string | null }
  /** There is a file, but not of this model. */
  | { readonly kind: 'refused'; readonly file: string; readonly problem: string }
  /** The model was written anew; decisions that were not saved stay. */
  | { readonly kind: 'kept'; readonly layers: number };

/** What the user's plan costs. */
export interface YourPlan {
  /** Layers of which the user decided something. */
  readonly layers: number;
  /** Null where it could not be worked out. */
  readonly totals: Totals | null;
  /** What it did when it was run; null when it was not. */
  readonly measured: Measured | null;
  readonly evidence: Evidence;
  /** Of the found plan that the decisions lie over; empty: over the advice. */
  readonly budget: string;
  /** Errors of weights that nobody had measured before. */
  readonly errors: readonly ExtraError[];
  /** Why there are no totals, in one line. */
  readonly problem: string | null;
}

/** What comes of the user's decisions; null while there are none. */
export interface YoursEvent {
  readonly kind: 'yours';
  readonly yours: YourPlan | null;
  readonly notice: PlanNotice | null;
}

/** What the decisions lie over; null: over the advice. */
export interface BaseEvent {
  readonly kind: 'base';
  readonly base: PlanBase | null;
}

/** A plan that was found, as far as the layers are concerned. */
export interface PlanBase {
  readonly budget: string;
  /** One for each layer, in their order. */
  readonly assignments: readonly Pick<Assignment, 'weight' | 'activation' | 'transforms'>[];
}

/** What `follow` tells. */
export type FollowEvent = RunEvent | ChoicesEvent | BaseEvent | YoursEvent | PlanningEvent | TrialEvent;

/** How the running of the model stands. */
export interface RunView {
  readonly kind: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  /** What the figures of the run that is shown rest on; `weights` when there is none. While a run goes on they may be those of the one before. */
  readonly evidence: Evidence;
  /** The inputs that were chosen for this model last: the name of the file or folder, null for generated ones. Null when none were. */
  readonly chosen: { readonly inputs: string | null } | null;
  /** While it runs; null until it has begun. */
  readonly progress: RunProgress | null;
  /** One line, when `failed`. */
  readonly error: string | null;
  /** Why the model cannot be run; null when it can. */
  readonly blocked: 'untrusted' | null;
}

/** A report without its layers. */
export type ReportHead = Omit<Report, 'layers'>;

/** What the extension writes into the page before it loads, as JSON in a `<script type="application/json" id="state">`. */
export interface PageBoot {
  readonly file: string;
  /** Target of the advice in dB, from the setting `precisionLens.targetSqnr`. */
  readonly targetSqnr: number;
  readonly language: string;
  /** Translations of the page's own strings: English text to the display language. Empty for English. */
  readonly strings: Readonly<Record<string, string>>;
}
