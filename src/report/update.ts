import type { LayerReport, Report } from './types.js';

/** What an analysis says while it runs; the same from the pipeline to the worker's host, and from there to the page. */
export type AnalysisUpdate =
  /** The report as far as it is known: all layers are listed, those without `weightStats` are still to come. */
  | { readonly kind: 'report'; readonly report: Report }
  /** Finished layers, in order, to be put at `start`. */
  | { readonly kind: 'layers'; readonly start: number; readonly layers: readonly LayerReport[] }
  /** `done` of `total`: bytes while reading, elements of the weights afterwards. */
  | { readonly kind: 'progress'; readonly stage: 'read' | 'weights'; readonly done: number; readonly total: number };
