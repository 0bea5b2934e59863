/** Edits of the user's plan: what they are called, and how components send them. */
import type { PlanEdit } from '../analysis.js';
import { t } from '../text/l10n.js';
import { nameInText } from '../text/names.js';

/** Sends an edit to whoever keeps the plan. */
export const sendEdit = (from: EventTarget, detail: PlanEdit): void =>
  void from.dispatchEvent(new CustomEvent<PlanEdit>('pl-edit', { detail, bubbles: true, composed: true }));

/** @param scheme null: as it is; undefined: back to the suggestion */
export function schemeLabel(layers: readonly string[], target: 'weight' | 'activation', scheme: string | null | undefined): string {
  const what = layers.length === 1 ? nameInText(layers[0]) : t('{0} layers', layers.length);
  if (scheme === undefined) return t('Put {0} back to the suggestion', what);
  const to = scheme ?? t('float');
  return target === 'weight' ? t('Set {0} to {1}', what, to) : t('Set what {0} takes in to {1}', what, to);
}
