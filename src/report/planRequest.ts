import type { Hardware } from '../core/costs/hardware.js';
import type { RunSettings } from './runSettings.js';

/** What a plan costs: bits of weights, peak bytes of activations, bit operations, pJ or seconds. */
export type CostKind = 'size' | 'activations' | 'bops' | 'energy' | 'time';

/** What can be minimised. */
export const costKinds: readonly CostKind[] = ['size', 'activations', 'bops', 'energy', 'time'];

/** What a plan must keep to. */
export type BudgetKind = CostKind | 'bits' | 'sqnr' | 'drop';

/** What a user asks of a plan. */
export interface PlanRequest {
  /** As on the command line: `bits=4.5`, or one budget for weights and one for activations. */
  readonly budgets: readonly string[];
  /** Name of what runs the model. */
  readonly runtime: string;
  /** What is spent least of while a floor is kept. */
  readonly minimize: CostKind;
}

/** A request with all that its answer depends on, as plain data. */
export interface PlanJob extends PlanRequest {
  /** The machine that times and energies are for. */
  readonly hardware: Hardware;
  /** Samples that run at once. */
  readonly batch: number;
  /** How the model is run; null: the plan is made from the weights alone. */
  readonly run: RunSettings | null;
}
