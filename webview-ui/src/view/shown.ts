/** Which plan is looked at: the one that was found, the user's own, or a point of the front; and all that is known of it. Pure. */
import type { Choices } from '../../../src/report/choices.js';
import type { Plan } from '../../../src/report/plan.js';
import type { PlanTrial } from '../../../src/report/planTrial.js';
import type { PlanBase, ShownPlan, TrialView } from '../../../src/rpc/page.js';
import { sameSchemes, schemesAt, userSchemes, type Candidate } from './plans.js';

export const noTrial: TrialView = { kind: 'idle', key: null, progress: null, error: null, trial: null };

/** What the plan of `answer` did when it was run; null when it was not. */
export const trialOf = (answer: ShownPlan | null, view: TrialView): PlanTrial | null =>
  answer === null ? null : view.key === answer.key && view.trial ? view.trial : answer.trial;

/** Whether the user's plan is another one than what was found. */
export const isOwn = (plan: Plan, choices: Choices, base: PlanBase | null): boolean =>
  !sameSchemes(
    userSchemes(
      choices,
      base,
      plan.assignments.map(({ layer }) => layer),
    ),
    schemesAt(plan, 'found'),
  );

/**
 * The plan that is looked at, with figures of its own only: what is not known yet is left out.
 *
 * @param answer what the extension says of it; null: nothing yet
 * @returns null as long as nothing is known of the user's plan
 */
export function shownPlan(found: Plan | null, candidate: Candidate, answer: ShownPlan | null, trial: PlanTrial | null): Plan | null {
  const ran = { measured: trial?.measured ?? null, comparisons: trial?.comparisons ?? [] };
  if (candidate === 'yours') return answer && { ...answer.plan, ...ran, pareto: found?.pareto ?? [] };
  if (!found) return null;
  if (candidate === 'found') return found.measured ? found : { ...found, ...ran };
  const { weights, activations } = found.pareto[candidate];
  return {
    ...found,
    ...ran,
    assignments: found.assignments.map((assignment, i) => ({ ...assignment, weight: weights[i], activation: activations[i] })),
    predicted: found.pareto[candidate],
    costs: answer?.plan.costs ?? { ...found.costs, layers: [], activations: null, moved: null, batches: [] },
    solver: { ...found.solver, method: 'user' },
    notes: [],
  };
}
