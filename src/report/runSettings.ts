import type { Sensitivity } from './types.js';

/** How images become inputs; what is left out is chosen to suit the model, and told. */
export interface ImageSettings {
  /** Height and width of what the model sees; only where the model leaves them open. */
  readonly size?: readonly [height: number, width: number];
  /** `crop`: the shorter side fills, the longer one is cut on both sides; `stretch`: the aspect ratio changes. */
  readonly fit?: 'crop' | 'stretch';
  /** `(sample · scale − mean) / std`, with samples 0…255; mean and std one for all channels or one each. */
  readonly scale?: number;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** Order of the colours; `rgb` unless told. */
  readonly colours?: 'rgb' | 'bgr';
  /** Where the channels lie, when the shape of the input leaves it open or deceives. */
  readonly layout?: 'NCHW' | 'NHWC';
}

/** What all layers are quantized with at once. */
export interface TogetherSchemes {
  readonly weight: string;
  /** Null leaves activations as they are. */
  readonly activation: string | null;
}

/** How a model is to be run: all that a user may set, as plain data. */
export interface RunSettings {
  /** Path of the user's inputs; generated ones when null. */
  readonly inputs: string | null;
  /** Path of a class for every sample; only with inputs. */
  readonly labels: string | null;
  /** At most so many samples. */
  readonly samples: number;
  readonly seed: number;
  readonly images: ImageSettings;
  /** Numbers for named dims of the model's inputs. */
  readonly dims: Readonly<Record<string, number>>;
  /** The output whose last axis tells classes: its name, `auto` to find it by its shape, `none` for a model that tells none. */
  readonly classes: string;
  /** What is quantized. */
  readonly targets: readonly Sensitivity['target'][];
  /** Schemes for what layers take in. */
  readonly activationSchemes: readonly string[];
  /** Measures every layer under every scheme instead of predicting between. */
  readonly exhaustive: boolean;
  /** What to quantize all layers with at once, to see errors accumulate; null for not at all. */
  readonly together: TogetherSchemes | null;
  /** Bytes for the float activations that are kept, of all engines. */
  readonly memoryBudget: number;
  /** Build of ONNX Runtime that runs the model; `auto`: the native one, or WebAssembly where that does not load. */
  readonly backend: 'auto' | 'native' | 'wasm';
  /** What the suggested scheme of a layer keeps at least, dB at the outputs. */
  readonly targetSqnr: number;
}

/** Activations are tried under what runtimes offer, and under less to see how fast it gets worse. */
export const defaultRunSettings: RunSettings = {
  inputs: null,
  labels: null,
  samples: 64,
  seed: 1,
  images: {},
  dims: {},
  classes: 'auto',
  targets: ['weight', 'activation'],
  activationSchemes: ['uint8/tensor/minmax', 'uint6/tensor/minmax', 'uint4/tensor/minmax'],
  exhaustive: false,
  together: null,
  memoryBudget: 2 ** 30,
  backend: 'auto',
  targetSqnr: 25,
};
