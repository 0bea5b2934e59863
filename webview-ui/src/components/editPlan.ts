import type { LayerChoice } from '../../../src/report/choices.js';
import type { PlanEdit } from '../analysis.js';

/** Changes the user's plan: event `pl-edit`, which goes up to the page. `label` is what undoing it is called. */
export const editPlan = (from: EventTarget, label: string, choices: readonly LayerChoice[]): void => {
  from.dispatchEvent(new CustomEvent<PlanEdit>('pl-edit', { detail: { label, choices }, bubbles: true, composed: true }));
};
