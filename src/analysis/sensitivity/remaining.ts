import type { RunStage } from '../../report/update.js';

/** A stage that takes time: what is left of it, and what it took so far. Costs are in passes of the float model over all samples. */
export interface StageWork {
  readonly stage: RunStage;
  /** Of all that is left, and of the largest piece. */
  readonly left: number;
  readonly largest: number;
  /** Pieces that are done at the same time. */
  readonly parallel: number;
  /** What was timed. */
  readonly timed: { readonly cost: number; readonly seconds: number };
}

/**
 * Seconds that one pass takes in a stage, relative to the float pass, before the stage has been seen to take any: calibration looks at all
 * values and runs every layer again and again, a test loads its piece of the model.
 */
const EXPECTED: Readonly<Record<RunStage, number>> = { load: 0, float: 1, observe: 5, effects: 1.5, causes: 1.5, together: 1.5 };

/** Seconds until all stages are done, from what was timed so far; null while nothing was. */
export function remainingSeconds(stages: readonly StageWork[]): number | null {
  const seconds = stages.reduce((sum, { stage, timed }) => sum + (EXPECTED[stage] > 0 ? timed.seconds : 0), 0);
  const expected = stages.reduce((sum, { stage, timed }) => sum + timed.cost * EXPECTED[stage], 0);
  if (expected === 0) return null;
  return stages.reduce((sum, { stage, left, largest, parallel, timed }) => {
    const pace = timed.cost > 0 ? timed.seconds / timed.cost : (EXPECTED[stage] * seconds) / expected;
    return sum + pace * Math.max(left / parallel, Math.min(largest, left));
  }, 0);
}
