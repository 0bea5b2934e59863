/** What the user decided of single layers, and the plan that this makes of what was suggested or found. Pure. */
import type { Assignment, ChoicePart, Transform } from './plan.js';
import type { ClipReport, LayerReport } from './types.js';

/** What the user decided of one layer; what is left out is as suggested, or as the found plan says. */
export interface LayerChoice {
  /** Name of the layer. */
  readonly layer: string;
  /** Scheme of the weight; null: it stays as it is stored. */
  readonly weight?: string | null;
  /** Scheme of the value the layer takes in; null: it stays as it is. */
  readonly activation?: string | null;
  /** Range of that value and its name, which go with a scheme for it. Filled in by `completed`. */
  readonly taken?: { readonly input: string; readonly clip: ClipReport };
  /** A range for the weight, in place of the one that the scheme's clipping method chooses. */
  readonly weightClip?: ClipReport;
  /** Remedies that are no schemes, in place of those that the found plan has; none when empty. */
  readonly transforms?: readonly Transform[];
}

/** At most one for each layer, in the order of the layers; each decides something. */
export type Choices = readonly LayerChoice[];

export const choiceParts: readonly ChoicePart[] = ['weight', 'activation', 'weightClip', 'transforms'];

/** What choices have to know of a layer. */
export type ChosenLayer = Pick<LayerReport, 'name' | 'weight' | 'errors' | 'activationStats' | 'advice'>;

/** What of a layer was decided. */
export const partsOf = (choice: LayerChoice | undefined): readonly ChoicePart[] =>
  choice ? choiceParts.filter((part) => choice[part] !== undefined) : [];

const without = (choice: LayerChoice, parts: readonly ChoicePart[]): LayerChoice => {
  const gone = new Set<string>([...parts, ...(parts.includes('activation') ? ['taken'] : [])]);
  return Object.fromEntries(Object.entries(choice).filter(([key]) => !gone.has(key))) as unknown as LayerChoice;
};

/** Choices by the name of their layer. */
export const byLayer = (choices: Choices): ReadonlyMap<string, LayerChoice> => new Map(choices.map((choice) => [choice.layer, choice]));

/** The choice for `layer` with `change`, for an edit: one that replaces what was decided of it before. */
export function changed(choices: Choices, layer: string, change: Omit<LayerChoice, 'layer'>): LayerChoice {
  const before = choices.find((choice) => choice.layer === layer) ?? { layer };
  return { ...(change.activation === undefined ? before : without(before, ['activation'])), ...change };
}

/** The choice for `layer` with some parts, all when left out, back to the suggestion. */
export const undecided = (choices: Choices, layer: string, parts: readonly ChoicePart[] = choiceParts): LayerChoice =>
  without(choices.find((choice) => choice.layer === layer) ?? { layer }, parts);

/**
 * Choices after an edit.
 * @param edit the layers that change: each takes the place of what was decided of it, and one with nothing but its name goes back to the suggestion
 * @param names of all layers, in their order; others are dropped
 */
export function edited(choices: Choices, edit: Choices, names: readonly string[]): Choices {
  const all = new Map([...byLayer(choices), ...byLayer(edit)]);
  return [...new Set(names)].flatMap((name) => {
    const choice = all.get(name);
    return choice && partsOf(choice).length > 0 ? [choice] : [];
  });
}

/** The value a layer takes in under a scheme, as it was measured. */
function takenIn({ errors, activationStats }: ChosenLayer, scheme: string): LayerChoice['taken'] {
  const input = activationStats?.input;
  if (!input) return undefined;
  const range =
    errors.find((one) => one.target === 'activation' && one.scheme === scheme)?.clip ??
    input.clips?.find((one) => one.scheme === scheme) ??
    (scheme.split('/')[2] === 'minmax' ? { lo: Math.min(0, input.min), hi: Math.max(0, input.max) } : undefined);
  return range && { input: input.value, clip: { lo: range.lo, hi: range.hi } };
}

/** Whether it is a range that a weight can be clipped to: one that holds 0. */
export const isRange = ({ lo, hi }: ClipReport): boolean => lo <= 0 && hi >= 0 && lo < hi && Number.isFinite(hi - lo);

const inputOf = ({ activationStats }: ChosenLayer): string | undefined => activationStats?.input?.value;

/** Names of the layers that have each of what `of` tells of them; those it tells nothing of are left out. */
function namesBy(layers: readonly ChosenLayer[], of: (layer: ChosenLayer) => string | undefined): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const layer of layers) {
    const key = of(layer);
    if (key === undefined) continue;
    const known = names.get(key);
    if (known) known.push(layer.name);
    else names.set(key, [layer.name]);
  }
  return names;
}

/**
 * An edit with all that goes with it: layers that use one weight share its scheme and range, those that take in one value share its scheme, and ranges
 * of values are those that were measured. A scheme for a value whose range is not known is left out, and so is a range that none can be.
 */
export function completed(choices: Choices, edit: Choices, layers: readonly ChosenLayer[]): Choices {
  const known = byLayer(choices);
  const layerOf = new Map(layers.map((layer) => [layer.name, layer]));
  const result = new Map<string, LayerChoice>();
  const at = (name: string): LayerChoice => result.get(name) ?? known.get(name) ?? { layer: name };
  for (const choice of edit) {
    const layer = layerOf.get(choice.layer);
    if (!layer) continue;
    const { activation } = choice;
    const taken = choice.taken ?? (typeof activation === 'string' ? takenIn(layer, activation) : undefined);
    const { weightClip } = choice;
    const whole = without(choice, [
      ...(typeof activation === 'string' && !taken ? (['activation'] as const) : []),
      ...(weightClip && !isRange(weightClip) ? (['weightClip'] as const) : []),
    ]);
    result.set(choice.layer, typeof activation === 'string' && taken ? { ...whole, taken } : whole);
  }
  const ofWeight = namesBy(layers, ({ weight }) => weight);
  const ofInput = namesBy(layers, inputOf);
  for (const { layer: name } of edit) {
    const layer = layerOf.get(name);
    if (!layer) continue;
    const own = result.get(name)!;
    for (const other of ofWeight.get(layer.weight) ?? [])
      if (other !== name) result.set(other, { ...without(at(other), ['weight', 'weightClip']), ...pick(own, ['weight', 'weightClip']) });
    for (const other of ofInput.get(inputOf(layer) ?? '') ?? [])
      if (other !== name) result.set(other, { ...without(at(other), ['activation']), ...pick(own, ['activation', 'taken']) });
  }
  return layers.flatMap(({ name }) => result.get(name) ?? []);
}

const pick = (choice: LayerChoice, keys: readonly (keyof LayerChoice)[]): Partial<LayerChoice> =>
  Object.fromEntries(keys.flatMap((key) => (choice[key] === undefined ? [] : [[key, choice[key]]])));

/** What is suggested for a layer: its advice, and what it takes in left as it is. */
export const suggested = ({ name, advice }: ChosenLayer): Assignment => ({
  layer: name,
  weight: advice?.scheme ?? null,
  activation: null,
  input: null,
  clip: null,
});

/**
 * What one layer gets: the user's choice over the found plan over the advice.
 * @param found the layer's assignment in a plan that was found; null without one
 */
export function assignmentOf(layer: ChosenLayer, choice: LayerChoice | undefined, found: Assignment | null): Assignment {
  const base = found ?? suggested(layer);
  if (!choice) return base;
  const { weight, activation, taken, weightClip, transforms = base.transforms ?? [] } = choice;
  const chosen = partsOf(choice);
  const clip = weightClip ?? (weight === undefined ? base.weightClip : undefined);
  return {
    layer: layer.name,
    weight: weight === undefined ? base.weight : weight,
    ...(activation === undefined
      ? { activation: base.activation, input: base.input, clip: base.clip }
      : activation === null || !taken
        ? { activation: null, input: null, clip: null }
        : { activation, ...taken }),
    ...(clip ? { weightClip: clip } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
    ...(chosen.length > 0 ? { chosen } : {}),
  };
}

/** The user's assignments: one for each layer, in their order. */
export function assignmentsOf(layers: readonly ChosenLayer[], choices: Choices, found: readonly Assignment[] | null): Assignment[] {
  const mine = byLayer(choices);
  const theirs = new Map(found?.map((one) => [one.layer, one]));
  return layers.map((layer) => assignmentOf(layer, mine.get(layer.name), theirs.get(layer.name) ?? null));
}

/** The choices in assignments: what of them says that the user decided it. */
export const choicesIn = (assignments: readonly Assignment[]): Choices =>
  assignments.flatMap(({ layer, weight, activation, input, clip, weightClip, transforms = [], chosen = [] }) => {
    const choice: LayerChoice = {
      layer,
      ...(chosen.includes('weight') ? { weight } : {}),
      ...(chosen.includes('activation') ? { activation } : {}),
      ...(chosen.includes('activation') && input !== null && clip !== null ? { taken: { input, clip } } : {}),
      ...(chosen.includes('weightClip') && weightClip ? { weightClip } : {}),
      ...(chosen.includes('transforms') ? { transforms } : {}),
    };
    return partsOf(choice).length > 0 ? [choice] : [];
  });
