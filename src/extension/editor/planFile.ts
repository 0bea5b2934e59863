/** A draft as a file: the plan beside the model, and what is kept over a restart. Pure. */
import { choicesIn, partsOf, suggested, type ChosenLayer } from '../../report/choices.js';
import { readPlan } from '../../report/readPlan.js';
import type { Plan } from '../../report/plan.js';
import type { Draft } from './editing.js';

/** Name of the file that the plan of the model in `file` is saved in. */
export const planFileName = (file: string): string => `${file.replace(/\.[^.]*$/, '')}.precision.json`;

export const planText = (plan: Plan): string => `${JSON.stringify(plan, null, 2)}\n`;

/** The model a plan file has to be of. */
export interface PlannedModel {
  readonly file: string;
  readonly sha256: string;
  readonly layers: readonly ChosenLayer[];
}

/**
 * What the user decided in a plan file, and what lies under it: the plan itself where it was found for a budget, with the advice where the user's
 * decisions took the place of what was found.
 * @throws PlanFileError when it is no plan of this model
 */
export function readDraft(text: string, model: PlannedModel): Draft {
  const plan = readPlan(text, model);
  const choices = choicesIn(plan.assignments);
  if (plan.budget === '') return { choices, found: null };
  const assignments = plan.assignments.map(({ chosen = [], ...assignment }, i) => {
    const advised = suggested(model.layers[i]);
    const { weightClip, transforms, ...rest } = assignment;
    const activation = chosen.includes('activation') ? { activation: null, input: null, clip: null } : {};
    return {
      ...rest,
      ...(chosen.includes('weight') ? { weight: advised.weight } : {}),
      ...activation,
      ...(weightClip && !chosen.includes('weightClip') ? { weightClip } : {}),
      ...(transforms && !chosen.includes('transforms') ? { transforms } : {}),
    };
  });
  return { choices, found: { ...plan, assignments } };
}

/** Whether the text is a plan of the model whose file has this hash; damaged ones are of none. */
export function isPlanOf(text: string, sha256: string): boolean {
  try {
    const { schema, model } = JSON.parse(text) as Partial<Plan>;
    return schema === 'precision-lens/plan@1' && model?.sha256 === sha256;
  } catch {
    return false;
  }
}

/** A draft that is kept until VS Code opens the model again. */
export const backupText = (draft: Draft): string => JSON.stringify(draft);

/** Reads what `backupText` wrote; null for anything else. */
export function readBackup(text: string): Draft | null {
  try {
    const { choices, found } = JSON.parse(text) as Partial<Draft>;
    if (!choices || found === undefined) return null;
    return { choices: choices.filter((choice) => typeof choice.layer === 'string' && partsOf(choice).length > 0), found };
  } catch {
    return null;
  }
}
