import type { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { originOf, type Origin } from './kinds.js';

/** What is to be seen of a stretch. */
export interface Targets {
  /** Layers, by number. */
  readonly layers: readonly number[];
  /** Values that layers take in and give. */
  readonly surveyed: ReadonlySet<string>;
  /** Those among them that are told by another one. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Values that tell the rest: what is brought out of the stretch. */
  readonly roots: readonly string[];
  /** Everything that layers take, for their nodes to be run by themselves. */
  readonly taken: readonly string[];
}

/**
 * @param apart whether values that are told by others are to be seen themselves
 */
export function targetsOf(at: Running, parts: readonly number[], stored: ReturnType<typeof storedTensors>, apart: boolean): Targets {
  const { prepared, replay, places } = at;
  const { graph, folded } = prepared.cut;
  const inside = new Set(parts.flatMap((part) => replay.parts[part].nodes));
  const computed = new Set([...inside].flatMap((node) => graph.nodes[node].outputs));
  const layers = places.flatMap(({ node }, layer) => (node !== null && inside.has(node) ? [layer] : []));
  const isDynamic = (name: string): boolean =>
    (prepared.seen.has(name) && !folded.has(name)) || graph.inputs.some((input) => input.name === name);
  const surveyed = new Set<string>();
  const taken = new Set<string>();
  for (const layer of layers) {
    const { node, activation, output } = places[layer];
    for (const name of [activation?.value, output]) if (name) surveyed.add(name);
    for (const name of graph.nodes[node!].uses) if (isDynamic(name)) taken.add(name);
    if (output !== null) taken.add(output);
  }
  // What is told by another value needs not come out of the runtime, which saves as much again as running it.
  const possible = new Map<string, Origin>();
  for (const name of apart ? [] : surveyed) {
    const origin = computed.has(name) ? originOf(prepared, stored, name) : null;
    if (origin && surveyed.has(origin.value)) possible.set(name, origin);
  }
  const origins = new Map([...possible].filter(([, { value }]) => !possible.has(value)));
  return {
    layers,
    surveyed,
    origins,
    roots: [...surveyed].filter((name) => !origins.has(name)),
    taken: [...taken].filter((name) => !origins.has(name)),
  };
}
