/** A plan: one scheme for every layer. The JSON schema in `plan.schema.json` is its public face. */
import type { ClipReport, Evidence, ModelSummary } from './types.js';

export const PLAN_SCHEMA = 'precision-lens/plan@1';

export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly tool: { readonly version: string };
  readonly model: Pick<ModelSummary, 'file' | 'sha256' | 'parameters'>;
  /** `weights`: nothing was run, so nothing is known of the model's outputs. */
  readonly evidence: Evidence;
  readonly runtime: string;
  /** As the user wrote it, e.g. `bits=4.5`. */
  readonly budget: string;
  /** In topological order, one for each layer. */
  readonly assignments: readonly Assignment[];
  readonly predicted: Totals;
  /** What the plan did when it was run; null when it was not. */
  readonly measured: null;
  readonly solver: Solver;
  /** The same figures for the model as float32, and with every weight as int8 where the runtime can. */
  readonly baselines: { readonly float32: Totals; readonly int8: Totals };
  /** Plans for other budgets, by rising cost. */
  readonly pareto: readonly ParetoPoint[];
}

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
}

/** All figures are estimates. Those of the multiply-accumulates are for one sample, and null when a layer's are unknown. */
export interface Totals {
  /** dB at the outputs; null when the evidence is the weights alone. */
  readonly outputSqnrDb: number | null;
  /** −10·log10 of the layers' relative weight noises added up, dB; null without any noise. */
  readonly weightSqnrDb: number | null;
  /** Weights of layers with scales, zero points and codebooks. */
  readonly bytes: number;
  /** Mean over these weights. */
  readonly effectiveBits: number;
  readonly bops: number | null;
  readonly energyPj: number | null;
  readonly energyParts: { readonly arithmetic: number; readonly sram: number; readonly dram: number } | null;
}

/** How near the assignments are to the best ones. Losses are relative weight noise; where a floor of SQNR is kept, what is minimised. */
export interface Solver {
  /** `exact`: nothing better was left. */
  readonly method: 'exact' | 'greedy';
  readonly loss: number;
  readonly greedyLoss: number;
  /** No assignment within the budget goes below this. */
  readonly bound: number;
}

export interface ParetoPoint extends Totals {
  /** Scheme of each layer's weight, in the order of `assignments`. */
  readonly weights: readonly (string | null)[];
}
