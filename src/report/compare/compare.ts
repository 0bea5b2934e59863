import { differencesOf, distance, type Difference, type Unit, type Value } from './differences.js';
import type { Compared, ComparedLayer } from './compared.js';
import { matchLayers, type MatchedBy } from './match.js';

/** Two layers that are the same one, or one that the other side does not have. */
export interface LayerComparison {
  readonly a: ComparedLayer | null;
  readonly b: ComparedLayer | null;
  readonly by: MatchedBy | null;
  /** Empty when they are alike, or when there is one only. */
  readonly differences: readonly Difference[];
}

/** What whole files differ in, or agree in. */
export type TotalKind =
  | 'layers'
  | 'parameters'
  | 'macs'
  | 'file'
  | 'opset'
  | 'evidence'
  | 'samples'
  | 'accuracy'
  | 'budget'
  | 'runtime'
  | 'planned-bytes'
  | 'planned-bits'
  | 'predicted'
  | 'measured';

export interface Total {
  readonly what: TotalKind;
  readonly unit: Unit;
  /** Undefined where a side does not say. */
  readonly a: Value | undefined;
  readonly b: Value | undefined;
}

export interface Comparison {
  readonly a: Compared;
  readonly b: Compared;
  readonly totals: readonly Total[];
  /** What differs most first; layers that are alike last, in the order of the model. */
  readonly layers: readonly LayerComparison[];
  /** Layers with a difference or without a partner. */
  readonly different: number;
}

/** Layer by layer and as a whole. */
export function compare(a: Compared, b: Compared): Comparison {
  const layers = matchLayers(a.layers, b.layers).map((match): LayerComparison => {
    const left = match.a === null ? null : a.layers[match.a];
    const right = match.b === null ? null : b.layers[match.b];
    return { a: left, b: right, by: match.by, differences: left && right ? differencesOf(left, right) : [] };
  });
  const ranked = layers.map((layer) => ({ layer, rank: rankOf(layer) }));
  // Sorting is stable: what ranks alike stays in the order of the model.
  ranked.sort((one, two) => two.rank.kind - one.rank.kind || (two.rank.size > one.rank.size ? 1 : two.rank.size < one.rank.size ? -1 : 0));
  return {
    a,
    b,
    totals: totalsOf(a, b),
    layers: ranked.map(({ layer }) => layer),
    different: layers.filter(isDifferent).length,
  };
}

export const isDifferent = ({ a, b, differences }: LayerComparison): boolean => a === null || b === null || differences.length > 0;

const kinds: readonly (readonly Difference['what'][])[] = [
  ['name'],
  ['error', 'weights', 'suggested'],
  ['effect'],
  ['planned-weight', 'planned-input'],
  ['operator', 'shape', 'type', 'parameters', 'macs'],
];

/** How much layers differ: one that is missing most, then what they are, what is planned for them, what that does; among these by dB. */
function rankOf({ a, b, differences }: LayerComparison): { readonly kind: number; readonly size: number } {
  if (a === null || b === null) return { kind: kinds.length + 1, size: 0 };
  const kind = 1 + kinds.findLastIndex((some) => differences.some(({ what }) => some.includes(what)));
  const sizes = differences.filter(({ unit }) => unit === 'dB').map((one) => distance(one.a, one.b));
  return { kind, size: Math.max(0, ...sizes) };
}

const sum = (values: readonly (number | null)[]): number | undefined =>
  values.includes(null) ? undefined : values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Those that at least one side says. */
function totalsOf(a: Compared, b: Compared): Total[] {
  const total = (what: TotalKind, unit: Unit, of: (side: Compared) => Value | undefined): Total[] => {
    const [left, right] = [of(a), of(b)];
    return left === undefined && right === undefined ? [] : [{ what, unit, a: left, b: right }];
  };
  return [
    ...total('layers', 'count', ({ layers }) => layers.length),
    ...total('parameters', 'count', ({ parameters }) => parameters),
    ...total('macs', 'count', ({ layers }) => sum(layers.map(({ macs }) => macs))),
    ...total('file', 'bytes', ({ bytes }) => bytes ?? undefined),
    ...total('opset', 'count', ({ opset }) => opset ?? undefined),
    ...total('evidence', 'text', ({ evidence }) => evidence),
    ...total('samples', 'count', ({ evidence, samples }) => (evidence === 'weights' ? undefined : samples)),
    ...total('accuracy', 'share', ({ accuracy }) => accuracy ?? undefined),
    ...total('budget', 'text', ({ plan }) => plan?.budget),
    ...total('runtime', 'text', ({ plan }) => plan?.runtime),
    ...total('planned-bytes', 'bytes', ({ plan }) => plan?.predicted.bytes),
    ...total('planned-bits', 'bits', ({ plan }) => plan?.predicted.effectiveBits),
    ...total('predicted', 'dB', ({ plan, evidence }) =>
      evidence === 'weights' ? plan?.predicted.weightSqnrDb : plan?.predicted.outputSqnrDb,
    ),
    ...total('measured', 'dB', ({ plan }) => plan?.measured?.outputSqnrDb),
  ];
}
