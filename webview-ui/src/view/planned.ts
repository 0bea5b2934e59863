/** What the user's plan gives each layer: their choice, over a plan that was found, over the advice. Pure. */
import { choiceParts, partsOf, type Choices, type LayerChoice } from '../../../src/report/choices.js';
import type { ChoicePart, Transform } from '../../../src/report/plan.js';
import type { ClipReport, LayerError, LayerReport, ValueStats } from '../../../src/report/types.js';
import type { ExtraError } from '../../../src/report/userPlanJob.js';
import type { PlanBase } from '../../../src/rpc/page.js';
import { integerBits, schemeParts } from './schemes.js';
import { storageBits } from './summary.js';

export interface Planned {
  /** Scheme of the weight; null: it stays as it is stored. */
  readonly weight: string | null;
  /** Scheme of what the layer takes in; null: as it is. */
  readonly activation: string | null;
  /** The user's own range for the weight. */
  readonly clip: ClipReport | undefined;
  /** Remedies that are no schemes. */
  readonly transforms: readonly Transform[];
  /** The layer before it that it is equalized with; null when there is none. */
  readonly equalizedBy: string | null;
  /** What of this the user decided. */
  readonly chosen: readonly ChoicePart[];
}

export function plannedOf(
  { advice }: LayerReport,
  choice: LayerChoice | undefined,
  base: PlanBase['assignments'][number] | undefined,
  equalizedBy: string | null = null,
): Planned {
  const { weight, activation } = base ?? { weight: advice?.scheme ?? null, activation: null };
  return {
    weight: choice?.weight === undefined ? weight : choice.weight,
    activation: choice?.activation === undefined ? activation : choice.activation,
    clip: choice?.weightClip,
    transforms: choice?.transforms ?? base?.transforms ?? [],
    equalizedBy,
    chosen: partsOf(choice),
  };
}

/** The layers that others are equalized with, by the name of these. */
export function equalizedBefore(
  layers: readonly Pick<LayerReport, 'name'>[],
  choices: Choices,
  base: PlanBase | null,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (first: string, transforms: readonly Transform[] = []): void => {
    for (const one of transforms) if (one.transform === 'equalize') found.set(one.with, first);
  };
  const decided = new Set(choices.flatMap(({ layer, transforms }) => (transforms ? [layer] : [])));
  layers.forEach(({ name }, i) => {
    const transforms = base?.assignments[i]?.transforms;
    if (transforms && !decided.has(name)) add(name, transforms);
  });
  for (const { layer, transforms } of choices) add(layer, transforms);
  return found;
}

/** By layer, in their order. */
export function plannedFor(layers: readonly LayerReport[], choices: Choices, base: PlanBase | null): readonly Planned[] {
  const byName = new Map(choices.map((choice) => [choice.layer, choice]));
  const before = equalizedBefore(layers, choices, base);
  return layers.map((layer, i) => plannedOf(layer, byName.get(layer.name), base?.assignments[i], before.get(layer.name) ?? null));
}

/** Whether `scheme` is `weight` with this range. */
function isClippedTo(scheme: string, weight: string, { lo, hi }: ClipReport): boolean {
  const [own, named] = [schemeParts(scheme), schemeParts(weight)];
  return own.format === named.format && own.granularity === named.granularity && own.clipping === `fixed:${lo}..${hi}`;
}

/** Layers with the errors that were measured for the user's plan; a layer without any is itself. */
export function withErrors(layers: readonly LayerReport[], extra: readonly ExtraError[]): readonly LayerReport[] {
  if (extra.length === 0) return layers;
  const byName = new Map<string, ExtraError[]>();
  for (const one of extra) byName.set(one.layer, [...(byName.get(one.layer) ?? []), one]);
  return layers.map((layer) => {
    const errors = byName.get(layer.name);
    return errors ? { ...layer, errors: [...layer.errors, ...errors.map(({ error }) => error)] } : layer;
  });
}

/** What the weight loses under what is planned; null where nobody has measured it. */
export function plannedError({ errors }: LayerReport, { weight, clip }: Planned): LayerError | null {
  if (weight === null) return null;
  return errors.find(({ target, scheme }) => target === 'weight' && (clip ? isClippedTo(scheme, weight, clip) : scheme === weight)) ?? null;
}

/** Whether what is planned for the weight is what is suggested. */
export const isSuggested = ({ advice }: LayerReport, { weight, clip }: Planned): boolean => weight === (advice?.scheme ?? null) && !clip;

/** A layer with what is planned in the place of what is suggested; itself where that is the same. Figures that nobody has measured are NaN. */
export function asPlanned(layer: LayerReport, planned: Planned): LayerReport {
  const { weight, clip } = planned;
  const { advice } = layer;
  if (isSuggested(layer, planned)) return layer;
  if (weight === null || layer.problem !== undefined) return { ...layer, advice: null };
  const named = layer.errors.find((one) => one.target === 'weight' && one.scheme === weight);
  const error = clip ? plannedError(layer, planned) : named;
  // effects were measured with the scheme's own range
  const effect = clip ? undefined : layer.sensitivity.find(({ target, scheme }) => target === 'weight' && scheme === weight);
  const bits = named?.bits ?? integerBits(schemeParts(weight).format) ?? storageBits(schemeParts(weight).format);
  return {
    ...layer,
    advice: {
      scheme: weight,
      bits,
      clip: clip ?? error?.clip ?? { lo: NaN, hi: NaN },
      sqnrDb: error ? error.sqnrDb : NaN,
      ...(effect ? { outputSqnrDb: effect.outputSqnrDb, how: effect.how } : {}),
      causes: advice?.causes ?? [],
      reason: advice?.reason ?? '',
    },
    ...(clip ? { sensitivity: layer.sensitivity.filter(({ scheme }) => scheme !== weight) } : {}),
  };
}

/** The range that the user's plan clips a layer's input to: one of their own, or what the scheme's method chose for it; null where that is not known. */
export function plannedInput(stats: ValueStats | null, choice: LayerChoice | undefined, activation: string | null): ClipReport | null {
  if (choice?.taken) return choice.taken.clip;
  const own = stats?.clips?.find(({ scheme }) => scheme === activation);
  return own ? { lo: own.lo, hi: own.hi } : null;
}

/** The user's plan of all layers. */
export interface PlannedLayers {
  readonly planned: readonly Planned[];
  /** The layers, with what is planned where it is not what is suggested. */
  readonly layers: readonly LayerReport[];
  /** Whether there is a plan besides the suggestions. */
  readonly differs: boolean;
}

/** What is planned for `layers`; `extra` are errors that were measured for the plan. */
export function planLayers(
  layers: readonly LayerReport[],
  choices: Choices,
  base: PlanBase | null,
  extra: readonly ExtraError[],
): PlannedLayers {
  const planned = plannedFor(layers, choices, base);
  return {
    planned,
    layers: withErrors(layers, extra).map((layer, i) => asPlanned(layer, planned[i])),
    differs: choices.length > 0 || base !== null,
  };
}

/** The parts of a choice that concern the weight, and what the layer takes in. */
export const partsFor = (target: 'weight' | 'activation'): readonly ChoicePart[] =>
  choiceParts.filter((part) => (part === 'activation') === (target === 'activation'));
