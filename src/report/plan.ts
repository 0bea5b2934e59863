/** A plan: one scheme for every layer. The JSON schema in `plan.schema.json` is its public face. */
import type { Transform } from '../core/remedies/transform.js';
import type { ClipReport, Evidence, Interval, ModelSummary } from './types.js';

export type { Transform };

export const PLAN_SCHEMA = 'precision-lens/plan@1';

export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly tool: { readonly version: string };
  readonly model: Pick<ModelSummary, 'file' | 'sha256' | 'parameters'>;
  /** `weights`: nothing was run, so nothing is known of the model's outputs. */
  readonly evidence: Evidence;
  /** Samples that the model was run on. */
  readonly samples: number;
  readonly runtime: string;
  /** As the user wrote it, e.g. `bits=4.5`; several are joined by commas. */
  readonly budget: string;
  /** In topological order, one for each layer. */
  readonly assignments: readonly Assignment[];
  readonly predicted: Totals;
  /** What the plan did when it was run; null when it was not. */
  readonly measured: Measured | null;
  /** What the user should know about how the plan came about, one line each. */
  readonly notes: readonly string[];
  readonly solver: Solver;
  /** The same figures for the model as float32, and with every weight (and activation, where the plan quantizes some) as int8 where the runtime can. */
  readonly baselines: { readonly float32: Totals; readonly int8: Totals };
  /** What else a user would do, run the same way; empty when the plan was not run. */
  readonly comparisons: readonly Comparison[];
  readonly compression: Compression;
  readonly costs: PlanCosts;
  /** Plans for other budgets, by rising cost. */
  readonly pareto: readonly ParetoPoint[];
  /** Ranges of values under the schemes that `pareto` gives them; none without a run. */
  readonly ranges?: readonly ValueRanges[];
}

/** What one value is clipped to, by scheme. */
export interface ValueRanges {
  readonly input: string;
  readonly clips: readonly (ClipReport & { readonly scheme: string })[];
}

/** Something of a layer that a user can decide. */
export type ChoicePart = 'weight' | 'activation' | 'weightClip' | 'transforms';

export interface Assignment {
  readonly layer: string;
  /** Scheme of the weight; null: left as it is stored. */
  readonly weight: string | null;
  /** Scheme of the float value the layer takes in; null: left as it is. */
  readonly activation: string | null;
  /** Name of that value; null without a scheme for it. Layers that take the same value share scheme and range. */
  readonly input: string | null;
  /** Its calibrated range, from which scale and zero point follow; null without a scheme for it. */
  readonly clip: ClipReport | null;
  /** One range for the whole weight, in place of what the clipping method of its scheme chooses. */
  readonly weightClip?: ClipReport;
  /** At most one of each kind; none when left out. */
  readonly transforms?: readonly Transform[];
  /** What of this the user decided; the rest was suggested or found. */
  readonly chosen?: readonly ChoicePart[];
}

/** All figures are estimates for `costs.batch` samples; null where the operations or shapes of some layer are unknown. */
export interface Totals {
  /** dB at the outputs; null when the evidence is the weights alone, and without any noise. */
  readonly outputSqnrDb: number | null;
  /** −10·log10 of the layers' relative weight noises added up, dB; null without any noise. */
  readonly weightSqnrDb: number | null;
  /** Weights of layers with scales, zero points and codebooks. */
  readonly bytes: number;
  /** Mean over these weights. */
  readonly effectiveBits: number;
  /** Most that values take at one moment. */
  readonly peakActivationBytes: number | null;
  readonly bops: number | null;
  readonly energyPj: number | null;
  readonly energyParts: EnergyParts | null;
  /** Rooflines of the layers added up, on the machine of `costs.profile`. */
  readonly seconds: number | null;
}

/** pJ: of arithmetic, of memory beside it, of main memory. */
export interface EnergyParts {
  readonly arithmetic: number;
  readonly sram: number;
  readonly dram: number;
}

/** What quantizing several layers at once does to the outputs; as in a report's `Sensitivity`. */
export interface OutputFigures {
  /** dB, of the output that suffers most; null when nothing changes. */
  readonly outputSqnrDb: number | null;
  readonly kl: number | null;
  readonly top1Agreement: number | null;
  /** Of the quantized model, with its 95 % Wilson interval; null without labels. */
  readonly accuracy: number | null;
  readonly accuracyInterval: Interval | null;
  /** Accuracy of the float model less that of the quantized one; null without labels. */
  readonly accuracyDrop: number | null;
}

export interface Measured extends OutputFigures {
  /** Where most error has piled up, everything before it quantized as planned. */
  readonly worst: { readonly layer: string; readonly accumulatedSqnrDb: number } | null;
  /** How often the plan was made again because it did not do what was predicted. */
  readonly rounds: number;
}

export interface Comparison extends OutputFigures {
  readonly name: string;
  readonly bytes: number;
  readonly effectiveBits: number;
}

/** How near the assignments are to the best ones. Losses are relative noise; where a floor is kept, what is minimised. */
export interface Solver {
  /**
   * `exact`: nothing better was left. `measured`: by its predicted loss another one is better, but of those that were run this one is. `user`: some assignments are the user's own; the bound is of what can be planned within the budget.
   */
  readonly method: 'exact' | 'greedy' | 'measured' | 'user';
  readonly loss: number;
  readonly greedyLoss: number;
  /** No assignment within the budget goes below this. */
  readonly bound: number;
}

export interface Compression {
  /** Weights of layers as float32 over those of the plan, at whatever accuracy each has. */
  readonly ratio: number;
  /**
   * Weights of the float model that reaches the measured accuracy, on a curve of float models, over those of the plan (Sung, Shin, Hwang 2015); null without
   * a curve.
   */
  readonly effectiveRatio: number | null;
}

export interface ParetoPoint extends Totals {
  /** Scheme of each layer's weight and of what it takes in, in the order of `assignments`. */
  readonly weights: readonly (string | null)[];
  readonly activations: readonly (string | null)[];
}

/** What running the model costs as planned. Everything is an estimate. */
export interface PlanCosts {
  /** The machine that times are for, and where its figures are from. */
  readonly profile: {
    readonly name: string;
    readonly source: string;
    /** Bytes a second from main memory, and multiply-accumulates a second by bits of the wider operand. */
    readonly bandwidth?: number;
    readonly peak?: { readonly integer: Readonly<Record<string, number>>; readonly float: Readonly<Record<string, number>> };
  };
  readonly energySource: string;
  /** Samples that run at once. */
  readonly batch: number;
  /** In the order of `assignments`. */
  readonly layers: readonly LayerCosts[];
  /** Null when the shape of some value is unknown. */
  readonly activations: ActivationCosts | null;
  /** Bytes of weights and values that all operators move; null when the shape of some value is unknown. */
  readonly moved: {
    readonly plain: number;
    /** With batch normalization in the weights of the layer in front. */
    readonly normalizationFolded: number;
    /** With elementwise operators computed before a layer's result is written. */
    readonly operatorsFused: number;
    readonly both: number;
  } | null;
  /** Memory against the batch. */
  readonly batches: readonly BatchCosts[];
}

export interface LayerCosts {
  readonly layer: string;
  readonly weightBytes: number;
  readonly macs: number | null;
  readonly bops: number | null;
  readonly energyPj: number | null;
  /** Its parts. */
  readonly energyParts?: EnergyParts | null;
  /** Bytes of its weight, of what it takes in and what it gives, the latter as wide as the former. */
  readonly bytesMoved: number | null;
  /** Multiply-accumulates for each byte moved. */
  readonly intensity: number | null;
  readonly seconds: number | null;
  readonly bound: 'compute' | 'memory' | null;
  /** XNOR-Net's speed-up with binary weights and inputs: of the arithmetic, and what memory leaves of it. */
  readonly binary: { readonly speedup: number; readonly bounded: number | null } | null;
}

export interface ActivationCosts {
  readonly peakBytes: number;
  /** The node that runs at the peak, and the values that are held then. */
  readonly node: string;
  readonly values: readonly string[];
  /** Nodes in the order that has this peak; operators that are merged into others are left out. */
  readonly order: readonly string[];
  /** Bytes of values that are held while each of them runs. */
  readonly held?: readonly number[];
  /** Whether that is the file's own order. */
  readonly asStored: boolean;
}

export interface BatchCosts {
  readonly batch: number;
  readonly weightBytes: number;
  readonly peakActivationBytes: number | null;
  /** What training keeps: outputs of layers, as float32. */
  readonly trainingBytes: number | null;
  /** Their share of parameters and outputs at equal widths. */
  readonly activationShare: number | null;
}
