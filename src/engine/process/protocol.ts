import type { BackendChoice } from '../backend/types.js';
import type { Clipping, ClipRange } from '../../core/formats/index.js';
import type { Statistics } from '../../core/statistics/moments.js';
import type { SparseHistogram } from '../../core/statistics/sparse.js';
import type { ChannelRanges, Transform } from '../../core/remedies/transform.js';
import type { InputTensors } from '../inputs/types.js';
import type { Classes, Difference } from '../metrics/outputs.js';

/** Where the engine finds the model: a path, beside which external data lies, or its bytes. */
export type ModelPlace = { readonly path: string } | { readonly bytes: Uint8Array };

/** What a value may be, whatever the inputs are: seen from the operator that makes it. */
export type RangeKind = 'two-sided' | 'one-sided' | 'bounded';

/** One value of the graph over all samples. */
export interface ValueFacts {
  readonly value: string;
  readonly statistics: Statistics;
  /**
   * Values that went by; `statistics.count` of them were looked at for more than their extremes. An end that only a ReLU or Clip behind sees, and cuts off, is that of the
   * values looked at.
   */
  readonly total: number;
  readonly kind: RangeKind;
  /** What the operator confines it to; an open end is infinite. */
  readonly bounds: { readonly lo: number; readonly hi: number };
  /** The `statistics.count` values by their upper 16 bits. */
  readonly histogram: SparseHistogram;
  /** Some of the values, where a histogram does not tell enough: of few values and of those that are often the same, like the pixels of images; else null. */
  readonly sample: Float32Array | null;
  /** What every clipping method chooses for it; empty when there are no values. */
  readonly clips: readonly ValueClip[];
}

/** A clip range that a method chose from a histogram. */
export interface ValueClip {
  readonly scheme: string;
  readonly method: Clipping['method'];
  readonly lo: number;
  readonly hi: number;
  /** Expected from the histogram, dB; null when the error is zero. */
  readonly sqnrDb: number | null;
}

/** Error of one layer's own output when only this layer is quantized. */
export interface LocalError {
  readonly scheme: string;
  readonly target: 'weight' | 'activation';
  /** dB; null when the error is zero. */
  readonly sqnrDb: number | null;
}

/** What calibration tells a scheme of a layer's input. */
export interface ActivationRange {
  /** Of all values. */
  readonly clip: ClipRange;
  /** Of the channels, for schemes with a scale for each. */
  readonly clips?: readonly (readonly [number, number])[];
  /** Some values, for formats that are fitted to values; of as many of each channel, channel after channel, where each has its own. */
  readonly sample?: Float32Array;
}

/** Error of a layer's input itself under a scheme, with the range that was calibrated. */
export interface ActivationError extends ActivationRange {
  readonly scheme: string;
  readonly mse: number;
  readonly maxError: number;
  readonly cosine: number | null;
  readonly sqnrDb: number | null;
  readonly clippedFraction: number;
  readonly bits: number;
  readonly effectiveBits: number;
}

/** What calibration tells of one layer. */
export interface LayerFacts {
  /** Its number in the model. */
  readonly layer: number;
  readonly input: ValueFacts | null;
  readonly output: ValueFacts | null;
  readonly activationErrors: readonly ActivationError[];
  readonly local: readonly LocalError[];
  /** Channels of the input, those that never change, and the values of each; null for values without known channels. */
  readonly inputChannels: { readonly channels: number; readonly dead: number; readonly values: number } | null;
  /** Bits that the largest bias takes as an integer of scale s_x·s_w, both of 8 bits, per channel, and biases that need more than 32; null without a constant bias. */
  readonly bias: { readonly bits: number; readonly overflowing: number } | null;
}

/** One way to quantize a layer, tried at its own output. */
export interface Variant {
  /** Schemes of its weight and its input, or null; the input's range is that of the values at hand. */
  readonly weight: string | null;
  readonly activation: string | null;
  /**
   * `int32`: weight and input have 8 bits, the weight a scale per channel, and the bias is an int32 at the scale that theirs imply; `fitted`: the
   * weight's scales are widened where the bias would not fit.
   */
  readonly bias: 'float' | 'int32' | 'fitted';
  /** The mean error of every output channel, taken from the other samples, is taken out. */
  readonly corrected: boolean;
}

export interface LayerTrial {
  readonly layer: number;
  readonly variants: readonly Variant[];
}

export interface TrialOutcome {
  /** SQNR at the layer's own output under each variant, dB: null when the error is zero, undefined where it cannot be tried. */
  readonly sqnrDb: readonly (number | null | undefined)[];
  /** What a plan needs to correct the layer's bias; null where no variant is corrected, or its bias cannot be. */
  readonly inputs: { readonly means: readonly number[]; readonly inside: readonly number[] | null } | null;
}

/** Two layers whose weights are quantized as they are, and with the ranges of the channels between them evened out. */
export interface PairFacts {
  readonly first: number;
  readonly second: number;
  /** Whether there are clips between them, whose bounds become bounds of channels. */
  readonly clips: boolean;
  /** The factors that even out the channels. */
  readonly factors: { readonly smallest: number; readonly largest: number };
  /** Of each channel that the second layer takes in, over all samples, in the model as it is; null where they were not seen. */
  readonly ranges: ChannelRanges | null;
  /** SQNR at the second layer's output, dB; null when the error is zero. */
  readonly plainDb: number | null;
  readonly equalizedDb: number | null;
}

/** Values of different ranges that join. */
export interface JoinFacts {
  /** Of its node. */
  readonly name: string;
  readonly op: string;
  readonly output: string;
  /** The nearest layer that the narrowest value comes from; null when there is none. */
  readonly layer: number | null;
  /** Ranges over all samples, widened to hold zero. */
  readonly widest: ClipRange;
  readonly narrowest: ClipRange;
  /** SQNR with one range for all and with each its own, dB: at the output, and of the narrowest value; null when the error is zero. */
  readonly sharedDb: number | null;
  readonly ownDb: number | null;
  readonly narrowSharedDb: number | null;
  readonly narrowOwnDb: number | null;
}

/** What is quantized in a test. */
export interface Quantized {
  readonly layer: number;
  /** Scheme of its weight, or null. */
  readonly weight: string | null;
  /** Scheme and range of its input, or null. */
  readonly activation: ({ readonly scheme: string } & ActivationRange) | null;
}

/** What is done to a layer's float numbers before, or while, they are quantized. */
export interface LayerTransforms {
  readonly layer: number;
  readonly transforms: readonly Transform[];
}

export interface Accumulated {
  readonly layer: number;
  /** SQNR at this layer's output with everything before it and itself quantized, dB; null when the error is zero. */
  readonly sqnrDb: number | null;
}

/** Where a layer can be changed. */
export interface LayerPlace {
  readonly part: number | null;
  /** What it is observed with. */
  readonly stretch: number | null;
  readonly weight: boolean;
  readonly activation: boolean;
  readonly problem: string | null;
}

export interface Started {
  readonly backend: string;
  /** Why this backend stands in for the native one, in one line; null when it does not. */
  readonly standsIn: string | null;
  readonly parts: number;
  readonly stretches: number;
  readonly layers: readonly LayerPlace[];
  readonly classes: Classes | null;
  /** Share of the samples that the float model classifies right; null without labels or classes. */
  readonly accuracy: { readonly correct: number; readonly samples: number } | null;
  /** Bytes kept at the cuts. */
  readonly kept: number;
  /** Why the model cannot be cut, if it cannot. */
  readonly opaque: string | null;
  /** Outputs with values that are not finite, in float. */
  readonly notFinite: readonly string[];
}

/** What an engine process does. Calls are answered one after the other. */
export type EngineMethods = {
  /** Loads ONNX Runtime, in the build that is asked for (any when left out), and reads the model. */
  open: { params: { readonly model: ModelPlace; readonly backend?: BackendChoice }; result: { readonly backend: string }; progress: never };
  /** Inputs of the next run. */
  feed: { params: { readonly inputs: InputTensors; readonly samples: number }; result: null; progress: never };
  /** All inputs are there: runs the model in float. */
  start: {
    params: { readonly probe: InputTensors; readonly labels: Int32Array | null; readonly classes: string; readonly budget: number };
    result: Started;
    progress: { readonly done: number; readonly total: number };
  };
  /** Statistics and local errors of the layers of one stretch, which is one part or several short ones. */
  observe: {
    params: { readonly stretch: number; readonly weightSchemes: readonly string[]; readonly activationSchemes: readonly string[] };
    result: readonly LayerFacts[];
    progress: never;
  };
  /** Tries variants of layers of one part, each at its own output, on the first samples. */
  trials: { params: { readonly part: number; readonly trials: readonly LayerTrial[] }; result: readonly TrialOutcome[]; progress: never };
  /** Tries to even out pairs of layers, the first of them in this part, with both weights under `scheme`. */
  pairs: { params: { readonly part: number; readonly scheme: string }; result: readonly PairFacts[]; progress: never };
  /** Tries own ranges against a shared one where values of this part join whose ranges differ by `ratio` and more. */
  joins: {
    params: { readonly part: number; readonly scheme: string; readonly ratio: number };
    result: readonly JoinFacts[];
    progress: never;
  };
  /** Runs the model with one layer quantized. */
  effect: { params: Quantized; result: Difference; progress: never };
  /** Runs the model with several layers quantized. Layers whose outputs equalization divides have no accumulated error. */
  plan: {
    params: { readonly quantized: readonly Quantized[]; readonly transforms?: readonly LayerTransforms[] };
    result: { readonly difference: Difference; readonly accumulated: readonly Accumulated[] };
    progress: never;
  };
  /** Runs the model with several layers quantized but for one, again and again. */
  leaveOneOut: {
    params: { readonly quantized: readonly Quantized[]; readonly layers: readonly number[]; readonly budget: number };
    result: null;
    /** Each layer as it is done. */
    progress: { readonly layer: number; readonly difference: Difference };
  };
};
