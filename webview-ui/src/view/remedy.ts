/** Remedies as they are applied to what is planned. Pure. */
import { changed, undecided, type Choices } from '../../../src/report/choices.js';
import type { Transform } from '../../../src/report/plan.js';
import type { Remedy } from '../../../src/report/types.js';
import { integerBits, schemeParts } from './schemes.js';

export type SchemeRemedy = Extract<Remedy, { readonly target: 'weight' | 'activation' }>;

export const isSchemeRemedy = (remedy: Remedy | undefined): remedy is SchemeRemedy => remedy !== undefined && 'target' in remedy;

/**
 * What is planned with the remedy: its gain was measured by comparing two schemes of few bits, so that only what tells these apart is changed, and the
 * width that is planned stays. What is left as it is gets the remedy's own scheme.
 */
export function withRemedy(planned: string | null, { scheme, instead }: SchemeRemedy): string {
  if (planned === null) return scheme;
  const [now, before, after] = [schemeParts(planned), schemeParts(instead), schemeParts(scheme)];
  const bits = integerBits(now.format);
  if (bits === null || integerBits(after.format) === null) return scheme;
  const format = before.format === after.format ? now.format : after.format.replace(/\d+/, String(bits));
  const granularity = before.granularity === after.granularity ? now.granularity : after.granularity;
  const clipping = before.clipping === after.clipping ? now.clipping : after.clipping;
  return [format, granularity, clipping].filter((part) => part !== '').join('/');
}

/** What a remedy is in a plan; null for a scheme, for what no plan has to say, and where the figures it takes were not measured. */
export function transformOf(remedy: Remedy | undefined): Transform | null {
  if (!remedy || !('transform' in remedy)) return null;
  switch (remedy.transform) {
    case 'equalize':
      return { transform: 'equalize', with: remedy.with, ...(remedy.ranges ? { ranges: remedy.ranges } : {}) };
    case 'correct-bias':
      return remedy.means ? { transform: 'correct-bias', means: remedy.means, ...(remedy.inside ? { inside: remedy.inside } : {}) } : null;
    case 'fit-bias':
      return { transform: 'fit-bias' };
    case 'own-scales':
      return null;
  }
}

/** Whether two are the same remedy, whatever was measured for it. */
export const isSameTransform = (a: Transform, b: Transform): boolean =>
  a.transform === b.transform && (a.transform !== 'equalize' || b.transform !== 'equalize' || a.with === b.with);

/** A remedy that is no scheme, to be applied to a layer or taken back there. */
export interface TransformChange {
  /** Name of the layer. */
  readonly layer: string;
  readonly transform: Transform;
  readonly on: boolean;
}

/**
 * The edit that makes the change. Equalizing changes weights: ranges of the user's own for them are given up.
 * @param base what the plan that the choices lie over has for the layer
 */
export function transformEdit(choices: Choices, base: readonly Transform[], { layer, transform, on }: TransformChange): Choices {
  const now = choices.find((choice) => choice.layer === layer)?.transforms ?? base;
  const others = now.filter((one) => one.transform !== transform.transform);
  const next = on ? [...others, transform] : others;
  const pair = on && transform.transform === 'equalize' ? [layer, transform.with] : [];
  const given = choices.map((choice) =>
    pair.includes(choice.layer) && choice.weightClip ? undecided(choices, choice.layer, ['weightClip']) : choice,
  );
  const own =
    JSON.stringify(next) === JSON.stringify(base) ? undecided(given, layer, ['transforms']) : changed(given, layer, { transforms: next });
  return [own, ...given.filter((choice, i) => choice !== choices[i] && choice.layer !== layer)];
}
