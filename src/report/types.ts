/** The report: what an analysis says of a model. The JSON schema in `schema.json` is its public face. */

export const REPORT_SCHEMA = 'precision-lens/report@1';

/** Where a figure comes from: the weights alone, generated inputs, or the user's inputs. */
export type Evidence = 'weights' | 'synthetic' | 'data';

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly tool: { readonly version: string };
  readonly model: ModelSummary;
  readonly evidence: Evidence;
  readonly samples: number;
  readonly seed: number;
  /** In topological order; layers of subgraphs carry the path of their node. */
  readonly layers: readonly LayerReport[];
  /** What the user should know about how the model was read; one line each. */
  readonly warnings: readonly string[];
}

export interface ModelSummary {
  /** File name without its folder. */
  readonly file: string;
  readonly format: string;
  /** Bytes of the model file and of its external data. */
  readonly bytes: number;
  /** Lower-case hex of the model file, or null while it is being computed. */
  readonly sha256: string | null;
  readonly opset: number;
  readonly producer: string;
  readonly parameters: number;
}

export interface LayerReport {
  readonly name: string;
  readonly op: string;
  /** Name of the weight tensor. */
  readonly weight: string;
  readonly shape: readonly number[];
  /** Axis of `shape` along which per-channel scales run; null when there is none. */
  readonly channelAxis: number | null;
  /** Storage type of the weight, e.g. `float32`. */
  readonly dataType: string;
  readonly parameters: number;
  /** Multiply-accumulates for one sample; null when the shapes cannot be inferred. */
  readonly macs: number | null;
  readonly weightStats: WeightStats | null;
  readonly activationStats: null;
  readonly errors: readonly LayerError[];
  readonly sensitivity: readonly never[];
  readonly advice: Advice | null;
  /** Why this layer has no figures, when it has none. */
  readonly problem?: string;
}

export interface WeightStats {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Excess kurtosis: 0 for a Gaussian. Null for a constant tensor. */
  readonly kurtosis: number | null;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
}

export interface ClipReport {
  readonly lo: number;
  readonly hi: number;
}

/** Local error of one tensor under one scheme. */
export interface LayerError {
  readonly scheme: string;
  readonly target: 'weight' | 'activation';
  readonly bits: number;
  readonly effectiveBits: number;
  /** dB; null when the error is zero or there is no signal. */
  readonly sqnrDb: number | null;
  readonly mse: number;
  readonly maxError: number;
  readonly cosine: number | null;
  readonly clippedFraction: number;
  readonly clip: ClipReport;
  readonly clips?: readonly (readonly [number, number])[];
}

export interface Advice {
  readonly scheme: string;
  readonly bits: number;
  readonly clip: ClipReport;
  readonly sqnrDb: number | null;
  readonly causes: readonly string[];
  /** One line. */
  readonly reason: string;
}

/** Histogram of one layer's weight, for drawing. */
export interface LayerHistogram {
  /** Ascending bin edges, one more than `counts`. */
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}
