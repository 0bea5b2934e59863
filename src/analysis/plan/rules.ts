import { nearest } from '../../core/formats/errors.js';
import { PlanError } from './budget.js';

/** A rule of the user for the layers a pattern names: a glob of names, or `op:Conv`. */
export interface LayerRule {
  readonly pattern: string;
  /** Pinned: the scheme, or null for as it is. Forbidden: a glob of schemes, `float` for as it is. */
  readonly scheme: string | null;
}

/** Rules for one kind of thing: weights, or what layers take in. */
export interface Rules {
  /** The last one that names a layer counts. */
  readonly pins: readonly LayerRule[];
  readonly forbids: readonly LayerRule[];
}

interface Named {
  readonly name: string;
  readonly op: string;
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'su',
  );

const matches = (pattern: string, { name, op }: Named): boolean =>
  pattern.startsWith('op:') ? op === pattern.slice(3) : name === pattern || glob(pattern).test(name);

/** Every rule must name a layer: a typing error must not leave a layer unpinned. Throws PlanError with the closest name. */
export function requireLayers({ pins, forbids }: Rules, layers: readonly Named[]): void {
  for (const { pattern } of [...pins, ...forbids]) {
    if (layers.some((layer) => matches(pattern, layer))) continue;
    const known = pattern.startsWith('op:') ? layers.map(({ op }) => `op:${op}`) : layers.map(({ name }) => name);
    const closest = nearest(pattern, known);
    throw new PlanError(
      `no layer is named ${JSON.stringify(pattern)}${closest === null ? '' : `; did you mean ${JSON.stringify(closest)}?`}`,
    );
  }
}

/**
 * Those options of a layer that the rules allow. Throws PlanError when a pin names none of them, or nothing is left.
 *
 * @param what the thing that is planned, for people
 * @param why why the layer has no more options
 */
export function allowed<T extends { readonly scheme: string | null }>(
  layer: Named,
  options: readonly T[],
  { pins, forbids }: Rules,
  what: string,
  why: () => string,
): T[] {
  const pin = pins.findLast(({ pattern }) => matches(pattern, layer));
  if (pin) {
    const chosen = options.filter(({ scheme }) => scheme === pin.scheme);
    if (chosen.length > 0) return chosen;
    throw new PlanError(`${what} ${JSON.stringify(layer.name)} cannot be pinned to ${pin.scheme ?? 'float'}: ${why()}`);
  }
  const banned = forbids.filter(({ pattern }) => matches(pattern, layer)).map(({ scheme }) => glob(scheme ?? 'float'));
  const left = options.filter(({ scheme }) => !banned.some((pattern) => pattern.test(scheme ?? 'float')));
  if (left.length === 0) throw new PlanError(`${what} ${JSON.stringify(layer.name)} has no scheme left; forbid fewer`);
  return left;
}
