/** The report: what an analysis says of a model. The JSON schema in `schema.json` is its public face. */
import type { ChannelStatistics, ErrorDetails } from '../core/tensor.js';

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
  /** The tool whose scales and zero points were reproduced, if any. */
  readonly match?: 'onnxruntime';
  /** What the user should know about how the model was read and what a matched tool's defaults do; one line each. */
  readonly warnings: readonly string[];
  /** How the model was run; null when it was not. */
  readonly run?: RunReport | null;
}

/** How the model was run, and what holds for all its layers. */
export interface RunReport {
  /** `onnxruntime-node` or `onnxruntime-web`. */
  readonly backend: string;
  /** Where the inputs come from, for people. */
  readonly inputs: string;
  readonly samples: number;
  /** Samples that one run took at most. */
  readonly batch: number;
  /** What was assumed about the inputs, one line each. */
  readonly notes: readonly string[];
  /** The output that tells classes, if one does. */
  readonly classes: { readonly output: string; readonly count: number } | null;
  /** Of the float model; null without labels. `interval`: 95 % Wilson. */
  readonly accuracy: { readonly correct: number; readonly samples: number; readonly interval: Interval } | null;
  /** How far predicted figures are from measured ones, from layers that were measured for this; null when nothing is predicted. */
  readonly prediction: { readonly rmsDb: number; readonly maxDb: number; readonly checked: number } | null;
  /** Everything quantized at once under one scheme; null when it was not tried. */
  readonly together: TogetherReport | null;
  /** Why there are no figures from running the model, or not all. */
  readonly problem?: string;
}

/** 95 % interval. */
export type Interval = readonly [number, number];

export interface TogetherReport {
  readonly scheme: string;
  readonly activationScheme: string | null;
  readonly outputSqnrDb: number | null;
  readonly kl: number | null;
  readonly top1Agreement: number | null;
  readonly accuracyDrop: number | null;
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
  /** Only with details, and for weights with a channel axis; one entry for each channel. */
  readonly channelStats?: ChannelStatistics;
  /** Of the value the layer takes in and the one it gives; null until the model was run. */
  readonly activationStats: ActivationStats | null;
  readonly errors: readonly LayerError[];
  readonly sensitivity: readonly Sensitivity[];
  /** What happens at this layer when all layers are quantized under one scheme. */
  readonly together?: LayerTogether;
  /** What makes this layer hard to quantize, most gain first. */
  readonly findings?: readonly Finding[];
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
  /** Only with details; null for a constant tensor. */
  readonly skewness?: number | null;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** Only with details: counts in equal bins over [lo, hi]. */
  readonly histogram?: { readonly lo: number; readonly hi: number; readonly counts: readonly number[] };
  /** Only with details. Not `exact` above 16 M elements: known to a part in 256. */
  readonly quantiles?: { readonly probabilities: readonly number[]; readonly values: readonly number[]; readonly exact: boolean };
}

export interface ActivationStats {
  readonly input: ValueStats | null;
  readonly output: ValueStats | null;
}

export interface ValueStats extends WeightStats {
  /** Name of the value in the graph. */
  readonly value: string;
  /** Elements over all samples; extremes are of all of them. */
  readonly elements: number;
  /** Elements that the other figures are of. */
  readonly count: number;
  /** What the operator that makes it allows: `one-sided` after ReLU, `bounded` after Clip or Sigmoid. */
  readonly kind: 'two-sided' | 'one-sided' | 'bounded';
  /** What that operator confines it to; null where an end is open. Left out where both are. */
  readonly bounds?: { readonly lo: number | null; readonly hi: number | null };
  /** Of the `count` elements, in equal bins over [lo, hi]; counts are rounded. */
  readonly histogram?: { readonly lo: number; readonly hi: number; readonly counts: readonly number[] };
  /** What every clipping method chooses, for unsigned formats of 8 and 4 bits. */
  readonly clips?: readonly ValueClip[];
}

/** A clip range that a method chose from a histogram. */
export interface ValueClip {
  readonly scheme: string;
  readonly method: string;
  readonly lo: number;
  readonly hi: number;
  /** Expected from the histogram, dB; null when the error is zero. */
  readonly sqnrDb: number | null;
}

/** Effect at the model's outputs of quantizing this layer alone. */
export interface Sensitivity {
  readonly scheme: string;
  readonly target: 'weight' | 'activation' | 'both';
  /** With target `both`, the scheme of the activation; `scheme` is the weight's. */
  readonly activationScheme?: string;
  /** dB, of the output that suffers most; null when nothing changes. */
  readonly outputSqnrDb: number | null;
  /** By output; only where it was measured. */
  readonly outputs?: readonly { readonly output: string; readonly sqnrDb: number | null }[];
  /** Mean Kullback-Leibler divergence from the float model, nats; null for models that tell no classes. */
  readonly kl: number | null;
  /** Share of the samples that keep their most likely class; null when unknown. */
  readonly top1Agreement: number | null;
  /** Accuracy of the float model less that of the quantized one; null without labels. */
  readonly accuracyDrop: number | null;
  /** Accuracy of the quantized model, 95 % Wilson; null without labels. */
  readonly accuracyInterval: Interval | null;
  /** Error of the layer's own output, dB; null when it is zero. Left out where it was not measured. */
  readonly localSqnrDb?: number | null;
  readonly how: 'measured' | 'predicted';
}

export interface LayerTogether {
  /** Error at this layer's output with everything up to it quantized, dB; null when it is zero. Left out where the output is not seen: in bodies of Loop, Scan and If. */
  readonly accumulatedSqnrDb?: number | null;
  /** Error at the model's outputs with all layers quantized but this one, dB. */
  readonly withoutSqnrDb?: number | null;
}

/** A cause of error, and what its remedy gains. */
export interface Finding {
  readonly cause:
    | 'outliers'
    | 'heavy-tails'
    | 'channel-imbalance'
    | 'layer-imbalance'
    | 'dead-channels'
    | 'asymmetry'
    | 'one-sided'
    | 'bias-shift'
    | 'bias-overflow'
    | 'range-mismatch';
  readonly target: 'weight' | 'activation';
  /** What was found, in a sentence or two. */
  readonly text: string;
  /** What to do about it and what that gains, in one sentence. */
  readonly remedy: string;
  /** dB, measured by applying the remedy; null when there is nothing in dB to gain. */
  readonly gainDb: number | null;
  /**
   * What `gainDb` is of: the weight itself, or an output: the layer's own, that of the layer it is equalized with, that of the node where values join.
   * Left out without a gain.
   */
  readonly gainOf?: 'weight' | 'output';
  /** The figures in `text`, by name: see the schema. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The remedy, as a plan takes it; left out where there is none. */
  readonly apply?: Remedy;
}

/** What `gainDb` was measured with. */
export type Remedy =
  /** A scheme instead of another one, of as many bits. */
  | { readonly target: 'weight' | 'activation'; readonly scheme: string; readonly instead: string }
  /**
   * Cross-layer equalization with the layer of that name, which comes after this one; both weights under `scheme`. `ranges`: lo and hi of each channel of what that layer takes
   * in, without which it cannot be quantized then.
   */
  | {
      readonly transform: 'equalize';
      readonly with: string;
      readonly scheme: string;
      readonly ranges?: readonly (readonly [number, number])[];
    }
  /**
   * The mean error that the weight makes under `scheme` is taken from the bias, channel by channel. `means`, and `inside` where kernels reach into the padding, are what a plan
   * needs for it; reports of earlier versions have none.
   */
  | {
      readonly transform: 'correct-bias';
      readonly scheme: string;
      readonly means?: readonly number[];
      readonly inside?: readonly number[];
    }
  /** The weight's scales are widened where the bias would leave int32. */
  | { readonly transform: 'fit-bias' }
  /** The inputs of the node of that name (of its output, when it has none) get a scale each under `scheme`. */
  | { readonly transform: 'own-scales'; readonly node: string; readonly scheme: string };

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
  /** For stochastic rounding: the standard deviation over repeats, of which `sqnrDb` is the mean. */
  readonly sqnrDbStd?: number;
  /** Where the figures are estimates: how many elements (blocks, for block granularity) they are from, and the 95 % interval of `sqnrDb`. */
  readonly sampled?: { readonly elements: number; readonly sqnrInterval: readonly [number, number] | null };
  readonly mse: number;
  readonly maxError: number;
  readonly cosine: number | null;
  readonly clippedFraction: number;
  readonly clip: ClipReport;
  readonly clips?: readonly (readonly [number, number])[];
  /** A closer look; only when it was asked for. */
  readonly details?: ErrorDetails;
}

export interface Advice {
  readonly scheme: string;
  readonly bits: number;
  readonly clip: ClipReport;
  /** Of the weight itself, dB; null for an error of zero. */
  readonly sqnrDb: number | null;
  /** What the scheme was chosen by when the model was run: its isolated effect at the outputs, dB; null when nothing changes there. */
  readonly outputSqnrDb?: number | null;
  readonly how?: Sensitivity['how'];
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
