/** A draft as a file: the plan beside the model, and what is kept over a restart. Pure. */
import { choicesIn, partsOf, suggested, type ChosenLayer } from '../../report/choices.js';
import { readPlan } from '../../report/readPlan.js';
import type { Plan } from '../../report/plan.js';
import { packPlan, unpackPlan, type PackedPlan } from '../../rpc/packedPlan.js';
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

/** A plan as text, its front as the bytes of its indices: as names of schemes it is megabytes, and a draft is kept after every change. */
const foundTexts = new WeakMap<Plan, string>();

function foundText(found: Plan): string {
  const known = foundTexts.get(found);
  if (known !== undefined) return known;
  const { pareto, ...rest } = packPlan(found);
  const text = JSON.stringify({ ...rest, pareto: { ...pareto, weights: base64(pareto.weights), activations: base64(pareto.activations) } });
  foundTexts.set(found, text);
  return text;
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint16Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const indices = (text: string): Uint16Array => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Uint16Array(bytes.buffer);
};

interface Backup {
  readonly choices: Draft['choices'];
  readonly found: (Omit<Plan, 'pareto'> & { readonly pareto: BackupFront }) | null;
}

type BackupFront = Omit<PackedPlan['pareto'], 'weights' | 'activations'> & { readonly weights: string; readonly activations: string };

/** A draft that is kept until VS Code opens the model again. */
export const backupText = ({ choices, found }: Draft): string =>
  `{"choices":${JSON.stringify(choices)},"found":${found ? foundText(found) : 'null'}}`;

/** Reads what `backupText` wrote; null for anything else. */
export function readBackup(text: string): Draft | null {
  try {
    const { choices, found } = JSON.parse(text) as Partial<Backup>;
    if (!choices || found === undefined) return null;
    const decided = choices.filter((choice) => typeof choice.layer === 'string' && partsOf(choice).length > 0);
    if (!found) return { choices: decided, found: null };
    const { weights, activations, ...front } = found.pareto;
    return {
      choices: decided,
      found: unpackPlan({ ...found, pareto: { ...front, weights: indices(weights), activations: indices(activations) } }),
    };
  } catch {
    return null;
  }
}
