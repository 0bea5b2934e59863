import type { LayerHistogram, Report } from '../report/types.js';
import type { PageUpdate } from './page.js';

/** Where the model is: a path the worker opens itself, or its bytes when only the host can read it (virtual workspaces). */
export type ModelLocation = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array };

export interface AnalyzeOptions {
  readonly schemes: readonly string[];
  /** dB */
  readonly targetSqnr: number;
}

/** What the worker does for its host. One worker serves one model. */
export type WorkerMethods = {
  /** Reads the graph: layers without figures, in well under a second. */
  inspect: { params: ModelLocation; result: Report; progress: PageUpdate };
  /** Reads and analyzes; streams like the page wants it. */
  analyze: { params: { readonly location: ModelLocation; readonly options: AnalyzeOptions }; result: Report; progress: PageUpdate };
  /** Histogram of layer `index` of the model read last. */
  histogram: { params: { readonly index: number; readonly bins: number }; result: LayerHistogram; progress: never };
};
