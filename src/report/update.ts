import type { LayerReport, Report } from './types.js';

/** What an analysis says while it runs; the same from the pipeline to the worker's host, and from there to the page. */
export type AnalysisUpdate =
  /** The report as far as it is known: all layers are listed, those without `weightStats` are still to come. */
  | { readonly kind: 'report'; readonly report: Report }
  /** Finished layers, in order, to be put at `start`. */
  | { readonly kind: 'layers'; readonly start: number; readonly layers: readonly LayerReport[] }
  /** `done` of `total`: bytes while reading, elements of the weights afterwards. */
  | { readonly kind: 'progress'; readonly stage: 'read' | 'weights'; readonly done: number; readonly total: number };

/** The stages of running a model, in their order: inputs go in, the float model runs, activations are watched, layers are quantized one by one, remedies are tried, all layers are quantized. */
export type RunStage = 'load' | 'float' | 'observe' | 'effects' | 'causes' | 'together';

/** How far a run is. */
export interface RunProgress {
  readonly stage: RunStage;
  readonly done: number;
  readonly total: number;
  /** Until the run ends, estimated from what was timed so far; null while nobody knows. */
  readonly remainingSeconds: number | null;
}

/** What a run says while it goes on. */
export type RunUpdate =
  | ({ readonly kind: 'progress' } & RunProgress)
  /** Layers with the figures of the run that are known by now, to be put at `start`. They come in the order of most likely trouble. */
  | { readonly kind: 'layers'; readonly start: number; readonly layers: readonly LayerReport[] };

/** What planning says while it goes on: what its analysis and its run say, then how many of the assignments that are tried have been run. */
export type PlanUpdate =
  AnalysisUpdate | RunUpdate | { readonly kind: 'progress'; readonly stage: 'plan'; readonly done: number; readonly total: number };

/** The stages of finding a plan: the weights are read and every scheme of the runtime is tried on them, the model is run, assignments are run. */
export type PlanStage = 'read' | 'weights' | RunStage | 'plan';

/** How far the finding of a plan is. */
export interface PlanProgress {
  readonly stage: PlanStage;
  readonly done: number;
  readonly total: number;
  /** Until the stages of the run end; null while nobody knows. */
  readonly remainingSeconds: number | null;
}
