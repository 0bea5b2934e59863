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

/** Sends the plan that is there, and everything that happens, as it happens. */
export function streamPlan(plan: ModelPlan, facts: () => PlanFacts, post: (event: PlanningEvent) => void): RunStream {
  const sendState = (): void => post({ kind: 'planning', planning: planningView(plan, facts()) });
  const sendPlan = (): void => post({ kind: 'plan', plan: plan.found?.plan ?? null });
  const unwatch = plan.watch(({ kind }) => (kind === 'found' ? sendPlan() : sendState()));
  sendState();
  sendPlan();
  return { refresh: sendState, stop: unwatch };
}
