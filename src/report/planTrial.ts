import type { Comparison, Measured } from './plan.js';
import type { Evidence } from './types.js';

/** What a plan did when it was run. */
export interface PlanTrial {
  readonly measured: Measured;
  /** What else was run beside it, the same way. */
  readonly comparisons: readonly Comparison[];
  /** What it was run on. */
  readonly evidence: Evidence;
  readonly samples: number;
}
