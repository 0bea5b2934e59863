import type { BackendChoice, EngineProcess } from '../../engine/index.js';
import type { TogetherSchemes } from '../../report/runSettings.js';
import type { ActivationStats, Finding, LayerError, LayerTogether, RunReport, Sensitivity } from '../../report/types.js';
import type { RunProgress } from '../../report/update.js';
import type { AnswerCache } from '../cache/answers.js';

export type Target = Sensitivity['target'];

export interface SensitivityOptions {
  /** Starts one engine. */
  readonly startEngine: () => EngineProcess;
  /** Engines at once; the processor's cores when left out, 4 at most. Figures do not depend on it. */
  readonly processes?: number;
  readonly weightSchemes: readonly string[];
  /** Schemes for what layers take in. */
  readonly activationSchemes: readonly string[];
  readonly targets: readonly Target[];
  /** By layer, what the weights alone told makes it hard to quantize. */
  readonly weightFindings?: readonly (readonly Finding[])[];
  /** Measures every layer under every scheme. */
  readonly exhaustive?: boolean;
  /** What a scheme is to keep at the outputs to be chosen, dB: what would be chosen is measured. 25 when left out. */
  readonly targetSqnr?: number;
  /** Class of every sample. */
  readonly labels?: Int32Array | null;
  /** The output that tells classes, `auto` or `none`; `auto` when left out. */
  readonly classes?: string;
  /** Build of ONNX Runtime; the native one, or WebAssembly where that does not load, when left out. */
  readonly backend?: BackendChoice;
  /** Bytes for float activations at the cuts, of all engines; 1 GiB when left out. */
  readonly memoryBudget?: number;
  /** Answers of earlier runs of the same model on the same inputs; none when left out. */
  readonly cache?: AnswerCache;
  /** Scheme that all layers are quantized with at once, to see errors accumulate; none when left out. */
  readonly together?: TogetherSchemes | null;
}

/** What running the model tells of one layer. */
export interface LayerFigures {
  readonly activationStats: ActivationStats | null;
  /** Errors of the layer's input itself. */
  readonly activationErrors: readonly LayerError[];
  readonly sensitivity: readonly Sensitivity[];
  /** Null until remedies were tried. */
  readonly findings: readonly Finding[] | null;
  readonly together?: LayerTogether;
  /** Why nothing was measured here. */
  readonly problem?: string;
}

export type SensitivityUpdate =
  | ({ readonly kind: 'progress' } & RunProgress)
  /** What is known of one layer by now. */
  | { readonly kind: 'figures'; readonly layer: number; readonly figures: LayerFigures };

export interface SensitivityResult {
  readonly run: RunReport;
  /** By layer of the model. */
  readonly layers: readonly LayerFigures[];
}
