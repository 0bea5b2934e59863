/** What can be chosen for layers: schemes that were measured on all of them, and leaving them as they are. Pure. */
import type { LayerReport, Sensitivity } from '../../../src/report/types.js';
import { rank, schemeParts } from './schemes.js';
import { storageBits } from './summary.js';

export interface SchemeOption {
  readonly target: 'weight' | 'activation';
  /** null: as it is. */
  readonly scheme: string | null;
  /** Of one element; the most of the layers. */
  readonly bits: number;
  /** Of the layer that keeps least, dB; null without any error, undefined where it is not known. */
  readonly sqnrDb: number | null | undefined;
  /** At the outputs, of the layer that does most harm there; undefined where it is not known. */
  readonly effect: Pick<Sensitivity, 'outputSqnrDb' | 'how'> | undefined;
  /** All weights together with their scales; null for what layers take in. */
  readonly bytes: number | null;
  /** Whether it is what is suggested for all of them. */
  readonly suggested: boolean;
}

const least = <T>(items: readonly T[], of: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>((worst, item) => (worst === undefined || of(item) < of(worst) ? item : worst), undefined);

/** What a plan says of a value is one range, so only schemes of one range can be chosen. */
const choosable = (target: SchemeOption['target'], scheme: string): boolean =>
  target === 'weight' || schemeParts(scheme).granularity === 'tensor';

function measured(layers: readonly LayerReport[], target: SchemeOption['target']): SchemeOption[] {
  const [first, ...others] = layers.map(
    ({ errors }) => new Map(errors.filter((error) => error.target === target).map((error) => [error.scheme, error])),
  );
  const shared = [...first.keys()].filter((scheme) => choosable(target, scheme) && others.every((errors) => errors.has(scheme)));
  return shared.map((scheme): SchemeOption => {
    const errors = [first, ...others].map((map) => map.get(scheme)!);
    const effects = layers.flatMap(
      ({ sensitivity }) => sensitivity.find((entry) => entry.target === target && entry.scheme === scheme) ?? [],
    );
    return {
      target,
      scheme,
      bits: Math.max(...errors.map(({ bits }) => bits)),
      sqnrDb: least(errors, ({ sqnrDb }) => rank(sqnrDb))!.sqnrDb,
      effect: effects.length === layers.length ? least(effects, ({ outputSqnrDb }) => rank(outputSqnrDb)) : undefined,
      bytes: target === 'weight' ? errors.reduce((sum, { effectiveBits }, i) => sum + effectiveBits * layers[i].parameters, 0) / 8 : null,
      suggested: target === 'weight' && layers.every(({ advice }) => advice?.scheme === scheme),
    };
  });
}

function asStored(layers: readonly LayerReport[], target: SchemeOption['target']): SchemeOption {
  const bits = layers.map(({ dataType }) => (target === 'weight' ? storageBits(dataType) : 32));
  return {
    target,
    scheme: null,
    bits: Math.max(...bits),
    sqnrDb: null,
    effect: undefined,
    bytes: target === 'weight' ? layers.reduce((sum, { parameters }, i) => sum + bits[i] * parameters, 0) / 8 : null,
    suggested: target === 'activation',
  };
}

/** By rising bits, of those the one that keeps most first; what is left as it is comes last. Empty for layers that have no figures. */
export function schemeOptions(layers: readonly LayerReport[], target: SchemeOption['target']): readonly SchemeOption[] {
  if (layers.length === 0) return [];
  const options = measured(layers, target);
  if (options.length === 0) return [];
  const order = (a: SchemeOption, b: SchemeOption): number => a.bits - b.bits || rank(b.sqnrDb ?? null) - rank(a.sqnrDb ?? null) || 0;
  return [...options.sort(order), asStored(layers, target)];
}
