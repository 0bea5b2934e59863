import type { Hardware } from '../core/costs/hardware.js';
import type { Assignment, Plan } from './plan.js';
import type { LayerError } from './types.js';

/** What the user's plan is made of, as plain data. */
export interface UserPlanJob {
  /** One for each layer, in their order: what the user decided, over what was found or suggested. */
  readonly assignments: readonly Assignment[];
  /** The plan that was found and that they lie over; null: over the advice. */
  readonly found: Plan | null;
  /** What the plan is for, as long as that can run it. */
  readonly runtime: string;
  /** The machine that times and energies are for. */
  readonly hardware: Hardware;
  /** Samples that run at once. */
  readonly batch: number;
}

/** An error of a layer's weight that was measured because a plan asks for it. */
export interface ExtraError {
  /** Name of the layer. */
  readonly layer: string;
  readonly error: LayerError;
}

/** The plan of a user, and the errors that had to be measured for it. */
export interface UserPlan {
  readonly plan: Plan;
  readonly measured: readonly ExtraError[];
}
