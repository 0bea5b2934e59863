import type { Plan } from '../../report/plan.js';
import { packPlan, type PackedPlan } from '../../rpc/packedPlan.js';
import type { PlanningEvent, PlanningView } from '../../rpc/page.js';
import type { ModelPlan } from '../models/modelPlan.js';
import type { PlanFacts } from '../run/planner.js';
import type { RunStream } from './follow.js';

/** How the finding of a plan stands, as the page shows it. */
export const planningView = ({ state, found }: Pick<ModelPlan, 'state' | 'found'>, facts: PlanFacts): PlanningView => ({
  ...facts,
  kind: state.kind,
  progress: state.kind === 'planning' ? state.progress : null,
  error: state.kind === 'failed' ? state.error.message : null,
  nearest: state.kind === 'failed' ? state.nearest : null,
  stale: found?.stale ?? null,
});

/** The plan that the user's decisions lie over, which may be of a file that was saved before. */
export interface UserPlan {
  readonly draft: { readonly found: Plan | null };
  /** Calls `look` after every change, until the function that is returned is called. */
  watch(look: () => void): () => void;
}

/**
 * Sends the plan that is there, and everything that happens, as it happens: the plan that was found since the model is open, else the one that the
 * user's decisions lie over.
 */
export function streamPlan(plan: ModelPlan, user: UserPlan, facts: () => PlanFacts, post: (event: PlanningEvent) => void): RunStream {
  let told: PackedPlan | Plan | null | undefined;
  const sendState = (): void => post({ kind: 'planning', planning: planningView(plan, facts()) });
  const sendPlan = (): void => {
    const { found } = plan;
    const now = found?.plan ?? user.draft.found;
    if (told === now) return;
    told = now;
    post({ kind: 'plan', plan: found?.plan ?? (user.draft.found && packPlan(user.draft.found)) });
  };
  const stops = [plan.watch(({ kind }) => (kind === 'found' ? sendPlan() : sendState())), user.watch(sendPlan)];
  sendState();
  sendPlan();
  return { refresh: sendState, stop: () => stops.forEach((stop) => stop()) };
}
