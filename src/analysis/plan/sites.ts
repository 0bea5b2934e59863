import type { Model } from '../../model/types.js';
import type { LayerReport } from '../../report/types.js';
import { tieOf, type RuntimeName } from './runtimes.js';
import type { HeldValue } from './subject.js';
import { unions } from './unions.js';

/** A value that layers take in, and which layers. */
export interface SitePlace {
  readonly value: string;
  readonly layers: readonly number[];
}

/** The values that layers were seen to take in; none without a run. */
export function placeSites(layers: readonly LayerReport[]): SitePlace[] {
  const sites = new Map<string, number[]>();
  layers.forEach(({ activationStats }, i) => {
    const value = activationStats?.input?.value;
    if (value === undefined) return;
    const members = sites.get(value);
    if (members) members.push(i);
    else sites.set(value, [i]);
  });
  return [...sites].map(([value, members]) => ({ value, layers: members }));
}

/** Operators whose result has the scale of their first operand on runtimes that compute with integers. */
const SAME_SCALE = new Set(
  'Reshape Flatten Squeeze Unsqueeze Identity Dropout Transpose MaxPool GlobalMaxPool Slice Split Relu Clip Pad Expand'.split(' '),
);

export interface SiteTies {
  /** Groups of indices of sites; each site is in one. */
  readonly ties: number[][];
  /** Those of them that share a range too. */
  readonly sameRange: ReadonlySet<number>;
}

/**
 * Sites that must share a scheme: those that one stored value is handed to, those of layers that share a scheme themselves, and, where the runtime needs it,
 * those that meet in a sum or a concatenation.
 *
 * @param held stored values, with the sites each is for
 */
export function tiedSites(
  sites: readonly SitePlace[],
  layerTies: readonly (readonly number[])[],
  held: readonly HeldValue[],
  { nodes, elements }: Pick<Model, 'nodes' | 'elements'>,
  runtime: RuntimeName,
): SiteTies {
  const tied = unions(sites.length);
  for (const { sites: members } of held) if (members) tied.tie(members);
  const siteOf = new Map(sites.flatMap(({ layers }, s) => layers.map((layer) => [layer, s] as const)));
  for (const tie of layerTies) tied.tie(tie.flatMap((layer) => siteOf.get(layer) ?? []));
  if (!nodes.some(({ op }) => tieOf(runtime, op) !== null)) return { ties: tied.groups(), sameRange: new Set() };

  const producer = new Map(nodes.flatMap(({ outputs }, i) => outputs.map((name) => [name, i] as const)));
  /** The value whose scale a value has. */
  const scaled = (name: string): string => {
    for (let value = name; ; value = nodes[producer.get(value)!].inputs[0]) {
      const from = producer.get(value);
      if (from === undefined || !SAME_SCALE.has(nodes[from].op) || !elements.has(nodes[from].inputs[0])) return value;
    }
  };
  const names = [...elements.keys()];
  const index = new Map(names.map((name, i) => [name, i]));
  const meeting = unions(names.length);
  const ranged = new Set<number>();
  const at = (name: string): number => index.get(scaled(name))!;
  for (const { op, inputs, outputs } of nodes) {
    const how = tieOf(runtime, op);
    if (how === null) continue;
    const values = [...inputs, ...outputs].filter((name) => elements.has(name)).map(at);
    meeting.tie(values);
    if (how === 'range') for (const value of values) ranged.add(value);
  }
  const groupOf = new Map(meeting.groups().flatMap((members, g) => members.map((i) => [i, g] as const)));
  const rangedGroups = new Set([...ranged].map((i) => groupOf.get(i)));
  const firstOf = new Map<number, number>();
  const sameRange = new Set<number>();
  sites.forEach(({ value }, s) => {
    if (!elements.has(value)) return;
    const group = groupOf.get(at(value))!;
    if (rangedGroups.has(group)) sameRange.add(s);
    const first = firstOf.get(group);
    if (first === undefined) firstOf.set(group, s);
    else tied.tie([first, s]);
  });
  return { ties: tied.groups(), sameRange };
}
