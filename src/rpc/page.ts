import type { ModelGraph } from '../report/graph.js';
import type { LayerHistogram, Report } from '../report/types.js';
import type { AnalysisUpdate } from '../report/update.js';

/** What the page may ask of the extension. */
export type PageMethods = {
  /**
   * Called once the page stands. Streams the analysis from its beginning (or from what is there already); all layers come by the stream, in
   * messages small enough not to hold up whoever sends and takes them. Resolves with the rest of the report, once everything is sent.
   * Rejects with the one line to show when the file cannot be read, with code `AbortError` when the analysis was cancelled.
   */
  open: { params: null; result: ReportHead; progress: AnalysisUpdate };
  /** Stops the analysis; what is there stays. `open` then starts it again. */
  cancel: { params: null; result: null; progress: never };
  /** Histogram of the weight of layer `index`, to be drawn with `bins` bins over its full range. */
  histogram: { params: { readonly index: number; readonly bins: number }; result: LayerHistogram; progress: never };
  /** The graph of the model, for drawing; its layers are those of the report. */
  graph: { params: null; result: ModelGraph; progress: never };
  /** The way out of an error: reopen with another editor. */
  reopen: { params: { readonly as: 'text' | 'binary' }; result: null; progress: never };
};

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
