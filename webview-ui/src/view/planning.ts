/** What the page knows of plans: the one that was found, and how the finding of one stands. */
import type { Plan } from '../../../src/report/plan.js';
import { unpackPlan } from '../../../src/rpc/packedPlan.js';
import type { PlanningEvent, PlanningView } from '../../../src/rpc/page.js';

export interface PlanKnown {
  readonly view: PlanningView;
  /** The plan that was found last. */
  readonly plan: Plan | null;
}

export const noPlan: PlanKnown = {
  view: { kind: 'idle', request: null, progress: null, error: null, nearest: null, stale: null, runtimes: [], runtime: 'generic' },
  plan: null,
};

/** What is known after `event`. */
export const stepPlanning = (known: PlanKnown, event: PlanningEvent): PlanKnown =>
  event.kind === 'planning' ? { ...known, view: event.planning } : { ...known, plan: event.plan && unpackPlan(event.plan) };
