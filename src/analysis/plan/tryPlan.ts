import type { PlanTrial } from '../../report/planTrial.js';
import type { Report } from '../../report/types.js';
import type { UserPlanJob } from '../../report/userPlanJob.js';
import type { ModelInput } from '../pipeline.js';
import type { RunOptions } from '../run.js';
import { withBench } from './bench.js';
import { comparisonOf, int8Everywhere } from './comparisons.js';
import { draftPlan, type MeasureWeight } from './userPlan.js';

/**
 * Runs the plan that assignments make, and int8 everywhere beside it.
 *
 * @param report as with `userPlan`
 * @param emit is told how many of them were run
 * @throws what `userPlan` throws, what starting engines throws, InputError for inputs that are not the model's; the signal's reason when cancelled
 */
export async function tryPlan(
  input: ModelInput,
  report: Report,
  job: UserPlanJob,
  measure: MeasureWeight,
  run: RunOptions,
  emit: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<PlanTrial> {
  const { model, report: known, subject, assigned, runtime } = await draftPlan(input, report, job, measure);
  signal.throwIfAborted();
  const int8 = int8Everywhere(known.layers, subject, assigned, runtime, known.evidence);
  return withBench(model, subject, run, emit, signal, async (bench, { evidence, samples }) => {
    const [own, plain] = await bench.run([assigned, int8]);
    return {
      measured: { ...own.figures, worst: own.worst, rounds: 0 },
      comparisons: [comparisonOf(subject, { name: 'int8 everywhere', assigned: int8 }, plain.figures)],
      evidence,
      samples,
    };
  });
}
